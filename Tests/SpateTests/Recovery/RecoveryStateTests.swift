// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import Spate

/// What follows a failure, without clock or socket (trust.md 1.2, 1.3).
@Suite struct RecoveryStateTests {
  typealias Failure = RecoveryState.Failure
  typealias Step = RecoveryState.Step

  var quota = RetryQuota()
  var random = SeededRandom(seed: 1)

  mutating func step(_ state: inout RecoveryState, _ failure: Failure, at now: Duration = .zero) -> Step {
    state.step(after: failure, at: now, quota: &quota, random: &random)
  }

  static func error(_ code: SpateError.Code, status: Int? = nil, after: Duration? = nil) -> SpateError {
    var error = SpateError(code, "it failed")
    error.status = status
    error.retryAfter = after
    return error
  }

  static let retried: [SpateError.Code] = [
    .connect, .dns, .timeout, .rateLimit, .overloaded, .server, .conflict, .truncated, .provider,
  ]
  static let final: [SpateError.Code] = [
    .tls, .auth, .missingKey, .quota, .badRequest, .contextLength, .unsupportedParameter, .unsupportedProvider,
    .alreadyRead, .tool, .sink, .notFound, .tooLarge, .redirect, .contentType, .protocol, .decode, .contentFilter,
    .limit, .cancelled,
  ]

  @Test(arguments: retried) mutating func retriesWhatMayGoAway(code: SpateError.Code) {
    var state = RecoveryState(Recovery())
    _ = state.begin()
    guard case .again(let next) = step(&state, Failure(error: Self.error(code))) else {
      Issue.record("not retried")
      return
    }
    #expect(next.target == 0 && next.way == .anew)
    #expect(next.delay >= .zero && next.delay < .milliseconds(500))
  }

  @Test(arguments: final) mutating func neverRetriesTheRest(code: SpateError.Code) {
    var state = RecoveryState(Recovery(maxRetries: 9))
    #expect(step(&state, Failure(error: Self.error(code))) == .fail)
    #expect(quota.tokens == RetryQuota.size)
  }

  @Test mutating func L7_aTotalTimeoutIsNeverRetried() {
    var error = Self.error(.timeout)
    error.phase = .total
    var state = RecoveryState(Recovery(fallbacks: ["b"]), targetCount: 2)
    #expect(step(&state, Failure(error: error)) == .fail)
  }

  @Test(arguments: [0, 1, 2, 5]) mutating func retriesAsOftenAsSaid(count: Int) {
    var state = RecoveryState(Recovery(maxRetries: count))
    for _ in 0..<count {
      guard case .again = step(&state, Failure(error: Self.error(.server))) else {
        Issue.record("too few")
        return
      }
    }
    #expect(step(&state, Failure(error: Self.error(.server))) == .fail)
  }

  @Test mutating func twiceByDefault() {
    var state = RecoveryState(Recovery())
    var count = 0
    while case .again = step(&state, Failure(error: Self.error(.server))) { count += 1 }
    #expect(count == 2)
  }

  @Test(arguments: [RecoveryState.Progress.words, .tools])
  mutating func R1_nothingIsRetriedSilentlyAfterTheFirstWord(progress: RecoveryState.Progress) {
    var state = RecoveryState(Recovery(fallbacks: ["b"]), targetCount: 2)
    #expect(step(&state, Failure(error: Self.error(.truncated), progress: progress)) == .fail)
  }

  @Test mutating func R2_thoughtsAreTakenBackByARestart() {
    var state = RecoveryState(Recovery())
    guard case .again(let next) = step(&state, Failure(error: Self.error(.truncated), progress: .thoughts)) else {
      Issue.record("not retried")
      return
    }
    #expect(next.way == .restart)
  }

  @Test(
    arguments: [(0.25, 0.25...0.32), (1, 1...1.25), (30, 30...31), (60, 60...61)] as [(Double, ClosedRange<Double>)])
  mutating func R5_retryAfterReplacesTheBackoff(hint: Double, within: ClosedRange<Double>) {
    for _ in 0..<100 {
      var state = RecoveryState(Recovery())
      quota = RetryQuota()
      let failure = Failure(error: Self.error(.rateLimit, status: 429, after: .seconds(hint)))
      guard case .again(let next) = step(&state, failure) else {
        Issue.record("not retried")
        return
      }
      #expect(within.contains(next.delay / .seconds(1)))
    }
  }

