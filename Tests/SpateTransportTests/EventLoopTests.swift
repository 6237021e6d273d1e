// SPDX-License-Identifier: Apache-2.0

#if os(Linux)
  import SpateCore
  import SpateEventLoop
  import Testing

  @Suite struct EventLoopTests {
    /// Hangs where the queue is run until it is empty: the timer then never gets its turn.
    @Test(.timeLimit(.minutes(2))) func aTaskThatYieldsAgainAndAgainDoesNotKeepTimersWaiting() async {
      let loop = EventLoop()
      let hasFired = Lock(false)
      let timer = Lock(LoopTimer?.none)
      loop.call {
        let armed = LoopTimer(loop: loop) { hasFired.withLock { $0 = true } }
        armed.arm(after: .milliseconds(1))
        nonisolated(unsafe) let kept = armed
        timer.withLock { $0 = kept }
      }
      let executor = LoopExecutor(loop: loop)
      await Task.detached(executorPreference: executor) {
        while !hasFired.withLock({ $0 }) { await Task.yield() }
      }.value
      loop.call { timer.withLock { $0 = nil } }
      loop.stop()
    }

    @Test func whatWasQueuedBeforeTheStopRuns_howeverMuchItIs() {
      let loop = EventLoop()
      let ran = Lock<[Int]>([])
      for number in 0..<1000 { loop.call { ran.withLock { $0.append(number) } } }
      loop.stop()
      let isInOrder = ran.withLock { $0 == Array(0..<1000) }
      #expect(isInOrder)
      #expect(!loop.call {})
    }

    @Test func tasksQueuedBeforeTheStopRun() async {
      let loop = EventLoop()
      let executor = LoopExecutor(loop: loop)
      let tasks = (0..<500).map { number in Task.detached(executorPreference: executor) { number } }
      loop.stop()
      var sum = 0
      for task in tasks { sum += await task.value }
      #expect(sum == 499 * 500 / 2)
    }
  }
#endif
