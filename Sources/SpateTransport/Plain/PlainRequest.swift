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
    // The order of libcurl. A field of the caller's takes the place of ours.
    let ownHost = request.fields["host"]
    let takesEncodings = request.fields["accept-encoding"] != nil
    if request.method == "POST", ownHost == nil, !takesEncodings {
      bytes += destination.postHead
    } else {
      let host = ownHost.map { Array($0.utf8) } ?? destination.host
      bytes += PlainDestination.head(of: request.method, path: destination.path, host: host)
      if !takesEncodings { bytes += PlainDestination.identity }
    }
    var fields = request.fields
    if ownHost != nil { fields["host"] = nil }
    fields.write(to: &bytes)
    if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
      bytes += "Content-Length: ".utf8
      bytes += String(request.body.count).utf8
      bytes += "\r\n".utf8
    }
    bytes += "\r\n".utf8
    if isSmall { bytes += request.body }
    self.bytes = bytes
    body = isSmall ? [] : request.body
  }

  /// Whether libcurl would find a proxy for such a request, or at least look for one: `no_proxy` is its matter.
  private static func mayHaveProxy(_ environment: (String) -> String?) -> Bool {
    ["http_proxy", "all_proxy", "ALL_PROXY"].contains { environment($0)?.isEmpty == false }
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
