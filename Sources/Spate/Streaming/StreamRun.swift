// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// One run: a request, its response being decoded on the transport's thread, and the hand-over to the reader.
///
/// Events go over once a read, not one by one; the reader is resumed at most once a turn of the transport's loop.
///
/// `@unchecked Sendable`: `state` is behind its lock; the stored properties below `decoder` are touched by the calls of
/// `ByteSink` alone, which come one at a time.
final class StreamRun: ByteSink, @unchecked Sendable {
  private let call: Result<PreparedCall, SpateError>
  private let transport: (any Transport)?
  private let state: Lock<RunState>

  private var decoder: (any ResponseDecoder)?
  private var headFields: HTTPFields = [:]
  private var events: [StreamEvent] = []
  private var ready: [RunState.Waiter] = []
  /// The answer is over; the body is read on only so that the connection can be used again (rule B11).
  private var isDraining = false
  private var drainedBytes = 0
  private var drainClock: (any Transfer)?

  /// After the answer's end, this much and this long are waited for the body's end.
  private static let drainLimit = 64 << 10
  private static let drainTime = Duration.milliseconds(250)
  /// The most that is decoded in one go, so that other sockets are served between.
  private static let slice = 64 << 10

  init(_ call: Result<PreparedCall, SpateError>) {
    self.call = call
    let prepared = try? call.get()
    transport = prepared?.transport
    state = Lock(RunState(prepared?.timeouts ?? Timeouts()))
  }

  // MARK: Readers

  /// True for the one reader of the run.
  func claim(_ reader: RunState.Reader) -> Bool {
    guard case .granted(let paused) = state.withLock({ $0.claim(reader) }) else { return false }
    if let paused { goOn(paused) }
    return true
  }

  /// Sends the request, once.
  func open() {
    guard state.withLock({ $0.open() }) else { return }
    switch call {
    case .failure(let error): end(error)
    case .success(let call):
      // At once, so that they are kept also when no response comes.
      var warnings = call.warnings.map(StreamEvent.warning)
      let now = call.transport.now
      set(
        state.withLock { state in
          _ = state.deliver(&warnings, byteCount: 0)
          state.clocks.open(at: now)
          return state.clocks.nextAlarm()
        })
      let transfer = call.transport.start(call.request, sink: self)
      switch state.withLock({ $0.started(transfer) }) {
      case .nothing: break
      case .resume: goOn(transfer)
      case .cancel: transfer.cancel()
      }
    }
  }

  /// The next events, in `events`; false at the end. Throws how the stream failed, once.
  func next(into events: inout [StreamEvent]) async throws -> Bool {
    events.removeAll(keepingCapacity: true)
    while true {
      if Task.isCancelled {
        cancel()
        throw CancellationError()
      }
      open()
      switch state.withLock({ $0.take(into: &events) }) {
      case .events(let paused):
        if let paused { goOn(paused) }
        return true
      case .end: return false
      case .failure(let error): throw error
      case .wait:
        await withTaskCancellationHandler {
          await withUnsafeContinuation { waiter in
            if !state.withLock({ $0.park(waiter) }) { waiter.resume() }
          }
        } onCancel: {
          cancel()
        }
      }
    }
  }

  /// Waits for the head or the end; throws `CancellationError` when the waiting task is cancelled.
  func wait(untilHead: Bool) async throws {
    let number = Lock(Int?.none)
    await withTaskCancellationHandler {
      await withUnsafeContinuation { waiter in
        // Both locks, always in this order: a cancel in between must find the number.
        let isParked = number.withLock { number in
          number = state.withLock { $0.park(waiter, untilHead: untilHead) }
          return number != nil
        }
        if !isParked || Task.isCancelled {
          let mine = isParked ? number.withLock { $0 }.flatMap { id in state.withLock { $0.unpark(id) } } : waiter
          mine?.resume()
        }
      }
    } onCancel: {
      number.withLock { $0 }.flatMap { id in state.withLock { $0.unpark(id) } }?.resume()
    }
    if Task.isCancelled, !state.withLock({ $0.isThere(untilHead: untilHead) }) { throw CancellationError() }
  }

  var isEnded: Bool { state.withLock { $0.isEnded } }
  var failure: SpateError? { state.withLock { $0.failure } }
  var head: ResponseHead? { state.withLock { $0.head } }
  var snapshot: PartialResponse { state.withLock { $0.answer.partial } }
  /// How many events of the provider's protocol came. Exact once the run has ended.
  var protocolEventCount: Int { protocolEvents.withLock { $0 } }
  private let protocolEvents = Lock(0)

  /// Ends the run and closes its socket. Does nothing once it has ended.
  func cancel() { end(SpateError(.cancelled, "the stream was cancelled by its reader"), closes: true) }

  private func end(_ error: SpateError, closes: Bool = false) {
    let error = named(error)
    let (waiters, transfer): ([RunState.Waiter], (any Transfer)?) = state.withLock { state in
      // A run that has ended may still read its body's end, for the connection's next request.
      guard let waiters = state.end(error) else { return ([], nil) }
      return (waiters, closes ? state.takeTransfer() : nil)
    }
    transfer?.cancel()
    state.withLock { $0.takeTimer() }?.cancel()
    for waiter in waiters { waiter.resume() }
  }

  private var requestURL: String { if case .success(let call) = call { call.request.url } else { "" } }

