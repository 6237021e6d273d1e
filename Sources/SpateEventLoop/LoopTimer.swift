// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  internal import CEvent

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #else
    internal import Darwin
  #endif

  /// A timer on the loop, armed again and again. On the loop's thread only.
  package final class LoopTimer {
    private var event: OpaquePointer?
    private let loop: EventLoop
    /// What it does when its time has come. Changed, it serves another purpose.
    package var fire: () -> Void

    /// Not armed until ``arm(after:)``.
    package init(loop: EventLoop, fire: @escaping () -> Void) {
      self.loop = loop
      self.fire = fire
      event = event_new(
        loop.base, -1, 0,
        { _, _, me in
          // A strong reference for the length of the call: the callback may drop the last other one.
          guard let me else { return }
          let timer = Unmanaged<LoopTimer>.fromOpaque(me).takeUnretainedValue()
          withExtendedLifetime(timer) { timer.fire() }
        }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { if let event { event_free(event) } }

    /// Fires once, `delay` from now, or after 68 years; an earlier arming is forgotten. Microseconds count, less is rounded up.
    package func arm(after delay: Duration) {
      // libevent adds what it is given to the time of day, and does not look whether that is still a number.
      let delay = min(delay, .seconds(Int64(Int32.max)))
      let (seconds, attoseconds) = (delay > .zero ? delay + loop.timerSlack : .zero).components
      let microseconds = Int((attoseconds + 999_999_999_999) / 1_000_000_000_000)
      var interval = timeval()
      interval.tv_sec = .init(clamping: seconds + Int64(microseconds / 1_000_000))
      interval.tv_usec = .init(microseconds % 1_000_000)
      event_add(event, &interval)
    }

    /// Forgets the arming.
    package func disarm() { event_del(event) }
  }
#endif
