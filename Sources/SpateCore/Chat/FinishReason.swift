// SPDX-License-Identifier: Apache-2.0

/// Why a model stopped, in one set of words for all providers; the provider's own word is kept beside it.
@nonexhaustive public enum FinishReason: String, Sendable, Hashable, Codable {
  /// It had said everything, or met a stop text.
  case stop
  /// A token limit.
  case length
  /// It wants tools to be called.
  case toolCalls = "tool_calls"
  /// The provider's filter stopped it.
  case contentFilter = "content_filter"
  /// It declined to answer.
  case refusal
  /// It wants to be sent on (Anthropic's `pause_turn`).
  case pause
  /// The provider failed.
  case error
  /// The provider gave no reason, or a word that is new to us.
  case unknown
}

/// How a stream ended. A cut one is never ``complete``.
@nonexhaustive public enum Outcome: String, Sendable, Hashable, Codable {
  /// The model finished.
  case complete
  /// A token limit ended it.
  case limited
  /// The model declined.
  case refused
  /// The provider's filter ended it.
  case filtered
  /// The model wants to be sent on.
  case paused
  /// The connection ended before the model did.
  case cut
  /// Cancelled by its reader.
  case cancelled
  /// A clock ended it; the error says which.
  case timedOut = "timeout"
  /// The provider or the network failed.
  case failed

  /// Whether the model's answer is all there is: nothing is thrown for these.
  public var isAnswer: Bool {
    switch self {
    case .complete, .limited, .refused, .filtered, .paused: true
    case .cut, .cancelled, .timedOut, .failed: false
    }
  }

  /// The outcome of an answer that ended for this reason.
  public init(_ finish: FinishReason) {
    self =
      switch finish {
      case .stop, .toolCalls, .unknown: .complete
      case .length: .limited
      case .contentFilter: .filtered
      case .refusal: .refused
      case .pause: .paused
      case .error: .failed
      }
  }
}
