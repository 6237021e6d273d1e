// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateTransport

/// The state of one run of a stream, as a plain value: it is told what happened and says what to do.
///
/// The owner holds the lock, asks, unlocks, acts. A run ends once: what comes later is ignored.
struct RunState {
  /// The reader's alarm.
  private enum Ring {
    case silent, rung
    /// What there was when it rang has been taken: now it is told.
    case due
  }

  // What every read touches comes first (docs/decisions/0023).
  private var pending = EventQueue()
  private var iteratorWaiter: Waiter?
  private(set) var isEnded = false
  private(set) var reader = Reader.nobody
  /// The current attempt has put off what came behind the first words.
  var hasRest = false
  private var alarm = (number: 0, ring: Ring.silent)
  /// None or one: most runs have none, and an optional one would take a third of the memory of each.
  private var loops: [LoopState] = []
  /// Its attempts.
  var course = RunCourse()
  private(set) var answer = Accumulator()

  private(set) var head: ResponseHead?
  private(set) var failure: SpateError?
  /// What the reader can not take back.
  private(set) var keepsWords = false
  /// When the run was opened.
  private(set) var opened: Duration?
  /// What comes after one that failed.
  var recovery = RunRecovery()
  /// The tools that are run for it; nil without any.
  var loop: LoopState? {
    get { loops.first }
    _modify {
      // Taken out, so that it is changed where it is.
      var loop = loops.popLast()
      defer { if let loop { loops.append(loop) } }
      yield &loop
    }
  }
  /// The words of the first answer in the rounds before this one.
  private var pastText = ""
  private var hasThrown = false
  private var isPaused = false
  private(set) var isCancelled = false
  /// The other ones who wait.
  var waiters = WaitingList()
  /// The provider's own events are wanted: known before the response begins, or not at all.
  private var includesNative = false
  /// What the response begins with is decided.
  private var isDecoding = false

  /// More unread bytes of the body than this pause the socket (trust.md 1.7).
  private static let window = 256 << 10

  // MARK: Readers

  /// A stream has one reader.
  mutating func claim(_ newReader: Reader) -> Claim {
    guard case .nobody = reader else { return .refused }
    reader = newReader
    guard case .response = newReader else { return .granted(resume: nil) }
    pending.removeAll()
    return .granted(resume: unpause())
  }

  /// The reader shows words that it can not take back.
  mutating func keepWords() { keepsWords = true }

  /// Hands over a batch of events, or `all` that wait; `events` must be empty, and its storage is reused.
  mutating func take(into events: inout [StreamEvent], all: Bool = false) -> Step {
    // What is there comes with the alarm, before it; what comes after that waits behind it.
    if alarm.ring == .due || alarm.ring == .rung && pending.isEmpty {
      alarm.ring = .silent
      return .events(resume: nil)
    }
    if !pending.isEmpty {
      let isRung = alarm.ring == .rung
      if isRung { alarm.ring = .due }
      if all || isRung { pending.takeAll(into: &events) } else { pending.take(into: &events) }
      return .events(resume: pending.isEmpty ? unpause() : nil)
    }
    guard isEnded else { return .wait(rest: hasRest ? course.current : nil) }
    guard let failure, !hasThrown else { return .end }
    hasThrown = true
    return .failure(failure)
  }

  /// The attempt, if it was paused.
  private mutating func unpause() -> Attempt? {
    guard isPaused else { return nil }
    isPaused = false
    return course.current
  }

  /// Parks the iterator; false when there is something to take by now.
  mutating func park(_ waiter: Waiter) -> Bool {
    guard pending.isEmpty, !isEnded, alarm.ring == .silent else { return false }
    // A copy of an iterator that waits already: it must not take the place of the first, which would wait for ever. Of
    // a signal it may: that one is the reader's own from the last time.
    if case .task? = iteratorWaiter { return park(waiter, until: .end) }
    iteratorWaiter = waiter
    return true
  }

  /// Whether the reader waits.
  var isAwaited: Bool { iteratorWaiter != nil }

  // MARK: The reader's alarm

  /// A new alarm in the place of the one before; gives its number.
  mutating func setAlarm() -> Int {
    alarm = (alarm.number + 1, .silent)
    return alarm.number
  }

