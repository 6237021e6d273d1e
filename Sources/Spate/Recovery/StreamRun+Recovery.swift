// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// What a run knows for the case of a failure.
struct RunRecovery {
  var state = RecoveryState(Recovery())
  /// The decoder of a response that was cut and that the provider can send the rest of.
  var resumable: (any ResponseDecoder)?
}

/// What follows an attempt that is over: the end of the run, or another attempt.
extension StreamRun {
  var ledger: RecoveryLedger { plan.client.ledger }

  /// Whether what a cut attempt knows is wanted for going on with it.
  var wantsToContinue: Bool { plan.recovery.onCut == .continue }

  /// The error with how many requests were made.
  func counted(_ error: SpateError) -> SpateError {
    var error = error
    error.attempts = max(state.withLock { $0.recovery.state.attempts }, 1)
    return error
  }

  /// An attempt has brought all that it will. Gives those who waited for the end, if it is one.
  func concluded(
    _ attempt: Attempt, _ events: inout [StreamEvent], _ failure: SpateError?, _ decoder: (any ResponseDecoder)?
  ) -> [Waiter] {
    if let failure {
      if decoder?.cursor != nil { state.withLock { $0.recovery.resumable = decoder } }
      let (_, reader) = deliver(&events, byteCount: 0, by: attempt)
      return failed(number: attempt.number, target: attempt.target, attempt, &events, failure)
        + [reader].compactMap(\.self)
    }
    let done = state.withLock { state -> ([Waiter], [Attempt], Int)? in
      let first = state.recovery.state.first
      guard case .counts(let losers) = state.course.judge(attempt, &events, isOver: true) else { return nil }
      state.hasRest = false
      if plan.racerCount > 1 { state.follow(attempt) }
      // The last events and the end in one step: between the two, nobody may end the run in another way.
      let waiters = conclude(round: &events, by: attempt.target, in: &state)
      attempt.settle(state.answer.ownPartial, nil)
      return (waiters, losers, first)
    }
    // Given up before it was over.
    guard let (waiters, losers, first) = done else { return [] }
    ledger.succeed(attempt.call, isFirst: attempt.number == first)
    drop(losers)
    if plan.loop != nil { followRound() }
    return waiters
  }

  /// They lost the race.
  func drop(_ losers: [Attempt]) {
    for loser in losers {
      ledger.giveUp(loser.call, at: transport.now)
      loser.letGo()
    }
  }

  /// An attempt failed, or could not even be made: another one follows, or the run ends.
  func failed(
    number: Int, target: Int, _ attempt: Attempt?, races: Bool = false, _ events: inout [StreamEvent],
    _ error: SpateError
  ) -> [Waiter] {
    events.removeAll()
    let outcome = state.withLock { state -> RunCourse.Failed in
      guard !state.isEnded else { return .ignored }
      let outcome = state.course.fail(attempt, races: races, number: number, error, into: &events)
      // A loser of a race holds nothing up.
      if case .last = outcome { state.loop?.hold() }
      _ = state.deliver(&events, byteCount: 0)
      return outcome
    }
    guard case .last(let progress) = outcome else { return [] }
    let step = step(after: error, progress, target: target, attempt)
    if case .again(let next) = step {
      if next.target != target { coolDown(target, error) }
      return again(next, after: error, number: number, of: target, attempt)
    }
    if case .refuse(let reason) = step { events = [.warning(StreamWarning(.notRecovered, reason))] }
    coolDown(target, error)
    let counted = counted(error)
    let waiters = state.withLock { state in
      _ = state.deliver(&events, byteCount: 0)
      let waiters = state.end(counted) ?? []
      attempt?.settle(state.answer.ownPartial, counted)
      return waiters
    }
    if plan.loop != nil { dropTools() }
    return waiters
  }

