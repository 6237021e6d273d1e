// SPDX-License-Identifier: Apache-2.0

#if os(Linux)
  import Glibc
  @_spi(Internals) import SpateCore
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
      let tasks = (0..<500).map { _ in Task.detached(executorPreference: executor) { loop.isOnLoop } }
      loop.stop()
      var count = 0
      for task in tasks { count += await task.value ? 1 : 0 }
      #expect(count == 500)
    }

    /// A socket that stays ready until what is queued has run: the loop then has to come to the queue.
    @Test(.timeLimit(.minutes(2))) func aSocketThatStaysReadyDoesNotKeepTheQueueWaiting() async throws {
      let loop = EventLoop()
      var ends: [Int32] = [-1, -1]
      try #require(pipe(&ends) == 0)
      defer { for end in ends { close(end) } }
      var byte: UInt8 = 1
      try #require(write(ends[1], &byte, 1) == 1)
      let reader = ends[0]
      let watch = Lock(SocketWatch?.none)
      await withUnsafeContinuation { continuation in
        loop.call {
          nonisolated(unsafe) let made = SocketWatch(loop: loop, descriptor: reader) { _ in }
          made.update(Readiness(reads: true))
          watch.withLock { $0 = made }
          // Many more than one turn takes; the last of them ends it.
          for _ in 0..<1000 { loop.call {} }
          loop.call {
            watch.withLock { $0?.cancel() }
            continuation.resume()
          }
        }
      }
      loop.call { watch.withLock { $0 = nil } }
      loop.stop()
    }

    /// Its clock shows the last tick of the kernel's.
    @Test func coarseTimersAreNeverEarly() async {
      let loop = EventLoop(hasPreciseTimers: false)
      let clock = ContinuousClock()
      for delay in 1..<12 {
        let begin = clock.now
        let timer = Lock(LoopTimer?.none)
        await withUnsafeContinuation { continuation in
          loop.call {
            nonisolated(unsafe) let made = LoopTimer(loop: loop) { continuation.resume() }
            made.arm(after: .milliseconds(delay))
            timer.withLock { $0 = made }
          }
        }
        #expect(clock.now - begin >= .milliseconds(delay))
        loop.call { timer.withLock { $0 = nil } }
      }
      loop.stop()
    }

    @Test func aTimerSetForEverDoesNotFire() async {
      let loop = EventLoop(hasPreciseTimers: false)
      let fired = Lock(0)
      let timers = Lock<[LoopTimer]>([])
      await withUnsafeContinuation { continuation in
        loop.call {
          nonisolated(unsafe) let never = LoopTimer(loop: loop) { fired.withLock { $0 += 1 } }
          never.arm(after: .seconds(Int64.max - 1000))
          nonisolated(unsafe) let soon = LoopTimer(loop: loop) { continuation.resume() }
          soon.arm(after: .milliseconds(5))
          timers.withLock { $0 = [never, soon] }
        }
      }
      #expect(fired.withLock { $0 } == 0)
      loop.call { timers.withLock { $0 = [] } }
      loop.stop()
    }
  }
#endif
