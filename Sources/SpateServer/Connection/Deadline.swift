// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  internal import SpateEventLoop

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #else
    internal import Darwin
  #endif

  /// A deadline that is moved far more often than it expires: moving it later costs a look at the clock, no work on the
  /// loop's timers. On the loop's thread only.
  final class Deadline {
    private let loop: EventLoop
    private let expired: () -> Void
    private var timer: LoopTimer?
    /// Nanoseconds of the monotonic clock.
    private var at: UInt64?
    private var armedFor: UInt64?

    init(loop: EventLoop, expired: @escaping () -> Void) {
      self.loop = loop
      self.expired = expired
    }

    /// Expires `delay` from now instead of any earlier setting.
    func set(after delay: Duration) {
      let (seconds, attoseconds) = max(delay, .zero).components
      let wait = UInt64(clamping: seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
      let at = now() + wait
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

    private func arm(after wait: UInt64, for at: UInt64) {
      let timer = self.timer ?? LoopTimer(loop: loop) { [unowned self] in fire() }
      self.timer = timer
      armedFor = at
      timer.arm(after: .nanoseconds(Int64(clamping: wait)))
    }

    private func fire() {
      armedFor = nil
      guard let at else { return }
      let now = self.now()
      guard now >= at else { return arm(after: at - now, for: at) }
      self.at = nil
      expired()
    }

    private func now() -> UInt64 {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
  }
#endif
