// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) public import SpateCore

/// The reading end of a run, which all views share: takes a batch at a time, shows it to the taps, gives event by event.
///
/// The first read makes it the run's one reader. Dropped before the end, it cancels the run.
///
/// What gives an event that is there already is inlined into the reader's own loop: the asynchronous call that it is in
/// name costs more than all else of it (docs/decisions/0021).
@usableFromInline
struct EventReader {
  @usableFromInline var events: [StreamEvent] = []
  @usableFromInline var position = 0
  private(set) var isOver = false
  private let takesAll: Bool
  private let keepsWords: Bool
  private var token: ReadingLease?
  let stream: ResponseStream

  private var run: StreamRun { stream.run }

  /// What it may end: nil as long as it is not the run's reader.
  var ownRun: StreamRun? { token.map { _ in stream.run } }

  /// `keepsWords`: who reads can not take back what it was given. `takesAll`: what waits comes at once, at the price of a
  /// copy where it came in several reads of the socket.
  init(_ stream: ResponseStream, keepsWords: Bool = false, takesAll: Bool = false) {
    self.stream = stream
    // A tap that writes would stay behind, one read after the other.
    self.takesAll = takesAll || !stream.taps.isEmpty
    self.keepsWords = keepsWords || stream.taps.contains { $0.keepsWords }
  }

  /// There is an event that was not given yet.
  @inlinable var isReady: Bool { position < events.count }

  // MARK: One event

  /// The next event; nil after the last. Events that are there come without suspending.
  @usableFromInline
  nonisolated(nonsending) mutating func next() async throws -> StreamEvent? {
    repeat { if let event = try nextReady() { return event } } while try await refill()
    return nil
  }

  /// The next event of those that are there; nil without one. For views, which need not suspend for it.
  @inlinable @inline(__always)
  mutating func nextReady() throws -> StreamEvent? {
    guard isReady else { return nil }
    // Not only at the beginning of a batch, where it was looked at: a slow reader may be in it for long (rule L1).
    if position > 0, Task.isCancelled { throw abandoned() }
    return take()
  }

  /// The reading task was cancelled.
  @usableFromInline
  mutating func abandoned() -> any Error {
    abandon()
    return CancellationError()
  }

  /// All events that are there; nil without one.
  mutating func nextBatch() throws -> [StreamEvent]? {
    guard isReady else { return nil }
    if Task.isCancelled { throw abandoned() }
    var batch: [StreamEvent] = []
    swap(&batch, &events)
    if position > 0 { batch.removeSubrange(..<position) }
    position = 0
    return batch
  }

  /// The next event of those that are there; nil without one.
  @inlinable @inline(__always)
  mutating func take() -> StreamEvent? {
    guard isReady else { return nil }
    defer { position += 1 }
    return events[position]
  }

  /// The same for a thread that may block.
  mutating func next(blocking signal: BlockingSignal) throws(SpateError) -> StreamEvent? {
    while !isReady {
      guard !isOver else { return nil }
      try begin()
      do throws(SpateError) {
        isOver = try !run.next(into: &events, all: takesAll, signal: signal)
      } catch { throw close(error) }
      try show()
    }
    return take()
  }

  // MARK: A batch

  /// Waits for the next batch; false at the end. A batch is empty when the reader's alarm rang.
  @usableFromInline
  nonisolated(nonsending) mutating func refill() async throws -> Bool {
    guard !isOver else { return false }
    try begin()
    while true {
      if Task.isCancelled { throw abandoned() }
      guard case .waiting = try arrive() else { return !isOver }
      await run.waitForArrival()
    }
  }

  /// What a reader of several runs gets: it waits itself.
  enum Poll {
    case ready, waiting, over
  }

  /// The next batch if there is one; if not, `signal` comes as soon as there is.
  mutating func poll(_ signal: any ReaderSignal) throws(SpateError) -> Poll {
    guard !isOver else { return .over }
    try begin()
    if case .waiting = try arrive(signal) { return .waiting }
    return isOver ? .over : .ready
  }

  /// The next batch, if there is one, shown to the taps. Not inlined, so that a suspended reader keeps none of it.
  @inline(never)
  private mutating func arrive(_ signal: (any ReaderSignal)? = nil) throws(SpateError) -> StreamRun.Arrival {
    let arrival: StreamRun.Arrival
    do throws(SpateError) {
      arrival = try run.arrival(into: &events, all: takesAll, signal: signal)
    } catch { throw close(error) }
    if case .waiting = arrival { return arrival }
    if case .end = arrival { isOver = true }
    try show()
    return arrival
  }

  /// Makes this the reader, once. The first read does it too.
  mutating func begin() throws(SpateError) {
    position = 0
    events.empty()
    guard token == nil else { return }
    var failure = stream.refusal
    if failure == nil, !run.claim(.iterator) {
      failure = SpateError(.alreadyRead, "this stream has a reader already: make another call to read it again")
    }
    if let failure {
      isOver = true
      throw failure
    }
    if keepsWords { run.keepWords() }
    token = ReadingLease(run, taps: stream.taps)
  }

  /// Ends the reading before the end of the answer; and the run, with `error` or as a cancel, unless it is another's.
  mutating func abandon(_ error: SpateError? = nil) {
    isOver = true
    events = []
    position = 0
    token?.end(error)
  }

  private mutating func show() throws(SpateError) {
    guard !stream.taps.isEmpty else { return }
    do throws(SpateError) {
      for tap in stream.taps { try tap.see(events) }
      // A reader may well stop at the finish event.
      var isLast = isOver
      if case .finish? = events.last { isLast = true }
      if isLast { for tap in stream.taps { try tap.end() } }
    } catch {
      abandon(error)
      // With what had come by then, if this is what ended the run.
      if let failure = run.failure, failure.code == error.code { throw failure }
      throw error
    }
  }

  /// How the stream failed comes first: what the taps say at its end is no news beside it.
  private mutating func close(_ error: SpateError) -> SpateError {
    isOver = true
    events = []
    position = 0
    token?.endTaps()
    return error
  }
}

/// What a reader holds: dropped amid the answer, it cancels the run, and the taps hear that there is no more.
private final class ReadingLease: Sendable {
  private let run: StreamRun
  private let taps: [any EventTap]

  init(_ run: StreamRun, taps: [any EventTap]) {
    self.run = run
    self.taps = taps
  }

  deinit { end(nil) }

  /// A run that has ended does not mind.
  func end(_ error: SpateError?) {
    if let error { run.abort(error) } else { run.cancel() }
    endTaps()
  }

  /// Comes more than once, which a tap ignores. Nobody is left whom its failure could be told.
  func endTaps() {
    for tap in taps {
      do throws(SpateError) { try tap.end() } catch { continue }
    }
  }
}
