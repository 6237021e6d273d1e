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
  let destination: PlainDestination
  let connectTimeout: Duration
  /// The head, and a small body.
  let bytes: [UInt8]
  /// A large body, which is not copied.
  let body: [UInt8]

  /// A body up to this size goes out with the head, in one call.
  private static let smallBody = 32 << 10
  private static let colon = ": ".utf8
  private static let lineEnd = "\r\n".utf8

  /// Nil where it takes more than a socket: a proxy, a guard over the addresses that may be connected to (trust.md S20),
  /// which libcurl asks. The fields of `request` have no flaw.
  init?(
    _ request: HTTPRequest, to destination: PlainDestination, environment: (String) -> String? = Self.variable
  ) {
    guard request.addresses == nil, destination.isLoopback || !Self.mayHaveProxy(environment) else { return nil }
    self.destination = destination
    connectTimeout = request.connectTimeout

    let isSmall = request.body.count <= Self.smallBody
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512 + destination.path.count + (isSmall ? request.body.count : 0))
    bytes += request.method.utf8
    bytes.append(0x20)
    bytes += destination.path
    bytes += " HTTP/1.1\r\n".utf8
    // The order of libcurl. A field of the caller's takes the place of ours.
    let ownHost = request.fields["host"]
    if let ownHost {
      Self.append("Host", ownHost.utf8, to: &bytes)
    } else {
      Self.append("Host", destination.host, to: &bytes)
    }
    // Over libcurl an answer that is not read as it comes may be compressed. Here nobody would gain by it.
    if request.fields["accept-encoding"] == nil { Self.append("Accept-Encoding", "identity".utf8, to: &bytes) }
    var fields = request.fields
    if ownHost != nil { fields["host"] = nil }
    fields.write(to: &bytes)
    if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
      Self.append("Content-Length", String(request.body.count).utf8, to: &bytes)
    }
    bytes += Self.lineEnd
    if isSmall { bytes += request.body }
    self.bytes = bytes
    body = isSmall ? [] : request.body
  }

  private static func append(_ name: String, _ value: some Collection<UInt8>, to bytes: inout [UInt8]) {
    bytes += name.utf8
    bytes += colon
    bytes += value
    bytes += lineEnd
  }

  /// Whether libcurl would find a proxy for such a request, or at least look for one: `no_proxy` is its matter.
  private static func mayHaveProxy(_ environment: (String) -> String?) -> Bool {
    ["http_proxy", "all_proxy", "ALL_PROXY"].contains { environment($0)?.isEmpty == false }
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
