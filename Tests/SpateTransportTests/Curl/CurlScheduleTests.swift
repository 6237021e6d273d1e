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
