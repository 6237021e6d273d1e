// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  // Its headers show the system's times too: whose they are depends on which is read first.
  internal import CEvent

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #else
    internal import Darwin
  #endif

  /// The clock that loops and what is timed on them go by: the system's, which stands still while the machine sleeps, as
  /// timers do.
  package enum LoopClock {
    /// Since a moment that is the same as long as the system runs.
    package static var now: Duration {
      var time = timespec()
      #if canImport(Darwin)
        // Its monotonic clock goes on meanwhile.
        clock_gettime(CLOCK_UPTIME_RAW, &time)
      #else
        clock_gettime(CLOCK_MONOTONIC, &time)
      #endif
      return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
  }
#endif
