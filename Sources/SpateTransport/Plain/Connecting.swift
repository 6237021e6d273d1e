// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import SpateEventLoop

  /// Makes a connection for a transfer: one address after the other, within the time allowed. On the loop's thread only.
  final class Connecting {
    private unowned let transfer: PlainTransfer
    private let http: PlainHTTP
    private var addresses: ArraySlice<SocketAddress>
    private let timeout: Duration
    private var deadline = Duration.zero
    private var clock: LoopTimer?

    /// So long an address is waited for while there is another.
    private static let patience = Duration.milliseconds(200)

    init(_ transfer: PlainTransfer, http: PlainHTTP) {
      self.transfer = transfer
      self.http = http
      addresses = transfer.destination.addresses[...]
      timeout = transfer.connectTimeout
    }

    /// The socket of the address under way has something to say.
    func ready() {
      switch transfer.connection?.socket.progress() {
      case .done?: succeed()
      case .failed?: next()
      case .underWay?, nil: break
      }
    }

    /// Tries the next address; ends the transfer where there is none.
    func next() {
      if let connection = transfer.connection {
        http.close(connection)
        transfer.connection = nil
      }
      var failure = TransportError(.connect, "the connection was refused")
      while let address = addresses.popFirst() {
        guard let socket = PlainSocket(to: address, isLocal: transfer.destination.isLoopback) else {
          // There may be none of this family.
          failure = TransportError(.connect, "the connection could not be made")
          continue
        }
        let state = socket.connect(to: address)
        if case .failed = state {
          socket.close()
          continue
        }
        let connection = PlainConnection(http: http, socket: socket, origin: transfer.destination.origin)
        http.add(connection)
        connection.transfer = transfer
        transfer.connection = connection
        if case .done = state { succeed() } else { wait(for: connection) }
        return
      }
      transfer.fail(failure)
    }

    private func wait(for connection: PlainConnection) {
      connection.await(Readiness(writes: true))
      if clock == nil {
        deadline = LoopClock.now + timeout
        clock = LoopTimer(loop: http.loop) { [unowned self] in expired() }
      }
      let left = deadline - LoopClock.now
      clock?.arm(after: addresses.isEmpty ? left : min(left, Self.patience))
    }

    private func expired() {
      guard !addresses.isEmpty, LoopClock.now < deadline else {
        return transfer.fail(TransportError(.connectTimeout, "no connection in the time allowed"))
      }
      next()
    }

    private func succeed() {
      clock = nil
      guard let connection = transfer.connection else { return }
      transfer.send(on: connection)
    }
  }
#endif
