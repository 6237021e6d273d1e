// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// One request of a run, and its response being decoded on the transport's thread.
///
/// It hands events over to the run once a read, not one by one, and the first words before the rest of theirs
/// (docs/decisions/0024); what becomes of its failure is the run's matter.
///
/// `@unchecked Sendable`: `state` is a lock; the stored properties from `decoder` on are touched on the transport's thread
/// alone: by the calls of `ByteSink`, by a clock's ring, and by ``goOn()``. Only who is resumed at the end of a turn may come
/// back, by the last of these, and by then every access is over: so those that every read touches go without the check of it
/// (docs/decisions/0018).
final class Attempt: ByteSink, @unchecked Sendable {
  // What every read touches comes first (docs/decisions/0023).
  let run: StreamRun
  let state: Lock<AttemptState>
  @exclusivity(unchecked) var decoder: (any ResponseDecoder)?
  @exclusivity(unchecked) var events: [StreamEvent] = []
  /// An event of the body came, other than a heart-beat.
  @exclusivity(unchecked) private var hasBegun = false
  @exclusivity(unchecked) private var ready: [Waiter] = []
  /// The run's reader, to be resumed at the end of this turn.
  @exclusivity(unchecked) private var reader: Waiter?
  /// Change what comes before anybody sees it.
  @exclusivity(unchecked) private var filters: [any EventFilter]
  /// The answer is over; the body is read on only so that the connection can be used again (rule B11).
  @exclusivity(unchecked) var isDraining = false
  /// No words were given out yet.
  @exclusivity(unchecked) private var awaitsWords = true
  /// What came behind the first words in their read, while it is put off.
  @exclusivity(unchecked) var rest: [UInt8] = []
  /// Joins what comes to what another response brought.
  @exclusivity(unchecked) var joiner: SeamJoiner?

  let call: PreparedCall
  /// Which request of the run it is, from 1.
  let number: Int
  /// The place in the list of who may be asked.
  let target: Int
  /// What of the budget is set aside for it.
  private let reservation: BudgetReservation?
  var headFields: HTTPFields = [:]
  /// Of a response that is no refusal.
  private(set) var head: ResponseHead?
  /// How the exchange has ended meanwhile.
  var heldEnd: Result<Void, TransportError>?
  var drainedBytes = 0
  var drainClock: (any Transfer)?

  /// The most that is decoded in one go, so that other sockets are served between.
  private static let slice = 64 << 10

  /// Throws when the budget does not allow it.
  init(_ call: PreparedCall, run: StreamRun, number: Int, target: Int) throws(SpateError) {
    reservation = try call.reading.account?.reserve()
    self.call = call
    self.run = run
    self.number = number
    self.target = target
    filters = call.reading.filters
    joiner = call.reading.joiner
    state = Lock(AttemptState(call.timeouts))
  }

  /// Sends the request. `opened` is when the call began, for the total clock.
  func start(opened: Duration) {
    set(
      state.withLock { state in
        state.clocks.open(at: opened)
        return state.clocks.nextAlarm()
      })
    let transfer = run.transport.start(call.request, sink: self)
    switch state.withLock({ $0.started(transfer) }) {
    case .nothing: break
    case .resume: transfer.resume()
    case .cancel: transfer.cancel()
    }
  }

  // MARK: Any thread

  /// It has ended: what it cost takes the place of what was set aside. Later calls do nothing.
  func settle(_ partial: @autoclosure () -> PartialResponse, _ error: SpateError?) {
    reservation?.settle(partial(), error)
  }

  /// The reader has caught up.
  func resume() {
    let now = run.transport.now
    let (transfer, alarm) = state.withLock { ($0.unpause(at: now), $0.clocks.nextAlarm()) }
    set(alarm)
    transfer?.resume()
  }

  /// Nothing is wanted of it any more. `closes`: also not its body's end, for the connection's next request.
  func letGo(closes: Bool = true) {
    state.withLock { $0.stopClocks() }?.cancel()
    if closes { state.withLock { $0.takeTransfer() }?.cancel() }
  }

  // MARK: ByteSink, on the transport's thread

  func sending() { note { $0.send(at: $1) } }

