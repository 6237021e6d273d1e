// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
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
    /// Providers that answered 400 to `stream_options`, by id and base URL (rule D8).
    var refusesStreamOptions: Set<String> = []
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
    var provider = provider
    if state.withLock({ $0.refusesStreamOptions.contains(provider.ledgerName) }) {
      provider.quirks.insert(.refusesStreamOptions)
    }
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
    withOrigin(call.origin) { origin in
      if isFirst { origin.quota.succeed() }
      origin.breaker.succeed()
    }
  }

  /// A request ended before anything was known about its origin.
  func giveUp(_ call: PreparedCall, at now: Duration) { withOrigin(call.origin) { $0.breaker.giveUp(at: now) } }

  /// Whether a refusal taught something about the provider that makes the same request worth another try: that it does
  /// not take `stream_options` (rule D8).
  func learn(from error: SpateError, _ call: PreparedCall) -> Bool {
    let name = "stream_options"
    guard error.status == 400 || error.status == 422, !call.provider.quirks.contains(.refusesStreamOptions),
      error.message.contains(name) || String(decoding: error.body, as: UTF8.self).contains(name)
    else { return false }
    return state.withLock { $0.refusesStreamOptions.insert(call.provider.ledgerName).inserted }
  }
}

extension Provider {
  fileprivate var ledgerName: String { "\(id) \(baseURL)" }
}