  private func step(
    after error: SpateError, _ progress: RecoveryState.Progress, target: Int, _ attempt: Attempt?
  ) -> RecoveryState.Step {
    let now = transport.now
    // Learned in any case; another request is made where one is allowed.
    if let call = attempt?.call, ledger.learn(from: error, call), progress < .words, plan.recovery.maxRetries != 0 {
      return .again(RecoveryState.Next(target: target, delay: .zero, way: progress == .nothing ? .anew : .restart))
    }
    // Drawn before the lock: it may be a closure of the user's.
    var random = Drawn(number: plan.client.environment.random.next())
    return state.withLock { state in
      let failure = RecoveryState.Failure(
        error: error, target: target, progress: progress,
        canContinue: state.recovery.resumable != nil || attempt?.call.reading.canBePrefilled == true,
        keepsWords: state.keepsWords, hasStartedTools: state.loop?.hasStarted ?? false)
      guard let call = attempt?.call else { return state.recovery.state.stepWithoutRequest(after: failure, at: now) }
      return ledger.withOrigin(call.origin) { origin in
        if !error.isOfOrigin {
          origin.breaker.refuse()
        } else if let breaker = plan.recovery.breaker {
          origin.breaker.fail(at: now, breaker)
        }
        return state.recovery.state.step(after: failure, at: now, quota: &origin.quota, random: &random)
      }
    }
  }

  /// Says that another attempt follows, and sets the timer for it.
  private func again(
    _ next: RecoveryState.Next, after error: SpateError, number: Int, of target: Int, _ attempt: Attempt?
  ) -> [Waiter] {
    let other = next.target == target ? nil : plan.targets[next.target]
    let previous = state.withLock { $0.answer.attempt(failedWith: error) }
    attempt?.settle(previous, error)
    var events: [StreamEvent] = [
      .retry(
        Retry(
          failed: FailedAttempt(number: number, error: error, usage: previous.usage, cost: previous.cost),
          delay: next.delay,
          provider: other?.provider?.id, model: other?.model))
    ]
    if next.way == .restart { events.append(.restarted(Restart(discarding: previous))) }
    let isRunning = state.withLock { state in
      guard !state.isEnded else { return false }
      _ = state.deliver(&events, byteCount: 0)
      if next.way == .restart { state.course.restart() }
      state.loop?.release()
      return true
    }
    guard isRunning else { return [] }
    // Never here, as long as the transport runs: this may be a call of the transport's.
    let timer = transport.wait(for: next.delay) {
      self.begin(next.target, next.way == .continue ? self.continuation : nil)
    }
    let unwanted = state.withLock { state -> (any Transfer)? in
      guard !state.isEnded else { return timer }
      state.course.keep(wait: timer)
      return nil
    }
    unwanted?.cancel()
    return []
  }

  /// Other candidates are chosen before one that is not well, for as long as it asks for or half a minute.
  private func coolDown(_ target: Int, _ error: SpateError) {
    guard error.isOfOrigin || [.rateLimit, .quota, .auth, .missingKey].contains(error.code) else { return }
    ledger.coolDown(plan.targets[target].name, until: transport.now + (error.retryAfter ?? .seconds(30)))
  }

  private var continuation: CallPlan.Continuation {
    CallPlan.Continuation(partial: snapshot, resumable: state.withLock { $0.recovery.resumable })
  }
}

extension SpateError {
  /// Whether it says that the origin is not well: what a circuit breaker counts (trust.md 1.4).
  fileprivate var isOfOrigin: Bool {
    switch code {
    case .connect, .dns, .tls, .timeout, .server, .overloaded: true
    default: (500..<600).contains(status ?? 0)
    }
  }
}

extension Restart {
  fileprivate init(discarding partial: PartialResponse) {
    self.init(
      discardedText: partial.text.utf8.count, discardedReasoning: partial.reasoning.utf8.count,
      discardedToolCalls: partial.toolCalls.count)
  }
}

/// A number that was drawn before: a step draws one at most, for the length of a wait.
private struct Drawn: RandomNumberGenerator {
  let number: UInt64
  func next() -> UInt64 { number }
}
