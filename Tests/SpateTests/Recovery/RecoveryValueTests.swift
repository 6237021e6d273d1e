// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import Spate

/// The small state machines of recovery: backoff, quota, breaker, spreading.
@Suite struct RecoveryValueTests {
  @Test func theBackoffDoublesUpToItsCap() {
    let backoff = Backoff()
    #expect((0..<8).map { backoff.limit($0) / .seconds(1) } == [0.5, 1, 2, 4, 8, 8, 8, 8])
    #expect(backoff.limit(Int.max) == .seconds(8))
  }

  /// P11: full jitter is uniform: each tenth of the range gets its share of 10,000 draws, within five standard deviations.
  @Test func P11_theJitterIsUniform() {
    var random = SeededRandom(seed: 7)
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<10_000 {
      let share = Backoff().delay(2, &random) / .seconds(2)
      counts[min(Int(share * 10), 9)] += 1
    }
    #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
  }

  @Test func theQuotaIsTakenAndFilled() {
    var quota = RetryQuota()
    let taken = (0..<25).map { _ in quota.take(afterTimeout: false) }
    #expect(taken == [Bool](repeating: true, count: 20) + [Bool](repeating: false, count: 5))
    for _ in 0..<10 { quota.succeed() }
    let afterwards = [quota.take(afterTimeout: true), quota.take(afterTimeout: false)]
    #expect(afterwards == [true, false])
    for _ in 0..<1000 { quota.succeed() }
    #expect(quota.tokens == RetryQuota.size)
  }

  // MARK: The breaker (trust.md 1.4)

  @Test func theBreakerOpensAfterFiveFailuresInARow() {
    var breaker = BreakerState()
    var admitted: Duration?
    let settings = CircuitBreaker()
    for _ in 0..<4 { breaker.fail(at: .zero, settings) }
    breaker.succeed()
    for _ in 0..<4 {
      breaker.fail(at: .zero, settings)
      admitted = breaker.admit(at: .zero)
      #expect(admitted == nil)
    }
    breaker.fail(at: .seconds(1), settings)
    admitted = breaker.admit(at: .seconds(1))
    #expect(admitted == .seconds(30))
    admitted = breaker.admit(at: .seconds(30))
    #expect(admitted == .seconds(1))
  }

  @Test func oneProbeThenTwiceTheTimeUpToFiveMinutes() {
    var breaker = BreakerState()
    var admitted: Duration?
    let settings = CircuitBreaker(failures: 1)
    var now = Duration.zero
    breaker.fail(at: now, settings)
    for rest in [30, 60, 120, 240, 300, 300] {
      admitted = breaker.admit(at: now + .seconds(rest - 1))
      #expect(admitted == .seconds(1))
      now += .seconds(rest)
      admitted = breaker.admit(at: now)
      #expect(admitted == nil)
      // The probe is out: nobody else.
      admitted = breaker.admit(at: now)
      #expect(admitted != nil)
      breaker.fail(at: now, settings)
    }
    now += .seconds(300)
    admitted = breaker.admit(at: now)
    #expect(admitted == nil)
    breaker.succeed()
    admitted = breaker.admit(at: now)
    #expect(admitted == nil)
    admitted = breaker.admit(at: now)
    #expect(admitted == nil)
  }

  @Test func aProbeThatIsGivenUpMakesRoomForTheNext() {
    var breaker = BreakerState()
    var admitted: Duration?
    breaker.fail(at: .zero, CircuitBreaker(failures: 1))
    admitted = breaker.admit(at: .seconds(30))
    #expect(admitted == nil)
    breaker.giveUp(at: .seconds(31))
    admitted = breaker.admit(at: .seconds(31))
    #expect(admitted == nil)
  }

  @Test func aProbeThatIsRefusedHasShownThatTheOriginIsThere() {
    var breaker = BreakerState()
    var admitted: Duration?
    breaker.fail(at: .zero, CircuitBreaker(failures: 1))
    admitted = breaker.admit(at: .seconds(30))
    #expect(admitted == nil)
    breaker.refuse()
    admitted = breaker.admit(at: .seconds(30))
    #expect(admitted == nil)
  }

  /// What does not count leaves the row as it is.
  @Test func aRefusalDoesNotEndARowOfFailures() {
    var breaker = BreakerState()
    for _ in 0..<5 {
      breaker.fail(at: .zero, CircuitBreaker())
      breaker.refuse()
    }
    let admitted = breaker.admit(at: .zero)
    #expect(admitted == .seconds(30))
  }

  // MARK: Spreading

  @Test func callsAreSpreadByWeight() {
    var random = SeededRandom(seed: 3)
    let spread = Spread(candidates: [Candidate("a", weight: 3), Candidate("b"), Candidate("c", weight: 0)], key: nil)
    var firsts: [String: Int] = [:]
    for _ in 0..<10_000 { firsts[spread.order(cooling: [], &random)[0].model, default: 0] += 1 }
    #expect(abs((firsts["a"] ?? 0) - 7500) < 250)
    #expect(firsts["c"] == nil)
  }

  @Test func aKeyStaysWhereItIs() {
    var random = SeededRandom(seed: 4)
    let all = [Candidate("a"), Candidate("b"), Candidate("c")]
    var counts: [String: Int] = [:]
    var moved = 0
    for number in 0..<3000 {
      let key = "user-\(number)"
      let first = Spread(candidates: all, key: key).order(cooling: [], &random)[0].model
      #expect(first == Spread(candidates: all, key: key).order(cooling: [], &random)[0].model)
      counts[first, default: 0] += 1
      // One that goes takes only its own keys with it.
      let rest = Spread(candidates: [all[0], all[1]], key: key).order(cooling: [], &random)[0].model
      if rest != first, first != "c" { moved += 1 }
    }
    #expect(moved == 0)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 160 })
  }

  @Test func whoIsNotWellComesLast() {
    var random = SeededRandom(seed: 5)
    let spread = Spread(candidates: [Candidate("a", weight: 1000), Candidate("b")], key: "k")
    #expect(spread.order(cooling: ["a"], &random).map(\.model) == ["b", "a"])
  }

  @Test func aPolicyIsLaidOverAnother() {
    let low = Recovery(maxRetries: 5, onCut: .restart, fallbacks: ["a"])
    let merged = Recovery(maxRetries: 0).over(low)
    #expect(merged == Recovery(maxRetries: 0, onCut: .restart, fallbacks: ["a"]))
    #expect(Recovery.none.over(low) == Recovery(maxRetries: 0, onCut: .fail, fallbacks: []))
  }
}
