// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  // Its headers show the types of sockets too: whose they are, Glibc's or CCurl's, depends on which is read first.
  internal import CCurl

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #endif

  /// A non-blocking TCP socket's descriptor and the system calls we make on it.
  struct PlainSocket {
    /// What a call gave.
    enum Transferred {
      case bytes(Int)
      /// Nothing now; readiness will say when.
      case wouldBlock
      /// The connection is lost.
      case failed
    }

    enum Connecting {
      case done, underWay, failed
    }

    let descriptor: CInt

    /// Nil when the system has no descriptors left. Close-on-exec from the start: a program that the process starts
    /// meanwhile would hold the connection open after we closed it.
    init?(to address: SocketAddress, isLocal: Bool) {
      let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
      descriptor = systemSocket(address.family, type, 0)
      guard descriptor >= 0 else { return nil }
      // A request must not wait for an acknowledgement (Nagle, rule B14).
      set(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
      // On this machine nobody vanishes without a word.
      guard !isLocal else { return }
      set(SOL_SOCKET, SO_KEEPALIVE, 1)
      set(CInt(IPPROTO_TCP), TCP_KEEPIDLE, 60)
      set(CInt(IPPROTO_TCP), TCP_KEEPINTVL, 60)
    }

    func connect(to address: SocketAddress) -> Connecting {
      let code = address.withAddress { systemConnect(descriptor, $0, $1) }
      if code == 0 { return .done }
      // Interrupted, it goes on by itself.
      guard errno == EINPROGRESS || errno == EINTR else { return .failed }
      // On this machine it is made by now, which spares a turn and a watch.
      return progress(wait: 0)
    }

    /// How far a connection under way is.
    func progress(wait milliseconds: CInt = 0) -> Connecting {
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&entry, 1, milliseconds) > 0 else { return .underWay }
      var code: CInt = 0
      var size = socklen_t(MemoryLayout<CInt>.size)
      guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0, code == 0 else { return .failed }
      return .done
    }

    /// Whether nothing was heard on a connection that nobody uses: no end, no error, no byte.
    var isQuiet: Bool {
      var byte: UInt8 = 0
      return systemReceive(descriptor, &byte, 1, CInt(MSG_PEEK)) < 0 && errno == EAGAIN
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transferred {
      result(systemReceive(descriptor, buffer.baseAddress, buffer.count, 0))
    }

    /// `hasMore`: more is sent at once, so that the two can share a packet.
    func send(_ bytes: UnsafeRawBufferPointer, hasMore: Bool) -> Transferred {
      let flags = CInt(MSG_NOSIGNAL) | (hasMore ? CInt(MSG_MORE) : 0)
      return result(systemSend(descriptor, bytes.baseAddress, bytes.count, flags))
    }

    func close() { _ = systemClose(descriptor) }

    private func set(_ level: CInt, _ name: CInt, _ value: CInt) {
      var value = value
      setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    private func result(_ count: Int) -> Transferred {
      if count >= 0 { return .bytes(count) }
      return errno == EAGAIN || errno == EINTR ? .wouldBlock : .failed
    }
  }

  // The members above have the names of these functions.
  private func systemSocket(_ family: CInt, _ type: CInt, _ number: CInt) -> CInt { socket(family, type, number) }
  private func systemConnect(_ descriptor: CInt, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> CInt {
    connect(descriptor, address, length)
  }
  private func systemReceive(_ descriptor: CInt, _ bytes: UnsafeMutableRawPointer?, _ count: Int, _ flags: CInt) -> Int
  {
    recv(descriptor, bytes, count, flags)
  }
  private func systemSend(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
    send(descriptor, bytes, count, flags)
  }
  private func systemClose(_ descriptor: CInt) -> CInt { close(descriptor) }
#endif
