// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateTransport

/// The state of one run of a stream, as a plain value: it is told what happened and says what to do.
///
/// The owner holds the lock, asks, unlocks, acts. A run ends once: what comes later is ignored.
struct RunState {
  /// Who gets the events.
  enum Reader {
    case nobody
    /// An iterator.
    case iterator
    /// Nobody wants the events, only the answer that they build.
    case response
  }

  /// The answer to who wants to read.
  enum Claim {
    /// There is a reader already.
    case refused
    /// `resume` goes on if the transfer was paused for want of a reader.
    case granted(resume: (any Transfer)?)
  }

  /// What somebody waits for who is no reader.
  enum Goal {
    case head, end
    /// The socket of a run that was cancelled is closed.
    case close
  }

  /// The reader's alarm.
  private enum Ring {
    case silent, rung
    /// What there was when it rang has been taken: now it is told.
    case due
  }

  /// What an iterator does next.
  enum Step {
    /// There are events; `resume` goes on if the transfer was paused for this reader.
    case events(resume: (any Transfer)?)
    case wait
    case failure(SpateError)
    case end
  }

  var clocks: StreamClocks
  private(set) var answer = Accumulator()
  private(set) var head: ResponseHead?
  private(set) var failure: SpateError?
  private(set) var isEnded = false
  private(set) var reader = Reader.nobody
  private var isOpened = false
  private var hasThrown = false
  private var isPaused = false
  private var transfer: (any Transfer)?
  /// What will ring for `clocks`, or did.
  private var timer: (any Transfer)?
  /// The reader wants more, and the transfer was not known yet.
  private var owesResume = false
  /// Nothing is wanted of the transfer any more, known or not.
  private var isLetGo = false
  private var pending: [StreamEvent] = []
  private var pendingBytes = 0
  private var iteratorWaiter: Waiter?
  /// The other ones who wait.
  private var waiters: [Int: (Waiter, Goal)] = [:]
  private var nextWaiter = 0
  /// The provider's own events are wanted: known before the response begins, or not at all.
  private var includesNative = false
  /// What the response begins with is decided.
  private var isDecoding = false
  private var alarm = (number: 0, ring: Ring.silent)
  /// The transport says nothing more.
  private var isClosed = false

  /// More unread bytes of the body than this pause the socket (trust.md 1.7).
  private static let window = 256 << 10

  init(_ timeouts: Timeouts) { clocks = StreamClocks(timeouts) }

  // MARK: Readers

  /// A stream has one reader.
  mutating func claim(_ newReader: Reader) -> Claim {
    guard case .nobody = reader else { return .refused }
    reader = newReader
    guard case .response = newReader else { return .granted(resume: nil) }
    pending = []
    pendingBytes = 0
    return .granted(resume: unpause())
  }

  /// Hands over all events at once; `events` must be empty, and its storage is reused.
  mutating func take(into events: inout [StreamEvent]) -> Step {
    // What is there comes with the alarm, before it; what comes after that waits behind it.
    if alarm.ring == .due || alarm.ring == .rung && pending.isEmpty {
      alarm.ring = .silent
      return .events(resume: nil)
    }
    if alarm.ring == .rung { alarm.ring = .due }
    if !pending.isEmpty {
      swap(&pending, &events)
      pendingBytes = 0
      return .events(resume: unpause())
    }
    guard isEnded else { return .wait }
    guard let failure, !hasThrown else { return .end }
    hasThrown = true
    return .failure(failure)
  }

  /// The transfer, if it was paused. One that is not known yet is resumed as soon as it is.
  private mutating func unpause() -> (any Transfer)? {
    guard isPaused else { return nil }
    isPaused = false
    owesResume = transfer == nil
    return transfer
  }

  /// Parks the iterator; false when there is something to take by now.
  mutating func park(_ waiter: Waiter) -> Bool {
    guard pending.isEmpty, !isEnded, alarm.ring == .silent else { return false }
    // A copy of an iterator that waits already: it must not take the place of the first, which would wait for ever. Of
    // a signal it may: that one is the reader's own from the last time.
    if case .task? = iteratorWaiter { return park(waiter, until: .end) != nil }
    iteratorWaiter = waiter
    return true
  }

