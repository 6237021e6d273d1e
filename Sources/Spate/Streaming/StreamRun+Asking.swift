// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateTransport
internal import Synchronization

/// The requests of a run: the first, those of a tool loop's later rounds, and the ones that recovery asks for.
extension StreamRun {
  /// Makes the first request, once; in a race, one to each.
  func open() {
    // Asked at every read.
    guard !isOpened.load(ordering: .relaxed) else { return }
    isOpened.store(true, ordering: .relaxed)
    let now = transport.now
    let isFirst = state.withLock { state in
      guard state.open(at: now) else { return false }
      let deadline = plan.timeouts.total.flatMap { $0 < Timeouts.never ? now + $0 : nil }
      state.recovery.state = RecoveryState(
        plan.recovery, targetCount: plan.targets.count, racers: plan.racerCount, deadline: deadline)
      return true
    }
    guard isFirst else { return }
    guard let fetch = plan.fetch(for: nil) else { return ask() }
    let transfer = fetch(transport) { self.ask() }
    let unwanted = state.withLock { state -> (any Transfer)? in
      guard !state.isEnded else { return transfer }
      // Until the first request is made, ending the run ends it.
      if state.course.current == nil { state.course.keep(wait: transfer) }
      return nil
    }
    unwanted?.cancel()
  }

  private func ask() {
    guard !isEnded else { return }
    if plan.racerCount > 1 { state.withLock { $0.course.race(plan.racerCount) } }
    if plan.loop != nil {
      state.withLock { state in
        var events = [StreamEvent.roundStart(RoundStart(number: 1))]
        _ = state.deliver(&events, byteCount: 0)
      }
    }
    for target in 0..<plan.racerCount { begin(target, nil, races: plan.racerCount > 1) }
  }

  /// Makes the next request.
  func begin(_ target: Int, _ continuation: CallPlan.Continuation?, races: Bool = false) {
    let number = state.withLock { $0.recovery.state.begin() }
    let attempt: Attempt
    do throws(SpateError) {
      let call = try plan.prepare(
        target, in: plan.loop == nil ? nil : state.withLock { $0.loop?.request }, continuing: continuation)
      try ledger.admit(call, plan.recovery, at: transport.now)
      do throws(SpateError) {
        attempt = try Attempt(call, run: self, number: number, target: target)
      } catch {
        ledger.giveUp(call, at: transport.now)
        throw call.named(error)
      }
    } catch {
      var error = error
      if error.model == nil { error.model = plan.targets[target].model }
      var none: [StreamEvent] = []
      for waiter in failed(number: number, target: target, nil, races: races, &none, error) { waiter.resume() }
      return wake()
    }
    let call = attempt.call
    let opened = state.withLock { state -> Duration? in
      guard !state.isEnded, state.course.begin(attempt, races: races) else { return nil }
      if plan.racerCount == 1 { state.follow(attempt) }
      // At once, so that they are kept also when no response comes; once, not for each attempt.
      if !call.warnings.isEmpty {
        let known = state.answer.partial.warnings
        var warnings = call.warnings.filter { !known.contains($0) }.map(StreamEvent.warning)
        _ = state.deliver(&warnings, byteCount: 0)
      }
      return state.opened
    }
    guard let opened else { return ledger.giveUp(call, at: transport.now) }
    attempt.start(opened: opened)
  }
}