  @Test mutating func R7_alongerWaitFailsAtOnce() {
    var state = RecoveryState(Recovery())
    #expect(step(&state, Failure(error: Self.error(.rateLimit, after: .seconds(61)))) == .fail)
    state = RecoveryState(Recovery(maxWait: .seconds(100)))
    guard case .again = step(&state, Failure(error: Self.error(.rateLimit, after: .seconds(61)))) else {
      Issue.record("the policy allows it")
      return
    }
    // Somebody else may answer at once.
    state = RecoveryState(Recovery(), targetCount: 2)
    #expect(
      step(&state, Failure(error: Self.error(.rateLimit, after: .seconds(61))))
        == .again(RecoveryState.Next(target: 1, delay: .zero, way: .anew)))
  }

  @Test mutating func aRetryThatWouldComeAfterTheDeadlineIsNotMade() {
    let failure = Failure(error: Self.error(.rateLimit, after: .seconds(10)))
    var state = RecoveryState(Recovery(), deadline: .seconds(15))
    #expect(step(&state, failure, at: .seconds(6)) == .fail)
    guard case .again = step(&state, failure, at: .seconds(1)) else {
      Issue.record("there is time")
      return
    }
  }

  @Test mutating func withoutQuotaNothingIsRetried() {
    var made = 0
    for _ in 0..<1000 {
      var state = RecoveryState(Recovery())
      _ = state.begin()
      while case .again = step(&state, Failure(error: Self.error(.server))) { made += 1 }
    }
    #expect(made == 20)
  }

  // MARK: Fallbacks

  @Test mutating func fallsBackInOrderAndCountsAnew() {
    var state = RecoveryState(Recovery(maxRetries: 1), targetCount: 3)
    var targets: [Int] = []
    var target = 0
    while case .again(let next) = step(&state, Failure(error: Self.error(.server), target: target)) {
      target = next.target
      targets.append(target)
    }
    #expect(targets == [0, 1, 1, 2, 2])
  }

  @Test(arguments: [.auth, .notFound, .quota, .contextLength, .tls, .missingKey] as [SpateError.Code])
  mutating func asksTheNextForWhatThisOneCanNot(code: SpateError.Code) {
    var state = RecoveryState(Recovery(), targetCount: 2)
    #expect(
      step(&state, Failure(error: Self.error(code)))
        == .again(RecoveryState.Next(target: 1, delay: .zero, way: .anew)))
  }

  @Test(arguments: [.badRequest, .contentFilter, .cancelled, .sink] as [SpateError.Code])
  mutating func asksNobodyElseWhatIsWrongInItself(code: SpateError.Code) {
    var state = RecoveryState(Recovery(), targetCount: 2)
    #expect(step(&state, Failure(error: Self.error(code))) == .fail)
  }

  // MARK: After the commit point

  @Test mutating func restartsWhenAsked() {
    var state = RecoveryState(Recovery(onCut: .restart))
    guard case .again(let next) = step(&state, Failure(error: Self.error(.truncated), progress: .tools)) else {
      Issue.record("not restarted")
      return
    }
    #expect(next.way == .restart)
  }

  @Test mutating func aReaderThatKeepsWordsIsNotRestarted() {
    var state = RecoveryState(Recovery(onCut: .restart))
    let step = step(&state, Failure(error: Self.error(.truncated), progress: .words, keepsWords: true))
    #expect(step == .refuse("what was shown of the answer can not be taken back"))
  }

  @Test mutating func R3_continuesOnlyWhereItCan() {
    var state = RecoveryState(Recovery(onCut: .continue), targetCount: 2)
    var failure = Failure(error: Self.error(.truncated), progress: .words)
    #expect(step(&state, failure) == .refuse("this model can not be asked to continue its answer"))
    failure.canContinue = true
    guard case .again(let next) = step(&state, failure) else {
      Issue.record("not continued")
      return
    }
    #expect(next.way == .continue)
    #expect(next.target == 0)
    failure.progress = .tools
    #expect(step(&state, failure) == .refuse("an answer that has come to tool calls can not be continued"))
  }

  @Test(arguments: [OnCut.restart, .continue])
  mutating func whatWillFailAgainIsNoCut(way: OnCut) {
    var state = RecoveryState(Recovery(onCut: way), targetCount: 2)
    let failure = Failure(error: Self.error(.decode), progress: .words, canContinue: true)
    #expect(step(&state, failure) == .fail)
  }
}
