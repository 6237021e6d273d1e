// SPDX-License-Identifier: Apache-2.0

internal import SpateEventLoop

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A stream socket's descriptor and the system calls we make on it.
struct ServerSocket {
  /// What a call on a non-blocking socket gave.
  enum Transferred {
    case bytes(Int)
    /// Nothing now; readiness will say when.
    case wouldBlock
    /// The connection is lost.
    case failed
  }

  let descriptor: Int32

  /// A socket listening on a loopback address, with the port it got.
  static func listening(on address: LoopbackAddress, port: UInt16) throws(ServerError) -> (ServerSocket, UInt16) {
    let socket = ServerSocket(descriptor: systemSocket(address == .v4 ? AF_INET : AF_INET6, streamType, 0))
    guard socket.descriptor >= 0 else { throw .cannotListen(port: port, errno: errno) }
    do throws(ServerError) {
      socket.prepare()
      // Without it a restarted server waits for old connections to be forgotten.
      socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
      let bound = address == .v4 ? socket.bindV4(port) : socket.bindV6(port)
      guard bound == 0, listen(socket.descriptor, 1024) == 0 else {
        throw .cannotListen(port: port, errno: errno)
      }
      return (socket, try socket.port())
    } catch {
      socket.close()
      throw error
    }
  }

  /// The next client, ready for use; `failed` when descriptors or memory have run out.
  func accept() -> (socket: ServerSocket?, outOfResources: Bool) {
    while true {
      let accepted = acceptCloseOnExec(descriptor)
      if accepted >= 0 {
        let socket = ServerSocket(descriptor: accepted)
        socket.prepare()
        // Events are small and must not wait for an acknowledgement (Nagle).
        socket.set(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        return (socket, false)
      }
      switch errno {
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return (nil, true)
      // That client left before we came to it.
      case EINTR, ECONNABORTED, EPROTO: continue
      default: return (nil, false)
      }
    }
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transferred {
    result(recv(descriptor, buffer.baseAddress, buffer.count, 0))
  }

  func send(_ bytes: UnsafeRawBufferPointer) -> Transferred {
    #if canImport(Darwin)
      result(systemSend(descriptor, bytes.baseAddress, bytes.count, 0))
    #else
      result(systemSend(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL)))
    #endif
  }

  /// Ends our direction after what was sent; the client sees an orderly end.
  func endSending() { _ = shutdown(descriptor, CInt(SHUT_WR)) }

  /// From now on ``close()`` throws away what is under way and resets the connection.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  func setSendBuffer(_ bytes: Int) { set(SOL_SOCKET, SO_SNDBUF, CInt(clamping: bytes)) }

  func close() { _ = systemClose(descriptor) }

  private func prepare() {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    #if canImport(Darwin)
      set(SOL_SOCKET, SO_NOSIGPIPE, 1)
    #endif
  }

  private func set(_ level: CInt, _ name: CInt, _ value: CInt) {
    var value = value
    setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
  }

  private func bindV4(_ port: UInt16) -> CInt {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return bind(&address)
  }

  private func bindV6(_ port: UInt16) -> CInt {
    set(CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1)
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_addr = in6addr_loopback
    return bind(&address)
  }

  private func bind<Address>(_ address: inout Address) -> CInt {
    withUnsafeMutableBytes(of: &address) { bytes in
      guard let start = bytes.baseAddress else { return -1 }
      return systemBind(
        descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
  }

  private func port() throws(ServerError) -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let port: UInt16? = withUnsafeMutableBytes(of: &storage) { bytes in
      guard let start = bytes.baseAddress,
        getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length) == 0
      else { return nil }
      // The port is at the same place in the addresses of both families.
      return UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
    }
    guard let port else { throw .cannotListen(port: 0, errno: errno) }
    return port
  }

  private func result(_ count: Int) -> Transferred {
    if count >= 0 { return .bytes(count) }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .wouldBlock : .failed
  }
}

#if canImport(Darwin)
  private let streamType = SOCK_STREAM
#else
  // At once: a program that another thread starts between two calls would keep the port.
  private let streamType = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
#endif

// The members above have the names of these functions.
private func systemSocket(_ family: CInt, _ type: CInt, _ number: CInt) -> CInt { socket(family, type, number) }
private func systemBind(_ descriptor: CInt, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> CInt {
  bind(descriptor, address, length)
}
private func systemSend(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
  send(descriptor, bytes, count, flags)
}
private func systemClose(_ descriptor: CInt) -> CInt { close(descriptor) }