  /// Whether there is nothing to wait for.
  func isThere(_ goal: Goal) -> Bool {
    switch goal {
    case .head: isEnded || head != nil
    case .end: isEnded
    // Only one that was let go of ends soon.
    case .close: isClosed || !isOpened || !isLetGo
    }
  }

  /// Parks somebody who is no reader; nil when what is waited for is there by now.
  mutating func park(_ waiter: Waiter, until goal: Goal) -> Int? {
    guard !isThere(goal) else { return nil }
    nextWaiter += 1
    waiters[nextWaiter] = (waiter, goal)
    return nextWaiter
  }

  /// Takes back what ``park(_:until:)`` gave.
  mutating func unpark(_ number: Int) -> Waiter? { waiters.removeValue(forKey: number)?.0 }

  private mutating func takeWaiters(where isDue: (Goal) -> Bool) -> [Waiter] {
    guard !waiters.isEmpty else { return [] }
    let due = waiters.filter { isDue($0.value.1) }
    for number in due.keys { waiters[number] = nil }
    return due.values.map(\.0)
  }

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

  /// The response begins: says whether the provider's own events are wanted.
  mutating func beginDecoding() -> Bool {
    isDecoding = true
    return includesNative
  }

  // MARK: The transfer

  /// True for the one who shall start it.
  mutating func open() -> Bool {
    guard !isOpened, !isEnded else { return false }
    isOpened = true
    return true
  }

  /// What is to be done with a transfer that has started: much may have happened before it is known here.
  enum FirstStep {
    case nothing, resume, cancel
  }

  /// The transfer has started.
  mutating func started(_ transfer: any Transfer) -> FirstStep {
    // The whole exchange may have been quicker than the call that started it.
    guard !isClosed else { return .nothing }
    guard !isLetGo else { return .cancel }
    self.transfer = transfer
    return owesResume ? .resume : .nothing
  }

  mutating func received(_ head: ResponseHead) -> [Waiter] {
    guard !isEnded else { return [] }
    self.head = head
    return takeWaiters { $0 == .head }
  }

  /// Takes over decoded events; leaves `events` empty.
  mutating func deliver(_ events: inout [StreamEvent], byteCount: Int) -> Demand {
    defer { events.removeAll(keepingCapacity: true) }
    guard !isEnded else { return .more }
    for event in events { answer.add(event) }
    if case .response = reader { return .more }
    pending.append(contentsOf: events)
    pendingBytes += byteCount
    guard pendingBytes > Self.window, !pending.isEmpty else { return .more }
    isPaused = true
    return .pause
  }

  /// Once a turn: the iterator, when there is something for it.
  mutating func wake() -> Waiter? {
    guard !pending.isEmpty || isEnded else { return nil }
    return iteratorWaiter.take()
  }

  /// The end, with a finish event among the delivered ones or with an error. Gives everybody who waits; nil when the
  /// run had ended before.
  mutating func end(_ error: SpateError?) -> [Waiter]? {
    guard !isEnded else { return nil }
    isEnded = true
    clocks.stop()
    failure = error.map { answer.fail($0) }
    return takeWaiters { $0 != .close } + [iteratorWaiter.take()].compactMap { $0 }
  }

  /// The transport has said its last word. Gives those who waited for it.
  mutating func close() -> [Waiter] {
    isClosed = true
    return takeWaiters { $0 == .close }
  }

  /// The last events and the end in one step: between the two, nobody may end the run in another way.
  mutating func conclude(_ events: inout [StreamEvent], _ error: SpateError?) -> [Waiter] {
    _ = deliver(&events, byteCount: 0)
    return end(error) ?? []
  }

  /// Lets go of the transfer, for cancelling it.
  mutating func takeTransfer() -> (any Transfer)? {
    isLetGo = true
    return transfer.take()
  }

  // MARK: The timer

  /// Keeps the timer that was set for `alarm`; gives the one that is not wanted any more, for cancelling it.
  mutating func keep(_ timer: any Transfer, for alarm: StreamClocks.Alarm) -> (any Transfer)? {
    guard clocks.expects(alarm) else { return timer }
    defer { self.timer = timer }
    return self.timer
  }

  /// Lets go of the timer, for cancelling it.
  mutating func takeTimer() -> (any Transfer)? { timer.take() }
}
