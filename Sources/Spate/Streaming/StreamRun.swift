// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// One run: a request, its response being decoded on the transport's thread, and the hand-over to the reader.
///
/// Events go over once a read, not one by one; the reader is resumed at most once a turn of the transport's loop.
///
/// `@unchecked Sendable`: `state` and `protocolEvents` are locks; the stored properties from `decoder` on are touched by
/// the calls of `ByteSink` alone, which come one at a time.
final class StreamRun: ByteSink, @unchecked Sendable {
  let call: Result<PreparedCall, SpateError>
  let transport: (any Transport)?
  let state: Lock<RunState>
  private let protocolEvents = Lock(0)

  private var decoder: (any ResponseDecoder)?
  private var headFields: HTTPFields = [:]
  private var events: [StreamEvent] = []
  private var ready: [Waiter] = []
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

  // MARK: What is known

  var isEnded: Bool { state.withLock { $0.isEnded } }
  var failure: SpateError? { state.withLock { $0.failure } }
  var head: ResponseHead? { state.withLock { $0.head } }
  var snapshot: PartialResponse { state.withLock { $0.answer.partial } }
  /// How many events of the provider's protocol came. Exact once the run has ended.
  var protocolEventCount: Int { protocolEvents.withLock { $0 } }

  /// A part of what has come so far, without a copy of the rest.
  func read<Value>(_ part: (PartialResponse) -> Value) -> Value { state.withLock { part($0.answer.partial) } }

  /// A piece of the first answer's words, by places in its UTF-8, which are borders of scalars.
  func text(from start: Int, to end: Int) -> String {
    state.withLock { state in
      let text = state.answer.partial.text.utf8
      let first = text.index(text.startIndex, offsetBy: start)
      return String(Substring(text[first..<text.index(first, offsetBy: end - start)]))
    }
  }

  // MARK: Ending

  /// Ends the run and closes its socket. Does nothing once it has ended.
  func cancel() { abort(SpateError(.cancelled, "the stream was cancelled by its reader"), closes: true) }

  func abort(_ error: SpateError, closes: Bool = false) {
    let error = named(error)
    let (waiters, transfer): ([Waiter], (any Transfer)?) = state.withLock { state in
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
    if case .success(let call) = call { call.named(error) } else { error }
  }

  // MARK: ByteSink, on the transport's thread

  func sending() { note { $0.send(at: $1) } }

  func head(_ head: HTTPHead) {
    guard case .success(let call) = call else { return }
    note { $0.send(at: $1) }
    headFields = head.fields
    var context = call.context(of: head)
    context.includesNative = state.withLock { $0.beginDecoding() }
    decoder = call.dialect.decoder(for: context)
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
    let waiters = state.withLock { state in
      _ = state.takeTransfer()
      return state.close()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Finishes the decoder: the finish event, or the error, is the last that a reader gets.
  private func conclude(_ bodyEnd: BodyEnd) {
    var failure: SpateError?
    if let decoder {
      self.decoder = nil
      protocolEvents.withLock { $0 = decoder.eventCount }
      do throws(SpateError) {
        try decoder.finish(bodyEnd, into: &events)
        if case .finish(let finish)? = events.last, !finish.outcome.isAnswer {
          events.removeLast()
          failure = SpateError(brokenOff: finish)
        }
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

  /// A clock fired: what comes now is not wanted any more.
  func breakOff(_ error: SpateError) {
    conclude(.broken(error))
    isDraining = true
    stopDraining()
    resumeReady()
  }

  private func drain(_ count: Int) -> Demand {
    drainedBytes += count
    if drainedBytes > Self.drainLimit { stopDraining() }
    return .more
  }

  private func stopDraining() { state.withLock { $0.takeTransfer() }?.cancel() }
}
