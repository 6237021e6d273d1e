// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What families of models differ in, as far as the form of a request goes.
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

  /// How long an answer may get where the caller does not say it.
  var maxTokens: Int
  var thinking: Thinking

  /// By what is known of the model. Other makers' models behind the same wire format get modest values.
  init(_ profile: ModelProfile) {
    maxTokens = profile.defaultMaxTokens ?? 8192
    if profile.capabilities[.reasoning] == false {
      thinking = .none
    } else {
      thinking = profile.reasoningBudget == nil && profile.capabilities.efforts != nil ? .adaptive : .budget
    }
  }
}