  private func named(_ error: SpateError) -> SpateError {
    guard case .success(let call) = call else { return error }
    var error = error
    if error.provider == nil { error.provider = call.provider.id }
    if error.model == nil { error.model = call.model }
    return Redactor(credentials: call.request.fields).redacted(error)
  }

  // MARK: Clocks

  /// The reader has caught up.
  private func goOn(_ paused: any Transfer) {
    note { $0.resume(at: $1) }
    paused.resume()
  }

  /// Tells the clocks what happens.
  private func note(_ change: (inout StreamClocks, Duration) -> Void) {
    guard let now = transport?.now else { return }
    set(
      state.withLock { state in
        change(&state.clocks, now)
        return state.clocks.nextAlarm()
      })
  }

  private func set(_ alarm: StreamClocks.Alarm?) {
    guard let alarm, let transport else { return }
    // Keeps the run alive for as long as it is not cancelled, which every end of a run does.
    let timer = transport.schedule(after: alarm.at - transport.now) { self.ring(alarm) }
    // The reader's thread and the transport's may both set one: the later alarm counts.
    state.withLock { $0.keep(timer, for: alarm) }?.cancel()
  }

  /// On the transport's thread.
  private func ring(_ alarm: StreamClocks.Alarm) {
    guard let now = transport?.now else { return }
    switch state.withLock({ $0.clocks.ring(alarm, at: now) }) {
    case .nothing: break
    case .again(let next): set(next)
    case .timeout(let phase, let limit):
      conclude(.broken(SpateError(timeout: phase, after: limit)))
      isDraining = true
      stopDraining()
      resumeReady()
    }
  }

  // MARK: ByteSink, on the transport's thread

  func sending() { note { $0.send(at: $1) } }

  func head(_ head: HTTPHead) {
    guard case .success(let call) = call else { return }
    note { $0.send(at: $1) }
    headFields = head.fields
    decoder = call.dialect.decoder(for: call.context(of: head))
    guard (200..<300).contains(head.status) else { return }
    let head = ResponseHead(status: head.status, fields: head.fields)
    ready += state.withLock { $0.received(head) }
  }

  func body(_ bytes: Span<UInt8>) -> Demand {
    if isDraining { return drain(bytes.count) }
    var start = 0
    while start < bytes.count {
      let end = min(start + Self.slice, bytes.count)
      guard decoder?.feed(bytes.extracting(start..<end), into: &events) == .more else {
        conclude(.clean)
        isDraining = true
        return drain(bytes.count - end)
      }
      start = end
    }
    let hasBegun = decoder?.hasBegun ?? false
    let now = transport?.now ?? .zero
    let (demand, alarm) = state.withLock { state in
      state.clocks.receive(at: now, hasBegun: hasBegun)
      let demand = state.deliver(&events, byteCount: bytes.count)
      if case .pause = demand { state.clocks.pause(at: now) }
      return (demand, state.clocks.nextAlarm())
    }
    set(alarm)
    return demand
  }

  func turnEnded() {
    state.withLock { $0.wake() }?.resume()
    resumeReady()
    if isDraining, drainClock == nil, case .success(let call) = call {
      drainClock = call.transport.schedule(after: Self.drainTime) { [weak self] in self?.stopDraining() }
    }
  }

  func end(_ result: Result<Void, TransportError>) {
    drainClock?.cancel()
    drainClock = nil
    if !isDraining {
      switch result {
      case .success: conclude(.clean)
      case .failure(let error): conclude(.broken(SpateError(transport: error)))
      }
    }
    resumeReady()
    // Not in `cancel`: until here the transport may still call.
    _ = state.withLock { $0.takeTransfer() }
  }

  /// Finishes the decoder: the finish event, or the error, is the last that a reader gets.
  private func conclude(_ bodyEnd: BodyEnd) {
    var failure: SpateError?
    if let decoder {
      self.decoder = nil
      protocolEvents.withLock { $0 = decoder.eventCount }
      do throws(SpateError) {
        try decoder.finish(bodyEnd, into: &events)
      } catch {
        failure = error.explained(by: headFields, url: requestURL)
      }
    } else if case .broken(let error) = bodyEnd {
      failure = error
    } else {
      failure = SpateError(.connect, "the connection ended before the response began")
    }
    failure = failure.map(named)
    ready += state.withLock { $0.conclude(&events, failure) }
    state.withLock { $0.takeTimer() }?.cancel()
  }

  /// Those who waited for what has come: a transport's callback is no place to resume them (``ByteSink/turnEnded()``).
  private func resumeReady() {
    for waiter in ready { waiter.resume() }
    ready.removeAll(keepingCapacity: true)
  }

  private func drain(_ count: Int) -> Demand {
    drainedBytes += count
    if drainedBytes > Self.drainLimit { stopDraining() }
    return .more
  }

  private func stopDraining() { state.withLock { $0.takeTransfer() }?.cancel() }
}

extension SpateError {
  /// What a failure of the transport means for the caller.
  init(transport error: TransportError) {
    let code: Code =
      switch error.code {
      case .dns: .dns
      case .connect, .unavailable: .connect
      case .tls: .tls
      case .connectTimeout: .timeout
      case .truncated: .truncated
      case .limit: .limit
      case .badRequest: .badRequest
      case .cancelled: .cancelled
      default: .protocol
      }
    self.init(code, error.message)
    if error.code == .connectTimeout { phase = .connect }
    // No library to connect with: another try finds none either.
    if error.code == .unavailable { isRetryable = false }
  }
}
