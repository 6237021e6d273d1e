// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  internal import SpateEventLoop

  /// A deadline that is moved far more often than it expires: moving it later costs a look at the clock, no work on the
  /// loop's timers. On the loop's thread only.
  final class Deadline {
    private let loop: EventLoop
    private let expired: () -> Void
    private var timer: LoopTimer?
    /// On the loop's clock.
    private var at: Duration?
    private var armedFor: Duration?

    init(loop: EventLoop, expired: @escaping () -> Void) {
      self.loop = loop
      self.expired = expired
    }

    /// Expires `delay` from now instead of any earlier setting.
    func set(after delay: Duration) {
      let wait = max(delay, .zero)
      let at = LoopClock.now + wait
      self.at = at
      if let armedFor, armedFor <= at { return }
      arm(after: wait, for: at)
    }

    /// Does not expire. The timer may still fire once for nothing.
    func clear() { at = nil }

    /// Lets go of the timer, and with it of what ``init(loop:expired:)`` was given.
    func cancel() {
      at = nil
      timer?.disarm()
      timer = nil
      armedFor = nil
    }

    private func arm(after wait: Duration, for at: Duration) {
      let timer = self.timer ?? LoopTimer(loop: loop) { [unowned self] in fire() }
      self.timer = timer
      armedFor = at
      timer.arm(after: wait)
    }

    private func fire() {
      armedFor = nil
      guard let at else { return }
      let now = LoopClock.now
      guard now >= at else { return arm(after: at - now, for: at) }
      self.at = nil
      expired()
    }
  }
#endif
