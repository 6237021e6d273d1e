// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateDialects

/// What the calls of one client know together: the retry quota and the breaker of each origin, who is to be left alone,
/// and what providers were found not to take.
final class RecoveryLedger: Sendable {
  /// Of one origin: scheme, host and port.
  struct Origin: Sendable {
    var quota = RetryQuota()
    var breaker = BreakerState()
  }

  private struct State: Sendable {
    var origins: [String: Origin] = [:]
    /// Until when a candidate is not chosen, by ``Candidate/name``.
    var coolDowns: [String: Duration] = [:]
    /// What refusals showed about providers, by id and base URL (rules D8, D21).
    var lessons: [String: Lesson] = [:]
  }

  /// The ways of a provider that refusals have shown it to have, and not to have. Each is turned once.
  private struct Lesson: Sendable {
    var has: Set<Quirk> = []
    var hasNot: Set<Quirk> = []

    func applied(to quirks: Set<Quirk>) -> Set<Quirk> { quirks.union(has).subtracting(hasNot) }
  }

  private let state = Lock(State())

  /// More than these at once are no list that somebody wrote.
  private static let limit = 1024

  /// Changes what is known of an origin.
  func withOrigin<Result>(_ origin: String, _ body: (inout Origin) -> Result) -> Result {
    state.withLock { state in
      if state.origins.count > Self.limit, state.origins[origin] == nil { state.origins = [:] }
      return body(&state.origins[origin, default: Origin()])
    }
  }

  /// A candidate failed: others come first until then.
  func coolDown(_ name: String, until: Duration) {
    state.withLock { state in
      if state.coolDowns.count > Self.limit { state.coolDowns = [:] }
      state.coolDowns[name] = max(until, state.coolDowns[name] ?? until)
    }
  }

  /// The names of those that are left alone at `now`.
  func cooling(at now: Duration) -> Set<String> {
    state.withLock { state in
      guard !state.coolDowns.isEmpty else { return [] }
      state.coolDowns = state.coolDowns.filter { $0.value > now }
      return Set(state.coolDowns.keys)
    }
  }

  /// The provider, with what was found out about it.
  func known(_ provider: Provider) -> Provider {
    // Mostly nothing was.
    guard let lesson = state.withLock({ $0.lessons.isEmpty ? nil : $0.lessons[provider.ledgerName] }) else {
      return provider
    }
    var provider = provider
    provider.quirks = lesson.applied(to: provider.quirks)
    return provider
  }
}

/// What becomes of the requests.
extension RecoveryLedger {
  /// Throws when the breaker of the call's origin is open.
  func admit(_ call: PreparedCall, _ policy: Recovery, at now: Duration) throws(SpateError) {
    guard policy.breaker != nil, let wait = withOrigin(call.origin, { $0.breaker.admit(at: now) }) else { return }
    var error = SpateError(
      .overloaded, "\(call.provider.name) has failed too often in a row: it is not asked for a while (circuit breaker)")
    error.retryAfter = wait
    throw call.named(error)
  }

  /// The answer is there.
  func succeed(_ call: PreparedCall, isFirst: Bool) {
    state.withLock { state in
      // One that nothing is known of has nothing to make good.
      guard !state.origins.isEmpty, let place = state.origins.index(forKey: call.origin) else { return }
      if isFirst { state.origins.values[place].quota.succeed() }
      state.origins.values[place].breaker.succeed()
    }
  }

  /// A request ended before anything was known about its origin.
  func giveUp(_ call: PreparedCall, at now: Duration) { withOrigin(call.origin) { $0.breaker.giveUp(at: now) } }

  /// Whether a refusal taught something about the provider that makes the same request worth another try: that it does
  /// not take `stream_options` (rule D8), or what else ``Provider/learning(from:)`` reads.
  func learn(from error: SpateError, _ call: PreparedCall) -> Bool {
    guard let wiser = call.provider.learning(from: error) else { return false }
    let quirks = call.provider.quirks
    return state.withLock { state in
      if state.lessons.count > Self.limit { state.lessons = [:] }
      let name = call.provider.ledgerName
      var lesson = state.lessons[name] ?? Lesson()
      // Another call has learned it meanwhile.
      if lesson.applied(to: quirks) != quirks { return true }
      let (more, less) = (wiser.quirks.subtracting(quirks), quirks.subtracting(wiser.quirks))
      guard lesson.hasNot.isDisjoint(with: more), lesson.has.isDisjoint(with: less) else { return false }
      lesson.has.formUnion(more)
      lesson.hasNot.formUnion(less)
      state.lessons[name] = lesson
      return true
    }
  }
}

extension Provider {
  fileprivate var ledgerName: String { "\(id) \(baseURL)" }
}
