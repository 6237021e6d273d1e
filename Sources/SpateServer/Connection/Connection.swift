// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  @_spi(Internals) internal import SpateCore
  internal import SpateEventLoop

  /// One client: reads requests one after the other, gives each to the handler, sends what the exchange writes.
  ///
  /// `@unchecked Sendable`: touched on the loop's thread only.
  final class Connection: @unchecked Sendable {
    enum State {
      /// Reads requests, or holds back what comes while a reply runs.
      case open
      /// No request follows: sends what is queued.
      case draining
      /// Our end is sent; the client's is awaited, because closing with its bytes unread would reset the connection
      /// and could take our answer with it.
      case lingering
      case closed
    }

    /// What the deadline is for.
    enum Purpose {
      case none, idle, header, body, stall, linger
    }

    let core: ServerCore
    let socket: ServerSocket
    /// Counted from 1, in the order of acceptance.
    let number: Int

    /// Written by the exchange; ``flush()`` afterwards.
    var queue = OutputQueue()

    private(set) var state = State.open
    private(set) var parser: RequestParser
    private(set) var exchange: Exchange?
    /// Received while a reply ran.
    private(set) var held: [UInt8] = []
    private(set) var heldStart = 0
    private(set) var watch: SocketWatch?
    var watched = (read: false, write: false)
    private(set) var deadline: Deadline?
    var purpose = Purpose.none
    /// The socket is full: the rest goes when it says so.
    private(set) var isWaiting = false
    private(set) var peerEnded = false
    private var isAdvancing = false

    init(core: ServerCore, socket: ServerSocket, number: Int) {
      self.core = core
      self.socket = socket
      self.number = number
      parser = RequestParser(limits: core.configuration.limits)
    }

    /// Begins to read.
    func start() {
      watch = SocketWatch(loop: core.loop, descriptor: socket.descriptor) { [weak self] readiness in
        // Held for the length of both calls: writing to who left closes the connection, and nobody else holds it then.
        guard let self else { return }
        if readiness.writes { writable() }
        if readiness.reads { readable() }
      }
      deadline = Deadline(loop: core.loop) { [unowned self] in expired() }
      settle()
    }

    /// Closes at once. A running exchange is told the reason.
    func close(_ reason: CloseReason) {
      guard state != .closed else { return }
      state = .closed
      watch?.cancel()
      watch = nil
      deadline?.cancel()
      deadline = nil
      socket.close()
      queue.removeAll()
      held = []
      core.remove(self)
      let lost = exchange
      exchange = nil
      lost?.connectionClosed(reason)
    }

    // MARK: For the exchange

    /// Sends what is queued; the rest goes when the socket takes it. The connection may be closed afterwards.
    func flush() {
      guard state != .closed, !isWaiting, !queue.isEmpty else { return }
      switch queue.send(to: socket) {
      case .all: break
      case .some, .none:
        isWaiting = true
        settle()
      case .failed: close(.peerLeft)
      }
    }

    /// The reply is complete, or given up; what is queued is still sent.
    func endExchange(keepsAlive: Bool) {
      guard state == .open else { return }
      exchange = nil
      if !keepsAlive {
        endGracefully()
      } else if !isAdvancing, heldStart < held.count {
        // Not from here: the handler that ended this exchange is still running.
        core.loop.call { [self] in
          advance()
          settle()
        }
      }
      if !isAdvancing { settle() }
    }

    /// Ends the connection with a reset.
    func reset() {
      exchange = nil
      socket.resetOnClose()
      close(.peerLeft)
    }

    // MARK: Reading

    /// Whether the next request may be read.
    var isReady: Bool { state == .open && exchange == nil && queue.isEmpty }

    private func readable() {
      let room =
        isReady || state != .open ? core.scratch.count : core.configuration.heldBytes - (held.count - heldStart)
      guard state != .closed, room > 0 else { return }
      let buffer = UnsafeMutableRawBufferPointer(rebasing: core.scratch[..<min(room, core.scratch.count)])
      switch socket.receive(into: buffer) {
      case .bytes(0): peerDidEnd()
      case .bytes(let count):
        if state == .open { take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
      case .wouldBlock: return
      case .failed: close(.peerLeft)
      }
      settle()
    }

    private func take(_ buffer: UnsafeRawBufferPointer) {
      let bytes = buffer.assumingMemoryBound(to: UInt8.self).span
      guard isReady, heldStart == held.count else { return hold(bytes) }
      let (outcome, used) = parser.feed(bytes)
      // Before the handler runs, which may end up reading on.
      if used < bytes.count { hold(bytes.extracting(used...)) }
      isAdvancing = true
      act(on: outcome)
      isAdvancing = false
      advance()
    }

    private func hold(_ bytes: Span<UInt8>) {
      // A client that always has a request under way would never let the array become empty.
      if heldStart > held.count / 2 {
        held.removeSubrange(..<heldStart)
        heldStart = 0
      }
      held.append(bytes)
    }

    /// Reads requests out of what is held while nothing is in the way.
    private func advance() {
      guard !isAdvancing else { return }
      isAdvancing = true
      while isReady, heldStart < held.count {
        let (outcome, used) = parser.feed(held.span.extracting(heldStart...))
        heldStart += used
        if heldStart == held.count {
          held.removeAll(keepingCapacity: true)
          heldStart = 0
        }
        act(on: outcome)
      }
      isAdvancing = false
    }

    private func act(on outcome: RequestParser.Outcome) {
      switch outcome {
      case .more:
        guard parser.takeExpectation() else { return }
        queue.append("HTTP/1.1 100 Continue\r\n\r\n")
        flush()
      case .request(let request):
        core.counters.withLock { $0.requests += 1 }
        purpose = .none
        let exchange = Exchange(request: request, connection: self)
        self.exchange = exchange
        core.handler.handle(exchange)
      case .refused(let refusal): refuse(refusal)
      }
    }

    func refuse(_ refusal: Refusal) {
      core.counters.withLock { $0.refused += 1 }
      let head = ResponseHead(
        status: refusal.status, fields: ["Content-Type": "text/plain"],
        framing: .length(refusal.reason.utf8.count + 1), version: .http11, keepsAlive: false)
      head.append(to: &queue)
      queue.append(refusal.reason)
      queue.append("\n")
      flush()
      endGracefully()
    }

    /// The client sends nothing more. While a reply runs that is taken for leaving: nothing else tells us at once.
    private func peerDidEnd() {
      switch state {
      case .open where exchange == nil && !queue.isEmpty, .draining:
        peerEnded = true
        state = .draining
      case .open, .lingering: close(.peerLeft)
      case .closed: break
      }
    }

    // MARK: Writing

    private func writable() {
      guard state != .closed else { return }
      switch queue.send(to: socket) {
      case .all:
        isWaiting = false
        if state == .draining {
          endGracefully()
        } else if let exchange {
          exchange.queueDrained()
        } else {
          advance()
        }
      // The client reads: its deadline starts anew.
      case .some: purpose = .none
      case .none: break
      case .failed: close(.peerLeft)
      }
      settle()
    }

    /// Sends what is queued, then our end, then waits for the client's.
    private func endGracefully() {
      guard state == .open || state == .draining else { return }
      state = .draining
      held = []
      heldStart = 0
      guard queue.isEmpty else { return }
      guard !peerEnded else { return close(.peerLeft) }
      state = .lingering
      socket.endSending()
    }
  }
#endif
