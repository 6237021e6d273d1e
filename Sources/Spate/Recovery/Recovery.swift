// SPDX-License-Identifier: Apache-2.0

/// What happens when a call fails: one policy for all its phases. What is nil is left to the model, then to the client,
/// then to the defaults.
///
/// ```swift
/// let client = Client(recovery: Recovery(maxRetries: 4))
/// let stream = client.stream("Tell me a story", model: "gpt-4o", recovery: Recovery(fallbacks: ["claude-sonnet-4-5"]))
/// ```
///
/// Until the first word or tool call was given out, what may go away by itself is asked again: no connection, timeouts
/// before the answer, 408, 409, 425, 429 (not for want of credit), every 5xx, empty and cut answers, and errors inside
/// a stream that name no permanent cause. After that point nothing is retried unless ``onCut`` says so. Each retry is an
/// event (``StreamEvent/retry(_:)``), and on the result (``PartialResponse/failedAttempts``).
///
/// Retries of all calls of a client to one origin share a quota, so that they can not become a storm.
public struct Recovery: Sendable, Hashable {
  /// How often one model is asked again. 2.
  public var maxRetries: Int?
  /// How long is waited before that.
  public var backoff: Backoff?
  /// A provider that asks for a longer wait than this fails the call at once, with the wait in
  /// ``SpateError/retryAfter``. 60 seconds.
  public var maxWait: Duration?
  /// What is done when an answer breaks off after its first word. ``OnCut/fail``.
  public var onCut: OnCut?
  /// Who is asked, one after the other, when a model can not answer. None.
  public var fallbacks: [Candidate]?
  /// When an origin that keeps failing is not asked for a while. Never.
  public var breaker: CircuitBreaker?

  /// A policy; what is not given is left to others.
  public init(
    maxRetries: Int? = nil, backoff: Backoff? = nil, maxWait: Duration? = nil, onCut: OnCut? = nil,
    fallbacks: [Candidate]? = nil, breaker: CircuitBreaker? = nil
  ) {
    self.maxRetries = maxRetries
    self.backoff = backoff
    self.maxWait = maxWait
    self.onCut = onCut
    self.fallbacks = fallbacks
    self.breaker = breaker
  }

  /// One request a call, whatever becomes of it.
  public static let none = Recovery(maxRetries: 0, onCut: .fail, fallbacks: [])

  /// This policy, and `defaults` where it says nothing.
  public func over(_ defaults: Recovery) -> Recovery {
    if maxRetries == nil, backoff == nil, maxWait == nil, onCut == nil, fallbacks == nil, breaker == nil {
      return defaults
    }
    return Recovery(
      maxRetries: maxRetries ?? defaults.maxRetries, backoff: backoff ?? defaults.backoff,
      maxWait: maxWait ?? defaults.maxWait, onCut: onCut ?? defaults.onCut,
      fallbacks: fallbacks ?? defaults.fallbacks, breaker: breaker ?? defaults.breaker)
  }
}

/// What is done when an answer breaks off after its first word was given out, for a reason that may go away by itself.
@nonexhaustive public enum OnCut: String, Sendable, Hashable, CaseIterable {
  /// The call fails, with what had come in ``SpateError/partial``.
  case fail
  /// The model is asked again from the beginning; ``StreamEvent/restarted(_:)`` says what does not count any more. Views
  /// that can not take words back (``ResponseStream/text``, printing, ``ResponseStream/openAI``) fail instead.
  case restart
  /// The provider is asked to go on where it stopped, where it can: never inside a tool call. Words that come a second
  /// time are left out; ``StreamEvent/resumed(_:)`` tells the place. Where it can not, the call fails.
  case `continue`
}

/// How long to wait before a request is made again, where the provider does not say: a random part of a time that
/// doubles with each retry ("full jitter").
public struct Backoff: Sendable, Hashable {
  /// The longest wait before the first retry.
  public var base: Duration
  /// How much longer it is before each further one.
  public var factor: Double
  /// The longest of all.
  public var cap: Duration

  /// Half a second, doubling, up to 8 seconds.
  public init(base: Duration = .milliseconds(500), factor: Double = 2, cap: Duration = .seconds(8)) {
    self.base = base
    self.factor = factor
    self.cap = cap
  }

  /// The longest wait before the retry with this number, from 0.
  func limit(_ retry: Int) -> Duration {
    var limit = base
    // So many doublings reach every cap.
    for _ in 0..<min(max(retry, 0), 64) where limit < cap { limit = limit * factor }
    return min(limit, cap)
  }

  /// The wait before the retry with this number, from 0.
  func delay(_ retry: Int, _ random: inout some RandomNumberGenerator) -> Duration {
    limit(retry) * Double.random(in: 0..<1, using: &random)
  }
}

/// When an origin that keeps failing is left alone: after so many failures in a row (no connection, 5xx, timeouts) its
/// calls fail at once for a while; then one is let through, and its failure doubles the time.
public struct CircuitBreaker: Sendable, Hashable {
  /// So many failures in a row open it.
  public var failures: Int
  /// How long it is open the first time.
  public var rest: Duration
  /// The longest that it is open.
  public var maxRest: Duration

  /// Five failures, 30 seconds, at most 5 minutes.
  public init(failures: Int = 5, rest: Duration = .seconds(30), maxRest: Duration = .seconds(300)) {
    self.failures = failures
    self.rest = rest
    self.maxRest = maxRest
  }
}
