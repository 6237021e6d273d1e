// SPDX-License-Identifier: Apache-2.0

/// The circuit breaker of one origin, as a plain value (trust.md 1.4).
struct BreakerState: Sendable, Hashable {
  private enum Phase: Sendable, Hashable {
    case closed(failures: Int)
    case open(until: Duration, rest: Duration)
    /// One request is let through.
    case probing(rest: Duration)
  }

  private var phase = Phase.closed(failures: 0)

  /// Nil when a request may be made; else how long none may.
  mutating func admit(at now: Duration) -> Duration? {
    switch phase {
    case .closed: return nil
    case .open(let until, let rest):
      guard now >= until else { return until - now }
      phase = .probing(rest: rest)
      return nil
    // Who comes while the probe is out waits for what becomes of it.
    case .probing(let rest): return rest
    }
  }

  /// The origin answered, be it a refusal.
  mutating func succeed() { phase = .closed(failures: 0) }

  /// It did not.
  mutating func fail(at now: Duration, _ settings: CircuitBreaker) {
    switch phase {
    case .closed(let failures) where failures + 1 < settings.failures: phase = .closed(failures: failures + 1)
    case .closed: phase = .open(until: now + settings.rest, rest: settings.rest)
    case .probing(let rest):
      let next = min(rest * 2, settings.maxRest)
      phase = .open(until: now + next, rest: next)
    // A request from before it opened.
    case .open: break
    }
  }

  /// It failed in a way that does not count: the origin is there, so that a probe has shown enough.
  mutating func refuse() {
    if case .probing = phase { phase = .closed(failures: 0) }
  }

  /// A request was given up before anything was known: if it was the probe, the next one is.
  mutating func giveUp(at now: Duration) {
    if case .probing(let rest) = phase { phase = .open(until: now, rest: rest) }
  }
}
