// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateTransport

/// The transfer of one attempt and its clocks, as a plain value: it is told what happened and says what to do.
struct AttemptState {
  /// What is to be done with a transfer that has started: much may have happened before it is known here.
  enum FirstStep {
    case nothing, resume, cancel
  }

  var clocks: StreamClocks
  private var transfer: (any Transfer)?
  /// What will ring for `clocks`, or did.
  private var timer: (any Transfer)?
  /// The reader wants more, and the transfer was not known yet.
  private var owesResume = false
  private var isPaused = false
  /// A pause that is still to be noted is over already.
  private var hasCaughtUp = false
  /// Nothing is wanted of the transfer any more, known or not.
  private(set) var isLetGo = false
  /// The transport says nothing more.
  private var isClosed = false

  init(_ timeouts: Timeouts) { clocks = StreamClocks(timeouts) }

  /// The transfer has started.
  mutating func started(_ transfer: any Transfer) -> FirstStep {
    // The whole exchange may have been quicker than the call that started it.
    guard !isClosed else { return .nothing }
    guard !isLetGo else { return .cancel }
    self.transfer = transfer
    return owesResume ? .resume : .nothing
  }

  /// The reader does not keep up.
  mutating func pause(at now: Duration) {
    isPaused = !hasCaughtUp
    hasCaughtUp = false
    if isPaused { clocks.pause(at: now) }
  }

  /// It has caught up. The transfer, for resuming it; one that is not known yet is resumed as soon as it is.
  mutating func unpause(at now: Duration) -> (any Transfer)? {
    // The reader may be quicker than the one who is to note the pause.
    hasCaughtUp = !isPaused
    if isPaused { clocks.resume(at: now) }
    isPaused = false
    owesResume = transfer == nil
    return transfer
  }

  /// Lets go of the transfer, for cancelling it.
  mutating func takeTransfer() -> (any Transfer)? {
    isLetGo = true
    return transfer.take()
  }

  /// The transport has said its last word.
  mutating func close() {
    isClosed = true
    _ = takeTransfer()
  }

  /// Keeps the timer that was set for `alarm`; gives the one that is not wanted any more, for cancelling it.
  mutating func keep(_ timer: any Transfer, for alarm: StreamClocks.Alarm) -> (any Transfer)? {
    guard clocks.expects(alarm) else { return timer }
    defer { self.timer = timer }
    return self.timer
  }

  /// Stops the clocks; gives their timer, for cancelling it.
  mutating func stopClocks() -> (any Transfer)? {
    clocks.stop()
    return timer.take()
  }
}