  func head(_ head: HTTPHead) {
    note { $0.send(at: $1) }
    headFields = head.fields
    var context = call.context(of: head)
    context.includesNative = run.state.withLock { $0.beginDecoding() }
    let isGood = (200..<300).contains(head.status)
    if isGood, let resumed = call.reading.resumable?.resumed(for: context) {
      decoder = resumed
    } else {
      decoder = call.dialect.decoder(for: context)
    }
    guard isGood else { return }
    let head = ResponseHead(status: head.status, fields: head.fields)
    self.head = head
    add(run.received(head, by: self))
  }

  func body(_ bytes: Span<UInt8>) -> Demand {
    if !rest.isEmpty { takeRest() }
    if isDraining { return drain(bytes.count) }
    var (count, isDone) = decode(bytes, upToWords: awaitsWords && run.isAwaited)
    if awaitsWords, events.contains(where: \.isShown) { awaitsWords = false }
    if !isDone, count < bytes.count, !putOff(bytes.extracting(count..<bytes.count)) {
      (count, isDone) = decode(bytes, from: count)
    }
    guard !isDone else {
      conclude(.clean)
      isDraining = true
      return drain(bytes.count - count)
    }
    let hasBegun = hasBegun
    filter(isLast: false)
    joiner?.join(&events)
    // Taken out meanwhile: what ends a run may call back into a transport that is not ours.
    var batch: [StreamEvent] = []
    swap(&batch, &events)
    let (demand, reader) = run.deliver(&batch, byteCount: count, hasRest: !rest.isEmpty, by: self)
    swap(&batch, &events)
    if let reader {
      // Two only where an iterator was copied: each has to be resumed.
      if self.reader == nil { self.reader = reader } else { ready.append(reader) }
    }
    // The clocks are told with the rest.
    if !rest.isEmpty, demand == .more { return .more }
    let now = run.transport.now
    set(
      state.withLock { state in
        state.clocks.receive(at: now, hasBegun: hasBegun)
        if case .pause = demand { state.pause(at: now) }
        return state.clocks.nextAlarm()
      })
    return demand
  }

  /// Decodes what came, from `start` on; `upToWords` only to the line that brings the first of what a reader waits for: words,
  /// thoughts, tool calls. Says how far it came, and whether the decoder wants no more.
  private func decode(_ bytes: Span<UInt8>, from start: Int = 0, upToWords: Bool = false) -> (end: Int, isDone: Bool) {
    var start = start
    // Words that come later than that are not waited for any more: a pretty-printed document has thousands of lines.
    var lines = upToWords ? 16 : 0
    while start < bytes.count {
      let end = min(start + Self.slice, lines > 0 ? Self.lineEnd(in: bytes, from: start) : bytes.count)
      // Where it is: taken out, it would be retained. Without one nothing more is wanted either.
      guard decoder?.feed(bytes.extracting(start..<end), into: &events) == .more else { return (end, true) }
      start = end
      guard lines > 0 else { continue }
      lines -= 1
      if events.contains(where: \.isShown) { break }
    }
    if !hasBegun, let decoder = decoder.take() {
      // Taken out for it: a question to the property would copy the decoder.
      hasBegun = decoder.hasBegun
      self.decoder = decoder
    }
    return (start, false)
  }

  func turnEnded() {
    // Before anybody is resumed: who reads here may take the rest, and with it the end.
    if isDraining, drainClock == nil {
      drainClock = run.transport.schedule(after: Self.drainTime) { [weak self] in self?.stopDraining() }
    }
    // After the end also a second one, a copy of an iterator.
    if reader == nil || isDraining { run.wake(atTurnEnd: true) }
    resumeReady()
  }

  func add(_ waiting: [Waiter]) { if ready.isEmpty { ready = waiting } else { ready += waiting } }

  func filter(isLast: Bool) {
    for index in filters.indices { filters[index].filter(&events, isLast: isLast) }
  }

  /// Those who waited for what has come: a transport's callback is no place to resume them (``ByteSink/turnEnded()``).
  func resumeReady() {
    reader.take()?.resume(atTurnEnd: true)
    guard !ready.isEmpty else { return }
    // Taken out first: a reader on this thread may ask for what was put off, which wakes others.
    let waiting = ready
    ready = []
    for waiter in waiting { waiter.resume(atTurnEnd: true) }
  }
}
