// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  @_spi(Internals) internal import SpateCore
  internal import SpateEventLoop
  internal import Synchronization

  /// HTTP/1.1 over sockets of our own, on the loop of a ``CurlTransport``: for `http` to an address that is known.
  ///
  /// What libcurl costs a chunk and a request is most of what a stream from this machine or its network costs
  /// (docs/decisions/0010). Everything that takes more than a socket, TLS, names, proxies, stays with libcurl.
  ///
  /// `@unchecked Sendable`: `count` is atomic; every `var` is touched by the loop's thread alone.
  final class PlainHTTP: @unchecked Sendable {
    let loop: EventLoop
    /// Every socket is read into it: they take turns on one thread.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    private let idleLifetime: Duration
    private let count = Atomic(0)
    private let destinations = Lock<[String: PlainDestination]>([:])
    private var connections: [CInt: PlainConnection] = [:]
    private var pool = ConnectionPool()
    private var idleClock: LoopTimer?
    private var isClockSet = false
    /// Those something was delivered to in this turn, and those that are over; the others are kept for their storage.
    @exclusivity(unchecked) private var touched: [PlainTransfer] = []
    @exclusivity(unchecked) private var turn: [PlainTransfer] = []
    @exclusivity(unchecked) private var done: [Ending] = []
    @exclusivity(unchecked) private var endings: [Ending] = []

    private typealias Ending = (transfer: PlainTransfer, result: Result<Void, TransportError>, keepsAlive: Bool)

    init(loop: EventLoop, idleLifetime: Duration) {
      self.loop = loop
      self.idleLifetime = idleLifetime
    }

    deinit { buffer.deallocate() }

    static let cancelled = TransportError(.cancelled, "the request was cancelled")

    // MARK: Any thread

    /// How many transfers have not ended.
    var inUse: Int { count.load(ordering: .relaxed) }

    /// A transfer that ``begin(_:)`` starts; nil for a request that is libcurl's.
    func transfer(for request: HTTPRequest, sink: any ByteSink) -> PlainTransfer? {
      // What is wrong with a request says the other side, for all of them.
      guard let destination = destination(of: request.url), request.flawBesideURL == nil,
        let plain = PlainRequest(request, to: destination)
      else { return nil }
      count.add(1, ordering: .relaxed)
      return PlainTransfer(http: self, sink: sink, request: plain, of: request)
    }

    private func destination(of url: String) -> PlainDestination? {
      // Equal strings may have other bytes, and be no URLs.
      if let known = destinations.withLock({ $0[url] }), known.url.hasBytes(of: url) { return known }
      guard let destination = PlainDestination(url) else { return nil }
      destinations.withLock { destinations in
        // Who makes up URLs does not fill the memory.
        if destinations.count >= 256 { destinations = [:] }
        destinations[url] = destination
      }
      return destination
    }

    /// Ends a transfer that never began, where nothing runs on the loop any more.
    func endAfterStop(_ transfer: PlainTransfer, _ error: TransportError) {
      let sink = transfer.sink
      transfer.close()
      count.subtract(1, ordering: .relaxed)
      sink?.end(.failure(error))
    }

    // MARK: The loop's thread

    func begin(_ transfer: PlainTransfer) {
      guard !transfer.isCancelled else { return finish(transfer, .failure(Self.cancelled)) }
      while let connection = pool.take(transfer.destination.origin) {
        // The server may have closed it in this very turn: a request is sent once, so it is looked at before.
        if connection.socket.isQuiet { return transfer.send(on: connection) }
        drop(connection)
      }
      transfer.connect()
    }

    /// Owns `connection` until ``close(_:)``.
    func add(_ connection: PlainConnection) { connections[connection.socket.descriptor] = connection }

    /// Closes a connection that nobody uses, or its user does not want any more.
    func close(_ connection: PlainConnection) {
      if connection.transfer == nil { pool.remove(connection) }
      drop(connection)
    }

    /// Ends `transfer` at the end of this turn.
    func conclude(_ transfer: PlainTransfer, _ result: Result<Void, TransportError>, keepsAlive: Bool) {
      done.append((transfer, result, keepsAlive))
    }

    /// Asks for a `turnEnded`.
    func noteDelivery(to transfer: PlainTransfer) { touched.append(transfer) }

    /// Ends `transfer` now. Does nothing when it has ended. Not inside a callback.
    func finish(_ transfer: PlainTransfer, _ result: Result<Void, TransportError>, keepsAlive: Bool = false) {
      guard let sink = transfer.sink else { return }
      let result = transfer.isCancelled ? .failure(Self.cancelled) : result
      if let connection = transfer.connection {
        connection.transfer = nil
        if keepsAlive, !transfer.isCancelled { keep(connection) } else { drop(connection) }
      }
      transfer.awaitsTurnEnd = false
      transfer.close()
      count.subtract(1, ordering: .relaxed)
      sink.end(result)
    }

    func endTurn() {
      // First: those that end need no other call.
      swap(&done, &endings)
      for ending in endings { finish(ending.transfer, ending.result, keepsAlive: ending.keepsAlive) }
      endings.empty()
      swap(&touched, &turn)
      for transfer in turn where transfer.awaitsTurnEnd {
        transfer.awaitsTurnEnd = false
        transfer.sink?.turnEnded()
      }
      turn.empty()
    }

    /// Ends everything with `error` and closes every socket.
    func shutDown(_ error: TransportError) {
      for connection in Array(connections.values) {
        if let transfer = connection.transfer { finish(transfer, .failure(error)) } else { drop(connection) }
      }
      pool = ConnectionPool()
      idleClock = nil
    }

    // MARK: Idle connections

    private func drop(_ connection: PlainConnection) {
      // By now the number may be another connection's.
      guard connections[connection.socket.descriptor] === connection else { return }
      connections[connection.socket.descriptor] = nil
      connection.close()
    }

    private func keep(_ connection: PlainConnection) {
      connection.idleSince = LoopClock.now
      guard pool.put(connection) else { return drop(connection) }
      // Also where it was not read at last: its close must be heard.
      connection.await(Readiness(reads: true))
      if !isClockSet { setClock(idleLifetime) }
    }

    private func setClock(_ delay: Duration) {
      let clock = idleClock ?? LoopTimer(loop: loop) { [unowned self] in closeIdle() }
      idleClock = clock
      isClockSet = true
      clock.arm(after: delay)
    }

    private func closeIdle() {
      isClockSet = false
      let now = LoopClock.now
      let (removed, next) = pool.removeIdle(since: now - idleLifetime)
      for connection in removed { drop(connection) }
      if let next { setClock(next + idleLifetime - now) }
    }
  }
#endif
