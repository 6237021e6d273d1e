// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import SpateEventLoop

  /// Its clock, and what it runs later.
  extension CurlTransport {
    /// The system's clock that stands still while the machine sleeps, as its timers do.
    public var now: Duration { LoopClock.now }

    /// Runs `body` once on the transport's thread, `delay` from now, unless cancelled.
    public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
      let call = ScheduledCall(transport: self, body)
      performSoon { self.arm(call, after: delay) }
      return call
    }

    /// The same; where the transport is stopped, at once: the call goes on, and finds that it can not send.
    public func wait(for delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
      let call = ScheduledCall(transport: self, runsAtStop: true, body)
      // What the call has of its own is the loop's, which may still be ending.
      if !performSoon({ self.arm(call, after: delay) }) { body() }
      return call
    }

    /// Runs `body` once on the loop's thread, behind the tasks that its sockets have woken.
    public func afterTurn(_ body: @escaping @Sendable () -> Void) -> Bool { loop.call(body) }

    private func arm(_ call: ScheduledCall, after delay: Duration) {
      // A cancel on this thread may have come before: it finds nothing to forget later.
      guard !call.isOver else { return call.forget() }
      guard !isStopped else { return call.stop() }
      scheduled.arm(call, on: loop, after: delay)
    }

    /// Lets go of a call, and takes back its timer. On the loop's thread.
    func forget(_ call: ScheduledCall, _ timer: LoopTimer?) { scheduled.remove(call, timer) }
  }
#endif
