// SPDX-License-Identifier: Apache-2.0

import SpateServer
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A small blocking client on a raw socket. Every read has a watchdog.
final class TestClient {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  let descriptor: CInt
  private var buffer: [UInt8] = []

  /// `receiveBuffer` makes the client's window small, so that it stops taking bytes early.
  init(_ server: HTTPServer, address: LoopbackAddress = .v4, receiveBuffer: CInt? = nil) throws {
    #if canImport(Darwin)
      let type = SOCK_STREAM
    #else
      // A child process of another test must not hold the connection open.
      let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    #endif
    descriptor = socket(address == .v4 ? AF_INET : AF_INET6, type, 0)
    var watchdog = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &watchdog, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &watchdog, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<CInt>.size))
    }
    let connected: CInt
    if address == .v4 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = server.port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      connected = Self.connect(descriptor, &address)
    } else {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = server.port.bigEndian
      address.sin6_addr = in6addr_loopback
      connected = Self.connect(descriptor, &address)
    }
    guard connected == 0 else { throw Failure(description: "no connection: \(errno)") }
  }

  deinit { _ = Self.close(descriptor) }

  private var isClosed = false

  func close() {
    guard !isClosed else { return }
    isClosed = true
    // The descriptor itself is given back in deinit: another test must not get its number meanwhile.
    shutdown(descriptor, CInt(SHUT_RDWR))
  }

  /// Leaves with a reset.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    // Connecting to no address ends a stream socket at once, as closing would.
    var none = sockaddr()
    none.sa_family = sa_family_t(AF_UNSPEC)
    _ = Self.connect(descriptor, &none)
  }

  func endSending() { shutdown(descriptor, CInt(SHUT_WR)) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { Self.send(descriptor, $0) }
      guard count > 0 else { throw Failure(description: "send failed: \(errno)") }
      start += count
    }
  }

  /// Sends while the other side takes bytes without waiting; the count.
  func sendUntilFull(_ limit: Int) -> Int {
    let block = [UInt8](repeating: UInt8(ascii: "x"), count: 16 << 10)
    var sent = 0
    var empty = 0
    while sent < limit, empty < 50 {
      let count = block.withUnsafeBytes { Self.send(descriptor, $0, flags: CInt(MSG_DONTWAIT)) }
      if count > 0 {
        sent += count
        empty = 0
      } else {
        guard errno == EAGAIN else { return sent }
        empty += 1
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&watched, 1, 10)
      }
    }
    return sent
  }

  /// Whether there is something to read, or the end.
  func isReadable(within milliseconds: CInt) -> Bool {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&watched, 1, milliseconds) > 0
  }

  /// What the next read gives; empty at the end.
  func receive(_ most: Int = 64 << 10) throws -> [UInt8] {
    if !buffer.isEmpty {
      defer { buffer = [] }
      return buffer
    }
    var bytes = [UInt8](repeating: 0, count: most)
    let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else { throw Failure(description: errno == ECONNRESET ? "reset" : "receive failed: \(errno)") }
    return Array(bytes[..<count])
  }

  /// Everything up to and with `end`.
  func receive(through end: String) throws -> String {
    let mark = Array(end.utf8)
    var bytes: [UInt8] = []
    var searched = 0
    while true {
      if let at = bytes[max(0, searched - mark.count)...].firstRange(of: mark)?.upperBound {
        buffer = Array(bytes[at...])
        return String(decoding: bytes[..<at], as: UTF8.self)
      }
      searched = bytes.count
      let piece = try receive()
      guard !piece.isEmpty else {
        throw Failure(description: "ended before \(end): \(String(decoding: bytes, as: UTF8.self))")
      }
      bytes += piece
    }
  }

  func receive(count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = try receive()
      guard !piece.isEmpty else { throw Failure(description: "ended after \(bytes.count) of \(count)") }
      bytes += piece
    }
    buffer = Array(bytes[count...])
    return Array(bytes[..<count])
  }

  /// Everything up to the connection's orderly end.
  func receiveAll() throws -> String {
    var bytes: [UInt8] = []
    while true {
      let piece = try receive()
      if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece
    }
  }

  /// A response with Content-Length: its head and body.
  func response() throws -> (head: String, body: String) {
    let head = try receive(through: "\r\n\r\n")
    guard let field = head.firstRange(of: "Content-Length: ") else { return (head, "") }
    let digits = head[field.upperBound...].prefix { $0.isNumber }
    return (head, String(decoding: try receive(count: Int(digits) ?? 0), as: UTF8.self))
  }

  private static func connect<Address>(_ descriptor: CInt, _ address: inout Address) -> CInt {
    withUnsafeMutableBytes(of: &address) { bytes in
      guard let start = bytes.baseAddress else { return -1 }
      return systemConnect(descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
  }

  private static func send(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer, flags: CInt = 0) -> Int {
    #if canImport(Darwin)
      systemSend(descriptor, bytes.baseAddress, bytes.count, flags)
    #else
      systemSend(descriptor, bytes.baseAddress, bytes.count, flags | CInt(MSG_NOSIGNAL))
    #endif
  }

  private static func close(_ descriptor: CInt) -> CInt { systemClose(descriptor) }
}

private func systemConnect(_ descriptor: CInt, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> CInt {
  connect(descriptor, address, length)
}
private func systemSend(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
  send(descriptor, bytes, count, flags)
}
private func systemClose(_ descriptor: CInt) -> CInt { close(descriptor) }
