// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects

/// Knows where a recorded stream is over, by a way of its own and not the decoder's.
protocol PrefixOracle {
  /// Whether the answer is over after this many bytes.
  func isOver(after count: Int) -> Bool
}

/// Who knows it for which dialect: each one in a file of its own.
enum Oracles {
  static func oracle(for capture: Capture) -> (any PrefixOracle)? {
    switch capture.dialect.id {
    case .openAIChat: ChatOracle(capture.body)
    case .openAIResponses: ResponsesOracle(capture.body)
    case .anthropic: AnthropicOracle(capture.body)
    case .bedrockConverse, .bedrockInvokeAnthropic: BedrockOracle(capture.body)
    case .gemini: GeminiOracle(capture.body)
    case .ollama: OllamaOracle(capture.body)
    case .mistral: ChatOracle(capture.body)
    case .cohere: CohereOracle(capture.body)
    default: nil
    }
  }
}
