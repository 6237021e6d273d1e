// SPDX-License-Identifier: Apache-2.0

package import SpateCore
internal import SpateTransport

/// The address of a call: a base URL as the provider's official SDK takes it, and the dialect's path.
///
/// The base's path is kept byte for byte, a slash at its end ignored, its query kept. A path that ends in the endpoint
/// already is used as it is.
package struct Endpoint: Sendable {
  let url: String
  /// Scheme, host and port.
  let origin: String
  let isEncrypted: Bool
  /// The host is this machine.
  let isLoopback: Bool
  private(set) var warnings: [StreamWarning] = []

  package init(base: String, path: String) throws(SpateError) {
    func refuse(_ why: String) -> SpateError { SpateError(.badRequest, "the base URL can not be used: \(why)") }

    guard base.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
      throw refuse("it holds spaces or characters that a URL has to escape")
    }
    guard let colon = base.range(of: "://") else { throw refuse("it must begin with https:// or http://") }
    let scheme = base[..<colon.lowerBound].lowercased()
    guard scheme == "https" || scheme == "http" else { throw refuse("it must begin with https:// or http://") }
    guard !base.contains("#") else { throw refuse("it has a fragment (#)") }
    var rest = base[colon.upperBound...]
    let query = rest.firstIndex(of: "?").map { String(rest[$0...]) } ?? ""
    if let mark = rest.firstIndex(of: "?") { rest = rest[..<mark] }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let authority = rest[..<slash]
    guard !authority.isEmpty else { throw refuse("it names no host") }
    guard !authority.contains("@") else { throw refuse("it holds a user name or a password: set the key's variable") }

    // A dialect's own query, such as alt=sse, comes before the base's.
    let mark = path.firstIndex(of: "?") ?? path.endIndex
    let (path, ownQuery) = (String(path[..<mark]), path[mark...])
    var basePath = String(rest[slash...])
    while basePath.hasSuffix("/") { basePath.removeLast() }
    if basePath.hasSuffix(path) {
      warnings.append(
        StreamWarning(.unexpectedForm, "the base URL ends in \(path) already: leave that out, it is added by itself"))
    } else {
      basePath += path
    }
    let merged = ownQuery.isEmpty || query.isEmpty ? ownQuery + query : ownQuery + "&" + query.dropFirst()
    origin = "\(scheme)://\(authority.lowercased())"
    url = "\(scheme)://\(authority)\(basePath)\(merged)"
    // Who checks the address before it gets a key must read it as the transport does that connects to it.
    let parts = URLParts(url)
    if let problem = parts.problem { throw refuse("it \(problem)") }
    isEncrypted = scheme == "https"
    isLoopback = parts.isLoopback
  }
}

extension String {
  /// The first place of `text`.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
