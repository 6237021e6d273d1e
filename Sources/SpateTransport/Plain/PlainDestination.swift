// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Where the requests for one URL go, and what of it goes into them: found out once, for a program asks few URLs often.
final class PlainDestination: Sendable {
  /// What connections are kept for.
  struct Origin: Equatable {
    let host: String
    let port: UInt16
  }

  let url: String
  let origin: Origin
  /// To be tried one after the other.
  let addresses: [SocketAddress]
  let isLoopback: Bool
  /// Path and query, as the request line has them.
  let path: [UInt8]
  /// The value of the field `Host`.
  let host: [UInt8]
  /// How a `POST` begins that names neither the host nor the encodings that it takes: what nearly all requests are.
  let postHead: [UInt8]

  /// Over libcurl an answer that is not read as it comes may be compressed. Here nobody would gain by it.
  static let identity = Array("Accept-Encoding: identity\r\n".utf8)

  /// The request line and the field `Host`.
  static func head(of method: String, path: [UInt8], host: [UInt8]) -> [UInt8] {
    Array(method.utf8) + [0x20] + path + Array(" HTTP/1.1\r\nHost: ".utf8) + host + Array("\r\n".utf8)
  }

  /// Nil where it takes more than a socket, TLS or a name that must be looked up, and where the URL has a flaw.
  init?(_ url: String) {
    self.url = url
    let bytes = Array(url.utf8)
    guard bytes.span.startsIgnoringCase(with: "http://") else { return nil }
    let parts = URLParts(url)
    guard parts.problem == nil else { return nil }
    let port = parts.port ?? 80
    addresses = SocketAddress.known(for: parts.host, port: port)
    guard !addresses.isEmpty else { return nil }
    origin = Origin(host: parts.host, port: port)
    isLoopback = parts.isLoopback
    let path = bytes[7...].drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    self.path = path.first == UInt8(ascii: "/") ? Array(path) : [UInt8(ascii: "/")] + path
    let host = parts.host.utf8.contains(UInt8(ascii: ":")) ? "[" + parts.host + "]" : parts.host
    self.host = Array((port == 80 ? host : host + ":" + String(port)).utf8)
    postHead = Self.head(of: "POST", path: self.path, host: self.host) + Self.identity
  }
}
