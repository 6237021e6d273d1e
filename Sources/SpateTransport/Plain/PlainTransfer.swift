// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import SpateCore
  internal import SpateEventLoop
  internal import Synchronization

  /// One exchange over a socket of ours, and what its owner may call at any time.
  ///
  /// `@unchecked Sendable`: `cancelled` is atomic; every `var` is set before the transfer is posted to the loop and
  /// touched by the loop's thread alone from then on. What every read touches goes without the check of exclusive access: a
  /// sink that calls back to a transfer only posts, and timers, which act at once, touch none.
  final class PlainTransfer: Transfer, @unchecked Sendable {
    // What every read touches comes first (docs/decisions/0023).
    /// Nil once `end` was delivered: a transfer that is over keeps nothing alive.
    @exclusivity(unchecked) var sink: (any ByteSink)?
    /// The one it sends and receives on, or tries to make.
    @exclusivity(unchecked) var connection: PlainConnection?
    @exclusivity(unchecked) private var connecting: Connecting?
    /// Whether the end of this turn will be reported.
    @exclusivity(unchecked) var awaitsTurnEnd = false
    /// Nothing is received any more: its end is on the way.
    @exclusivity(unchecked) private(set) var isOver = false
    @exclusivity(unchecked) private var isPaused = false
    private let cancelled = Atomic(false)
    private let http: PlainHTTP
    /// What is left to be sent, and how much of it went out.
    @exclusivity(unchecked) private var output: [UInt8]
    @exclusivity(unchecked) private var parser: ResponseParser
    @exclusivity(unchecked) private var coding: ContentCoding?

    let destination: PlainDestination
    let connectTimeout: Duration
    /// How it ends once the sink has taken what is held of a compressed body.
    private var heldEnd: (result: Result<Void, TransportError>, keepsAlive: Bool)?
    private var body: [UInt8]
    private var sent = 0
    /// The connection takes nothing more: what the server said before is still read.
    private var isSendingBroken = false

    init(http: PlainHTTP, sink: any ByteSink, request: PlainRequest, of message: HTTPRequest) {
      self.http = http
      self.sink = sink
      destination = request.destination
      connectTimeout = request.connectTimeout
      output = request.bytes
      body = request.body
      parser = ResponseParser(method: message.method, expectsBody: message.expectsStream)
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    // MARK: Any thread

    // Both only post: a sink may call them from inside a delivery.

    func resume() { http.loop.call { self.goOn() } }

    func cancel() {
      guard !cancelled.exchange(true, ordering: .relaxed) else { return }
      http.loop.call { self.http.finish(self, .failure(PlainHTTP.cancelled)) }
    }

    // MARK: The loop's thread

    /// After the end: a cancel that comes now has nothing to do.
    func close() {
      cancelled.store(true, ordering: .relaxed)
      (sink, connection, connecting) = (nil, nil, nil)
      (output, body) = ([], [])
      isOver = true
    }

    /// Makes a connection, then sends the request.
    func connect() {
      let connecting = Connecting(self, http: http)
      self.connecting = connecting
      connecting.next()
    }

    /// Sends the request on `connection`, which stands.
    func send(on connection: PlainConnection) {
      connecting = nil
      self.connection = connection
      connection.transfer = self
      guard !isCancelled else { return }
      sink?.sending()
      flush()
      settle()
    }

    /// Ends it: there is no connection.
    func fail(_ error: TransportError) { conclude(.failure(error)) }

    func ready(_ readiness: Readiness) {
      guard !isOver else { return }
      if let connecting { return connecting.ready() }
      if readiness.writes { flush() }
      if readiness.reads, !isOver { receive() }
      if !isOver { settle() }
    }

    private func goOn() {
      guard !isOver else { return }
      isPaused = false
      if coding?.isHolding == true, !isCancelled {
        let nothing: [UInt8] = []
        deliver(nothing.span)
      }
      if !isOver { settle() }
    }

    /// Watches for what is awaited.
    private func settle() {
      connection?.await(Readiness(reads: !isPaused, writes: !output.isEmpty))
    }

    private func conclude(_ result: Result<Void, TransportError>, keepsAlive: Bool = false) {
      guard !isOver else { return }
      isOver = true
      // With bytes of this request still to come the server would read them as the next one.
      http.conclude(self, result, keepsAlive: keepsAlive && output.isEmpty && !isSendingBroken)
    }

    // MARK: Sending

    private func flush() {
      guard let socket = connection?.socket else { return }
      while !output.isEmpty {
        let result = output.withUnsafeBytes {
          socket.send(UnsafeRawBufferPointer(rebasing: $0[sent...]), hasMore: !body.isEmpty)
        }
        switch result {
        case .bytes(let count): sent += count
        case .wouldBlock: return
        case .failed:
          // It may have answered and closed before it had read everything.
          isSendingBroken = true
          (output, body) = ([], [])
        }
        guard sent >= output.count else { continue }
        (output, body, sent) = (body, [], 0)
      }
    }

    // MARK: Receiving

    /// At most so many reads a turn: other sockets are served between.
    private static let readsPerTurn = 4

    private func receive() {
      guard let connection else { return }
      for _ in 0..<Self.readsPerTurn {
        guard !isOver, !isPaused, !isCancelled else { return }
        switch connection.socket.receive(into: http.buffer) {
        case .bytes(0): return end(parser.end(isOrderly: true))
        case .bytes(let count):
          take(UnsafeMutableRawBufferPointer(rebasing: http.buffer[..<count]))
          // A buffer that is not full was all there is.
          if count < http.buffer.count { return }
        case .wouldBlock: return
        case .failed: return end(parser.end(isOrderly: false))
        }
      }
    }

    private func take(_ received: UnsafeMutableRawBufferPointer) {
      let elements = received.assumingMemoryBound(to: UInt8.self)
      var bytes = elements.mutableSpan
      let step = parser.feed(&bytes)
      if let head = step.head {
        coding = ContentCoding(head.fields)
        noteDelivery()
        sink?.head(head)
      }
      if !step.body.isEmpty, !isCancelled { deliver(elements.span.extracting(step.body)) }
      switch step.outcome {
      case .more: break
      case .complete(let keepsAlive): end(.success(()), keepsAlive: keepsAlive)
      case .failed(let error): end(.failure(error))
      }
    }

    private func end(_ result: Result<Void, TransportError>, keepsAlive: Bool = false) {
      guard coding?.isHolding != true else { return heldEnd = (result, keepsAlive) }
      concludeBody(result, keepsAlive: keepsAlive)
    }

    /// A body may be whole by its framing, and cut by its compression: a proxy compressed what it did not get to its end.
    private func concludeBody(_ result: Result<Void, TransportError>, keepsAlive: Bool) {
      guard case .success = result, coding?.isComplete == false else {
        return conclude(result, keepsAlive: keepsAlive)
      }
      conclude(.failure(TransportError(.truncated, "the compressed body was cut off")), keepsAlive: keepsAlive)
    }

    /// Gives the sink a piece of the body, or what is held of it.
    private func deliver(_ bytes: Span<UInt8>) {
      guard coding != nil else {
        noteDelivery()
        if case .pause? = sink?.body(bytes) { isPaused = true }
        return
      }
      do throws(TransportError) {
        let demand = try coding?.decode(bytes) { piece in
          guard !isCancelled, let sink else { return .pause }
          noteDelivery()
          return sink.body(piece)
        }
        if case .pause? = demand { isPaused = true }
        if let heldEnd, coding?.isHolding != true { concludeBody(heldEnd.result, keepsAlive: heldEnd.keepsAlive) }
      } catch {
        conclude(.failure(error))
      }
    }

    private func noteDelivery() {
      guard !awaitsTurnEnd else { return }
      awaitsTurnEnd = true
      http.noteDelivery(to: self)
    }
  }
#endif
