// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import SpateEventLoop

  /// One connection: its socket, its watch, and the transfer that uses it. On the loop's thread only.
  ///
  /// Idle, it is still watched: a server that closes it, or says something unasked, is heard at once. So a connection
  /// that carries many requests is told to the kernel once.
  final class PlainConnection {
    // What every read touches comes first (docs/decisions/0023).
    /// Nil while nobody uses it.
    @exclusivity(unchecked) var transfer: PlainTransfer?
    @exclusivity(unchecked) private var watch: SocketWatch?
    let socket: PlainSocket
    private let http: PlainHTTP
    let origin: PlainDestination.Origin
    /// When its last transfer ended.
    var idleSince = Duration.zero

    init(http: PlainHTTP, socket: PlainSocket, origin: PlainDestination.Origin) {
      self.http = http
      self.socket = socket
      self.origin = origin
      watch = SocketWatch(loop: http.loop, descriptor: socket.descriptor) { [unowned self] in ready($0) }
    }

    /// Is told of exactly this from now on.
    func await(_ readiness: Readiness) { watch?.update(readiness) }

    /// Only the owner's list calls it.
    func close() {
      guard watch != nil else { return }
      watch?.cancel()
      watch = nil
      socket.close()
    }

    private func ready(_ readiness: Readiness) {
      if let transfer { transfer.ready(readiness) } else { http.close(self) }
    }
  }
#endif
