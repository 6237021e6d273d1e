// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The address of a TCP port that is known without asking anybody.
enum SocketAddress: Sendable {
  case v4(sockaddr_in)
  case v6(sockaddr_in6)

  /// The addresses of a host that is written as one, or is `localhost` (RFC 6761); none of any other name.
  static func known(for host: String, port: UInt16) -> [SocketAddress] {
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    if name == "localhost" || name.hasSuffix(".localhost") {
      var four = in_addr()
      four.s_addr = UInt32(0x7F00_0001).bigEndian
      return [.v6(in6addr_loopback, port), .v4(four, port)]
    }
    var four = in_addr()
    if inet_pton(AF_INET, host, &four) == 1 { return [.v4(four, port)] }
    var six = in6_addr()
    if inet_pton(AF_INET6, host, &six) == 1 { return [.v6(six, port)] }
    return []
  }

  var family: CInt {
    switch self {
    case .v4: AF_INET
    case .v6: AF_INET6
    }
  }

  func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    switch self {
    case .v4(let address): Self.with(address, body)
    case .v6(let address): Self.with(address, body)
    }
  }

  private static func v4(_ host: in_addr, _ port: UInt16) -> SocketAddress {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr = host
    return .v4(address)
  }

  private static func v6(_ host: in6_addr, _ port: UInt16) -> SocketAddress {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_addr = host
    return .v6(address)
  }

  private static func with<Address, Result>(
    _ address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Address>.size)) }
    }
  }
}
