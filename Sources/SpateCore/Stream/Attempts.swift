// SPDX-License-Identifier: Apache-2.0

/// A request of a call that did not give the answer: it failed, was cut, or lost a race. A call makes further ones by
/// its recovery policy only, and says each time that it does (``StreamEvent/retry(_:)``).
public struct FailedAttempt: Sendable, Hashable {
  /// Which request of the call it was, from 1.
  public var number: Int
  /// Who was asked.
  public var provider: String?
  /// Which model was asked, by the provider's name for it.
  public var model: String?
  /// What became of it.
  public var code: SpateError.Code
  /// Which clock fired, for ``SpateError/Code/timeout``.
  public var phase: SpateError.Phase?
  /// The HTTP status.
  public var status: Int?
  /// The provider's words or ours, as in ``SpateError/message``.
  public var message: String
  /// The provider's id of the request.
  public var requestID: String?
  /// What the provider reported by then: it may well have to be paid (rule U4).
  public var usage: Usage?
  /// What it cost, as far as that is known.
  public var cost: Cost?

  /// The attempt with this number, which ended with `error`.
  public init(number: Int, error: SpateError, usage: Usage? = nil, cost: Cost? = nil) {
    self.number = number
    provider = error.provider
    model = error.model
    code = error.code
    phase = error.phase
    status = error.status
    message = error.message
    requestID = error.requestID
    self.usage = usage
    self.cost = cost
  }

  /// Code and status in a few bounded words: `rate_limit 429`.
  public var label: String {
    let name = phase.map { "\(code).\($0.rawValue)" } ?? code.description
    return status.map { "\(name) \($0)" } ?? name
  }
}

/// Another request follows one that failed.
public struct Retry: Sendable, Hashable {
  /// Why.
  public var failed: FailedAttempt
  /// How long is waited before it.
  public var delay: Duration
  /// Who is asked next, where that was named with another model; else nil.
  public var provider: String?
  /// Which other model is asked next, as it was named in the call; nil for the same one again.
  public var model: String?

  /// The request after `failed`.
  public init(failed: FailedAttempt, delay: Duration, provider: String? = nil, model: String? = nil) {
    self.failed = failed
    self.delay = delay
    self.provider = provider
    self.model = model
  }
}

/// The answer begins again: what was given out of it does not count any more (rules R1, R2).
public struct Restart: Sendable, Hashable {
  /// So many bytes of the first answer's words, in UTF-8. Zero unless the caller asked for restarts after a cut.
  public var discardedText: Int
  /// So many bytes of its thoughts.
  public var discardedReasoning: Int
  /// So many tool calls, whole or begun.
  public var discardedToolCalls: Int

  /// A restart after so much.
  public init(discardedText: Int = 0, discardedReasoning: Int = 0, discardedToolCalls: Int = 0) {
    self.discardedText = discardedText
    self.discardedReasoning = discardedReasoning
    self.discardedToolCalls = discardedToolCalls
  }
}

/// Where two responses were joined to one answer: the first was cut, the second goes on.
public struct Seam: Sendable, Hashable {
  /// How the provider was asked to go on.
  @nonexhaustive public enum Method: String, Sendable, Hashable {
    /// It sent the rest of the same answer, which it had kept.
    case cursor
    /// The model was given the beginning of its turn. The words may go on differently from how they would have.
    case prefill
  }

  /// How it went on.
  public var method: Method
  /// The place in the answer's words, in bytes of UTF-8.
  public var position: Int
  /// So many bytes that came a second time were left out, in UTF-8.
  public var overlap: Int

  /// A seam at this place.
  public init(method: Method, position: Int, overlap: Int) {
    self.method = method
    self.position = position
    self.overlap = overlap
  }
}
