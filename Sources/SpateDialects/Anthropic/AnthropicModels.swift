// SPDX-License-Identifier: Apache-2.0

/// What families of models differ in, as far as a request must know it.
struct AnthropicModel: Sendable {
  /// How thinking is asked for.
  enum Thinking: Sendable {
    /// It does not think.
    case none
    /// With a budget of tokens.
    case budget
    /// It decides itself; how hard is said in words.
    case adaptive
  }

  /// The most tokens of an answer.
  var maxTokens: Int
  var thinking: Thinking

  /// Older families by a part of their names, so that names at Bedrock and Vertex are found too; the first one counts.
  private static let families: [(part: String, model: AnthropicModel)] = [
    ("claude-2", AnthropicModel(maxTokens: 4096, thinking: .none)),
    ("claude-instant", AnthropicModel(maxTokens: 4096, thinking: .none)),
    ("claude-3-5-", AnthropicModel(maxTokens: 8192, thinking: .none)),
    ("claude-3-7-", AnthropicModel(maxTokens: 64_000, thinking: .budget)),
    ("claude-3-", AnthropicModel(maxTokens: 4096, thinking: .none)),
    ("claude-opus-4-5", AnthropicModel(maxTokens: 64_000, thinking: .budget)),
    ("claude-opus-4-1", AnthropicModel(maxTokens: 32_000, thinking: .budget)),
    ("claude-opus-4-0", AnthropicModel(maxTokens: 32_000, thinking: .budget)),
    ("claude-opus-4-2", AnthropicModel(maxTokens: 32_000, thinking: .budget)),
    ("claude-opus-4@", AnthropicModel(maxTokens: 32_000, thinking: .budget)),
    ("claude-sonnet-4-5", AnthropicModel(maxTokens: 64_000, thinking: .budget)),
    ("claude-sonnet-4-0", AnthropicModel(maxTokens: 64_000, thinking: .budget)),
    ("claude-sonnet-4-2", AnthropicModel(maxTokens: 64_000, thinking: .budget)),
    ("claude-sonnet-4@", AnthropicModel(maxTokens: 64_000, thinking: .budget)),
    ("claude-haiku-4-5", AnthropicModel(maxTokens: 64_000, thinking: .budget)),
    ("claude-", AnthropicModel(maxTokens: 64_000, thinking: .adaptive)),
  ]

  /// The model with this name. Other makers' models behind the same wire format get the modest values.
  static func named(_ name: String) -> AnthropicModel {
    families.first { name.contains($0.part) }?.model ?? AnthropicModel(maxTokens: 8192, thinking: .budget)
  }
}