  /// The alarm rang: gives the reader, if it waits. Late rings of others do nothing.
  mutating func ring(_ number: Int) -> Waiter? {
    guard number == alarm.number else { return nil }
    alarm.ring = .rung
    return iteratorWaiter.take()
  }

  // MARK: Native events

  /// Asks for the provider's own events; false when it is too late for that.
  mutating func includeNative() -> Bool {
    guard !isDecoding || includesNative else { return false }
    includesNative = true
    return true
  }

  /// A response begins: says whether the provider's own events are wanted.
  mutating func beginDecoding() -> Bool {
    isDecoding = true
    return includesNative
  }

  // MARK: Rounds

  /// The next round of a tool loop: an answer of its own.
  mutating func beginRound(_ request: RoundRequest) {
    pastText += answer.partial.text
    course.endRound()
    isPaused = false
    loop?.begin(request)
    var events = [StreamEvent.roundStart(RoundStart(number: request.number))]
    _ = deliver(&events, byteCount: 0)
  }

  /// A piece of the first answers' words, by places in the UTF-8 of all rounds, which are borders of scalars.
  func text(from start: Int, to end: Int) -> String {
    let past = pastText.utf8.count
    func piece(_ text: String, _ start: Int, _ end: Int) -> Substring {
      let bytes = text.utf8
      let first = bytes.index(bytes.startIndex, offsetBy: start)
      return Substring(bytes[first..<bytes.index(first, offsetBy: end - start)])
    }
    if start >= past { return String(piece(answer.partial.text, start - past, end - past)) }
    if end <= past { return String(piece(pastText, start, end)) }
    return String(piece(pastText, start, past)) + piece(answer.partial.text, 0, end - past)
  }

  // MARK: What comes

  /// True for the one who shall make the first request.
  mutating func open(at now: Duration) -> Bool {
    guard opened == nil, !isEnded else { return false }
    opened = now
    return true
  }

  /// A response begins: in a race the first counts, until it is decided.
  mutating func received(_ head: ResponseHead, by attempt: Attempt) -> [Waiter] {
    guard !isEnded, self.head == nil || course.current === attempt else { return [] }
    self.head = head
    return waiters.take { $0 == .head }
  }

  /// This attempt counts from now on, in a race or alone.
  mutating func follow(_ attempt: Attempt) {
    if let head = attempt.head { self.head = head }
    answer.pricing = attempt.call.reading.account?.meter.cost
  }

  /// Takes over decoded events; leaves `events` empty.
  mutating func deliver(_ events: inout [StreamEvent], byteCount: Int) -> Demand {
    defer { events.empty() }
    guard !isEnded else { return .more }
    if answer.add(completing: &events) { course.noteWords() } else { course.note(events) }
    if !loops.isEmpty { loop?.watch(events) }
    if case .response = reader { return .more }
    pending.append(&events, byteCount: byteCount)
    guard pending.byteCount > Self.window, !pending.isEmpty else { return .more }
    isPaused = true
    return .pause
  }

  /// Once a turn: the iterator, when there is something for it.
  mutating func wake() -> Waiter? {
    guard !pending.isEmpty || isEnded else { return nil }
    return iteratorWaiter.take()
  }

  /// The end, with a finish event among the delivered ones or with an error. Gives everybody who waits; nil when the
  /// run had ended before. `keepsReader`: the iterator is woken at the end of the turn (``wake()``).
  mutating func end(_ error: SpateError?, keepsReader: Bool = false) -> [Waiter]? {
    guard !isEnded else { return nil }
    isEnded = true
    failure = error.map { answer.fail($0) }
    var waiting = waiters.take { $0 != .close }
    if !keepsReader, let reader = iteratorWaiter.take() { waiting.append(reader) }
    return waiting
  }

  /// Nothing is wanted any more.
  mutating func cancel() { isCancelled = true }

  /// The transport has said its last word about an attempt. Gives those who waited for the last one.
  mutating func close(_ attempt: Attempt) -> [Waiter] {
    course.close(attempt)
    return course.openCount == 0 ? waiters.take { $0 == .close } : []
  }
}
