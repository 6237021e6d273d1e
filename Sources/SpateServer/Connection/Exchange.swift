// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  package import SpateCore
  package import SpateEventLoop

  /// Why a connection ended under a running exchange.
  package enum CloseReason: Sendable {
    /// The client closed, half-closed or reset the connection.
    case peerLeft
    /// The handler wrote on although the client does not read.
    case overflow
    /// The client took no byte of what was queued for too long.
    case stalled
    case serverStopped
  }

  /// One request and its reply. On the loop's thread only.
  ///
  /// A reply is ``respond(status:fields:body:)``, or ``begin(status:fields:)``, ``write(_:)`` and ``finish()``, or bytes
  /// of the handler's own by ``writeRaw(_:)``. Once it ended, by the handler or because the client left, every call does
  /// nothing, timers do not fire, and the callbacks are let go.
  ///
  /// `@unchecked Sendable`, so that it can travel through ``EventLoop/call(_:)`` to the loop's thread.
  package final class Exchange: @unchecked Sendable {
    private enum Phase {
      case waiting
      /// The head is sent.
      case streaming(ResponseHead.Framing)
      case ended
    }

    package let request: ServerRequest
    package let loop: EventLoop
    /// Which connection of the server it came on, counted from 1.
    package let connectionNumber: Int

    /// Called each time the queue is empty again after ``write(_:)`` gave false.
    package var onDrain: (() -> Void)?
    /// Called at most once, when the connection ends before the reply did; never from within a call of this object.
    package var onClose: ((CloseReason) -> Void)?

    private var connection: Connection?
    private var phase = Phase.waiting
    private var timers: [ExchangeTimer] = []
    /// No request can follow: bytes of the handler's own, a body that ends with the connection, or the head says so.
    private var mustClose = false
    private var owesDrain = false

    init(request: ServerRequest, connection: Connection) {
      self.request = request
      self.connection = connection
      loop = connection.core.loop
      connectionNumber = connection.number
    }

    /// Whether the reply can go on: it has not ended and the client is there, as far as is known.
    package var isOpen: Bool { connection != nil }

    /// The bytes the client's socket has not taken yet.
    package var queuedBytes: Int { connection?.queue.count ?? 0 }

    // MARK: A reply at once

    /// Sends a whole reply. Without a body to the method HEAD and with the statuses that have none.
    ///
    /// A field that would forge another one makes it a bare 500. Content-Length, Transfer-Encoding and Connection are
    /// the server's own; a `Connection: close` is heeded.
    package func respond(status: Int, fields: HTTPFields = [:], body: [UInt8] = []) {
      respond(status: status, fields: fields, body: body.span)
    }

    /// Sends a whole reply.
    package func respond(status: Int, fields: HTTPFields = [:], body: Span<UInt8>) {
      assert(loop.isOnLoop)
      guard case .waiting = phase, let connection else { return }
      guard ResponseHead.isValid(status: status, fields: fields) else { return fail() }
      let hasBody = ResponseHead.hasBody(status: status)
      let keepsAlive = keepsAlive(after: fields)
      let head = ResponseHead(
        status: status, fields: fields, framing: hasBody ? .length(body.count) : .none, version: request.version,
        keepsAlive: keepsAlive)
      head.append(to: &connection.queue)
      if hasBody, request.method != "HEAD" { connection.queue.append(body) }
      connection.flush()
      end(keepsAlive: keepsAlive)
    }

    // MARK: A streamed reply

    /// Sends the head of a streamed reply: in chunks, or to the end of the connection for HTTP/1.0.
    package func begin(status: Int, fields: HTTPFields = [:]) {
      assert(loop.isOnLoop)
      guard case .waiting = phase, let connection else { return }
      guard ResponseHead.isValid(status: status, fields: fields) else { return fail() }
      let framing: ResponseHead.Framing =
        if !ResponseHead.hasBody(status: status) { .none } else if request.version == .http10 { .close } else {
          .chunked
        }
      if case .close = framing { mustClose = true }
      if !keepsAlive(after: fields) { mustClose = true }
      let head = ResponseHead(
        status: status, fields: fields, framing: framing, version: request.version, keepsAlive: !mustClose)
      head.append(to: &connection.queue)
      phase = .streaming(request.method == "HEAD" ? .none : framing)
      connection.flush()
    }

    /// Sends a piece of the body; as one chunk, at once, if the socket takes it.
    ///
    /// - Returns: whether the client keeps up. After false, wait for ``onDrain``: writing on is allowed up to the
    ///   configured limit, then the connection is closed.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool { write(bytes.span) }

    /// Sends a piece of the body.
    @discardableResult
    package func write(_ bytes: Span<UInt8>) -> Bool {
      assert(loop.isOnLoop)
      guard case .streaming(let framing) = phase, let connection else { return false }
      // An empty chunk would end the body.
      guard bytes.count > 0 else { return keepsUp }
      switch framing {
      case .chunked:
        guard makeRoom() else { return false }
        connection.queue.append(chunk: bytes)
        connection.flush()
      case .close, .length:
        guard makeRoom() else { return false }
        connection.queue.append(bytes)
        connection.flush()
      case .none: break
      }
      return keepsUp
    }

    /// Sends bytes as they are, also before and between what ``begin(status:fields:)`` and ``write(_:)`` send. The
    /// connection is closed after the reply.
    @discardableResult
    package func writeRaw(_ bytes: [UInt8]) -> Bool { writeRaw(bytes.span) }

    /// Sends bytes as they are.
    @discardableResult
    package func writeRaw(_ bytes: Span<UInt8>) -> Bool {
      assert(loop.isOnLoop)
      mustClose = true
      guard let connection, makeRoom() else { return false }
      connection.queue.append(bytes)
      connection.flush()
      return keepsUp
    }

    /// Ends the reply: the last chunk after a begun one, the end of the connection after a raw one.
    package func finish() {
      assert(loop.isOnLoop)
      guard let connection else { return }
      switch phase {
      case .waiting where !mustClose: return fail()
      case .streaming(.chunked):
        connection.queue.append("0\r\n\r\n")
        connection.flush()
      default: break
      }
      end(keepsAlive: !mustClose)
    }

    /// Ends the connection in an orderly way, but without the end of the reply. What was written is still sent.
    package func abort() {
      assert(loop.isOnLoop)
      end(keepsAlive: false)
    }

    /// Resets the connection: the client's next read fails. What the socket has not taken is lost.
    package func reset() {
      assert(loop.isOnLoop)
      let connection = connection
      end { connection?.reset() }
    }

    /// Calls `body` once, `delay` from now, unless the exchange ended before.
    package func after(_ delay: Duration, _ body: @escaping () -> Void) {
      assert(loop.isOnLoop)
      guard isOpen else { return }
      if let timer = timers.first(where: \.isFree) { return timer.set(after: delay, body) }
      let timer = ExchangeTimer(loop: loop)
      timers.append(timer)
      timer.set(after: delay, body)
    }

    // MARK: From the connection

    func connectionClosed(_ reason: CloseReason) {
      guard let onClose else { return end {} }
      end {}
      self.onClose = onClose
      loop.call { [self] in
        let callback = self.onClose
        self.onClose = nil
        callback?(reason)
      }
    }

    func queueDrained() {
      guard owesDrain else { return }
      owesDrain = false
      onDrain?()
    }

    // MARK: Inside

    private var keepsUp: Bool {
      guard let connection else { return false }
      let keepsUp = connection.queue.count <= connection.core.configuration.highWater
      if !keepsUp { owesDrain = true }
      return keepsUp
    }

    /// Closes the connection of a client for which too much is queued already.
    private func makeRoom() -> Bool {
      guard let connection else { return false }
      guard connection.queue.count > connection.core.configuration.queueLimit else { return true }
      connection.close(.overflow)
      return false
    }

    private func keepsAlive(after fields: HTTPFields) -> Bool {
      request.keepsAlive && !mustClose && fields["connection"]?.lowercased() != "close"
    }

    private func fail() { respond(status: 500) }

    private func end(keepsAlive: Bool) {
      let connection = connection
      end { connection?.endExchange(keepsAlive: keepsAlive) }
    }

    private func end(_ last: () -> Void) {
      guard connection != nil else { return }
      phase = .ended
      connection = nil
      for timer in timers { timer.cancel() }
      timers = []
      onDrain = nil
      onClose = nil
      last()
    }
  }
#endif
