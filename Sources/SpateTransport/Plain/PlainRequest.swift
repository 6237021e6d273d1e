// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A request as its bytes on the wire, and where they go.
struct PlainRequest {
  /// What connections are kept for.
  struct Origin: Hashable {
    let host: String
    let port: UInt16
  }

  /// Where a connection is made to.
  struct Target {
    let origin: Origin
    /// To be tried one after the other.
    let addresses: [SocketAddress]
    let isLoopback: Bool
    let connectTimeout: Duration
  }

  let target: Target
  /// The head, and a small body.
  let bytes: [UInt8]
  /// A large body, which is not copied.
  let body: [UInt8]

  /// A body up to this size goes out with the head, in one call.
  private static let smallBody = 32 << 10

  /// Nil where it takes more than a socket: TLS, a name that must be looked up, a proxy, a guard over the addresses that
  /// may be connected to (trust.md S20), which libcurl asks. `request` has no flaw.
  init?(_ request: HTTPRequest, _ parts: URLParts, environment: (String) -> String? = Self.variable) {
    guard request.addresses == nil else { return nil }
    let url = Array(request.url.utf8)
    guard url.span.startsIgnoringCase(with: "http://") else { return nil }
    let port = parts.port ?? 80
    let addresses = SocketAddress.known(for: parts.host, port: port)
    guard !addresses.isEmpty else { return nil }
    let isLoopback = parts.isLoopback
    guard isLoopback || !Self.mayHaveProxy(environment) else { return nil }
    target = Target(
      origin: Origin(host: parts.host, port: port), addresses: addresses, isLoopback: isLoopback,
      connectTimeout: request.connectTimeout)

    let path = url[7...].drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    let isSmall = request.body.count <= Self.smallBody
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512 + path.count + (isSmall ? request.body.count : 0))
    bytes += request.method.utf8
    bytes.append(0x20)
    if path.first != UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
    bytes += path
    bytes += " HTTP/1.1\r\n".utf8
    // The order of libcurl. A field of the caller's takes the place of ours.
    if let host = request.fields["host"] {
      Self.append("Host", host, to: &bytes)
    } else {
      let host = parts.host.utf8.contains(UInt8(ascii: ":")) ? "[" + parts.host + "]" : parts.host
      Self.append("Host", port == 80 ? host : host + ":" + String(port), to: &bytes)
    }
    // Over libcurl an answer that is not read as it comes may be compressed. Here nobody would gain by it.
    if request.fields["accept-encoding"] == nil { Self.append("Accept-Encoding", "identity", to: &bytes) }
    for field in request.fields.fields where !HTTPFields.areSame(field.name, "host") {
      Self.append(field.name, field.value, to: &bytes)
    }
    if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
      Self.append("Content-Length", String(request.body.count), to: &bytes)
    }
    bytes += "\r\n".utf8
    if isSmall { bytes += request.body }
    self.bytes = bytes
    body = isSmall ? [] : request.body
  }

  private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
    bytes += name.utf8
    bytes += ": ".utf8
    bytes += value.utf8
    bytes += "\r\n".utf8
  }

  /// Whether libcurl would find a proxy for such a request, or at least look for one: `no_proxy` is its matter.
  private static func mayHaveProxy(_ environment: (String) -> String?) -> Bool {
    ["http_proxy", "all_proxy", "ALL_PROXY"].contains { environment($0)?.isEmpty == false }
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
