// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension FinishReason {
  /// The reason behind Gemini's word, or its number where enums come as such (dialects.md, part 3).
  ///
  /// Google AI and Vertex number alike up to 5; from 6 to 8 each has its own filters, and above they mean different
  /// things: such a number stays unknown.
  init(gemini word: String) {
    self =
      switch word {
      case "STOP", "1": .stop
      case "MAX_TOKENS", "2": .length
      case "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "3", "4", "6", "7", "8":
        .contentFilter
      case "OTHER", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE",
        "MISSING_THOUGHT_SIGNATURE", "NO_IMAGE", "IMAGE_OTHER", "5":
        .error
      default: .unknown
      }
  }

  /// Whether a word says nothing: the value that stands for none.
  static func isGeminiBlank(_ word: String) -> Bool {
    word.isEmpty || word == "null" || word == "FINISH_REASON_UNSPECIFIED" || word == "0"
  }

  /// Gemini's word for it.
  var geminiWord: String {
    switch self {
    case .stop, .toolCalls, .pause, .unknown: "STOP"
    case .length: "MAX_TOKENS"
    case .contentFilter, .refusal: "SAFETY"
    case .error: "OTHER"
    }
  }
}
