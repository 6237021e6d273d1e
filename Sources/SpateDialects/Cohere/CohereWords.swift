// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension FinishReason {
  /// The reason behind Cohere's word (dialects.md, part 3).
  init(cohere word: String) {
    self =
      switch word {
      case "COMPLETE", "STOP_SEQUENCE": .stop
      case "TOOL_CALL": .toolCalls
      case "MAX_TOKENS", "ERROR_LIMIT": .length
      case "ERROR_TOXIC": .contentFilter
      case "ERROR", "TIMEOUT": .error
      default: .unknown
      }
  }

  /// Cohere's word.
  var cohereWord: String {
    switch self {
    case .stop, .pause, .unknown, .refusal: "COMPLETE"
    case .length: "MAX_TOKENS"
    case .toolCalls: "TOOL_CALL"
    case .contentFilter: "ERROR_TOXIC"
    case .error: "ERROR"
    }
  }
}
