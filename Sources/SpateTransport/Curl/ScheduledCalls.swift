// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import SpateEventLoop

  /// The calls of a transport that wait for their time, and timers for more of them. On the loop's thread only.
  struct ScheduledCalls {
    /// Each knows its place.
    private(set) var calls: [ScheduledCall] = []
    /// Timers that no call uses at the moment: every request needs one, for a short while.
    private var spare: [LoopTimer] = []

    private static let spareLimit = 256

    /// Runs `call` once, `delay` from now.
    mutating func arm(_ call: ScheduledCall, on loop: EventLoop, after delay: Duration) {
      call.place = calls.count
      calls.append(call)
      call.arm(spare.popLast() ?? LoopTimer(loop: loop) {}, after: delay)
    }

    /// Lets go of a call, armed or not, and takes back its timer.
    mutating func remove(_ call: ScheduledCall, _ timer: LoopTimer?) {
      if let timer {
        timer.disarm()
        timer.fire = {}
        if spare.count < Self.spareLimit { spare.append(timer) }
      }
      guard let place = call.place.take(), let last = calls.popLast(), last !== call else { return }
      // The last one takes its place.
      last.place = place
      calls[place] = last
    }
  }
#endif
