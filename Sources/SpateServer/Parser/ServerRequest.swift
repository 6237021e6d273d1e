// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// The protocol version of a request.
package enum HTTPVersion: Sendable {
  case http10, http11
}

/// A complete request, as it was received.
package struct ServerRequest: Sendable {
  /// In the client's spelling; methods are case-sensitive.
  package var method: String
  /// As it was sent: origin-form, a well-formed absolute-form, or `*` of OPTIONS.
  package var target: String
  package var version: HTTPVersion
  /// Without trailers.
  package var fields: HTTPFields
  /// Chunks are taken apart already.
  package var body: [UInt8]
  /// Whether the client wants another request on this connection.
  package var keepsAlive: Bool

  /// The target without scheme, authority and query; still percent-encoded.
  package var path: Substring {
    let path = pathAndQuery.prefix { $0 != "?" }
    return path.isEmpty ? "/" : path
  }

  /// What follows the first `?` of the target; nil without one.
  package var query: Substring? {
    let rest = pathAndQuery
    guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
    return rest[rest.utf8.index(after: mark)...]
  }

  private var pathAndQuery: Substring {
    guard let first = target.utf8.first, first != UInt8(ascii: "/"), first != UInt8(ascii: "*") else {
      return Substring(target)
    }
    // Absolute-form: the authority starts after "//" and holds no "/" or "?" itself.
    let bytes = target.utf8
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else { return Substring(target) }
    let authority = bytes[slash...].dropFirst(2)
    return Substring(authority.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
  }
}
