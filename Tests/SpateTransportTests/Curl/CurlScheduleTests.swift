// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import SpateTransport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CurlScheduleTests {
  @Test func runsOnceAfterTheDelay() {
    let transport = CurlTransport()
    let clock = ContinuousClock()
    let start = clock.now
    let runs = Monitor([Duration]())
    let timer = transport.schedule(after: .milliseconds(30)) { runs.update { $0.append(clock.now - start) } }
    #expect(runs.wait { !$0.isEmpty })
    timer.cancel()
    timer.resume()
    waitForTurns(2, of: transport)
    #expect(runs.now.count == 1)
    #expect(runs.now.allSatisfy { $0 >= .milliseconds(30) })
    transport.stop()
  }

  @Test func whatComesAfterTheTurnRunsOnTheTransportsThread_orNotAtAll() {
    let transport = CurlTransport()
    let places = Monitor([Bool]())
    #expect(transport.afterTurn { places.update { $0.append(transport.isOnOwnThread) } })
    #expect(places.wait { $0 == [true] })
    transport.stop()
    #expect(!transport.afterTurn { places.update { $0.append(false) } })
    #expect(places.now == [true])
  }

  @Test func runsInOrderOfTime() {
    let transport = CurlTransport()
    let runs = Monitor([Int]())
    for delay in [40, 10, 30, 20, 0] {
      _ = transport.schedule(after: .milliseconds(delay)) { runs.update { $0.append(delay) } }
    }
    #expect(runs.wait { $0.count == 5 })
    #expect(runs.now == [0, 10, 20, 30, 40])
    transport.stop()
  }

  @Test func neverRunsAfterACancel() {
    let transport = CurlTransport()
    let runs = Monitor(0)
    for _ in 0..<100 {
      let timer = transport.schedule(after: .milliseconds(5)) { runs.update { $0 += 1 } }
      timer.cancel()
      timer.cancel()
    }
    waitForTurns(5, of: transport)
    #expect(runs.now == 0)
    transport.stop()
  }

  /// Timers of calls that are over serve others: each call runs what is its own, once, or not at all.
  @Test(arguments: [[0, 2, 4], [4, 2, 0], [2, 0, 4], [0, 1, 2, 3, 4], [3], []])
  func aTimerThatIsUsedAgainRunsWhatItIsUsedFor(cancelled: [Int]) {
    let transport = CurlTransport()
    let runs = Monitor([Int]())
    for round in 0..<3 {
      // On the transport's own thread calls are armed and cancelled at once.
      let isDone = Monitor(false)
      _ = transport.schedule(after: .zero) {
        let calls = (0..<5).map { number in
          transport.schedule(after: .milliseconds(20)) { runs.update { $0.append(round * 10 + number) } }
        }
        for number in cancelled { calls[number].cancel() }
        isDone.update { $0 = true }
      }
      #expect(isDone.wait { $0 })
    }
    let left = (0..<3).flatMap { round in (0..<5).filter { !cancelled.contains($0) }.map { round * 10 + $0 } }
    #expect(runs.wait { $0.count >= left.count })
    waitForTurns(5, of: transport)
    #expect(runs.now.sorted() == left)
    transport.stop()
  }

  /// Each takes the timer that has just fired.
  @Test func aCallThatSchedulesAnotherOne() {
    let transport = CurlTransport()
    let runs = Monitor([Int]())
    @Sendable func schedule(_ number: Int) {
      _ = transport.schedule(after: .zero) {
        runs.update { $0.append(number) }
        if number < 300 { schedule(number + 1) }
      }
    }
    schedule(1)
    #expect(runs.wait { $0.count >= 300 })
    let isInOrder = runs.now == Array(1...300)
    #expect(isInOrder)
    transport.stop()
  }

  /// A cancel on the transport's own thread may come before what another thread has scheduled begins to run.
  @Test func letsGoOfWhatIsCancelledBeforeItBegan() {
    let transport = CurlTransport()
    let timer = Monitor((any Transfer)?.none)
    let (wantsTimer, isDone) = (Monitor(false), Monitor(false))
    _ = transport.schedule(after: .zero) {
      wantsTimer.update { $0 = true }
      _ = timer.wait { $0 != nil }
      timer.now?.cancel()
      isDone.update { $0 = true }
    }
    #expect(wantsTimer.wait { $0 })
    timer.update { $0 = transport.schedule(after: .seconds(1000)) {} }
    #expect(isDone.wait { $0 })
    weak let seen = timer.now as AnyObject?
    timer.update { $0 = nil }
    waitForTurns(3, of: transport)
    #expect(seen == nil)
    transport.stop()
  }

  @Test func letsGoOfWhatItHolds() {
    final class Held: Sendable {}
    let transport = CurlTransport()
    let run = Monitor(false)
    var held: Held? = Held()
    weak let seen = held
    _ = transport.schedule(after: .zero) { [held] in
      _ = held
      run.update { $0 = true }
    }
    let cancelled = transport.schedule(after: .seconds(1000)) { [held] in _ = held }
    cancelled.cancel()
    _ = transport.schedule(after: .seconds(1000)) { [held] in _ = held }
    held = nil
    #expect(run.wait { $0 })
    transport.stop()
    #expect(seen == nil)
  }
}
