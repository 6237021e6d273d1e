// SPDX-License-Identifier: Apache-2.0

/// What families of models differ in, as far as a request must know it.
struct GeminiModel: Sendable {
  /// How thinking is asked for.
  enum Thinking: Sendable {
    /// It does not think.
    case none
    /// With a budget of tokens.
    case budget
    /// With a word.
    case level
  }

  var thinking: Thinking
  /// Thinking can not be turned off.
  var alwaysThinks = false
  /// It refuses calls in the history that bear no signature, and takes media in results of tools.
  var isThird = false

  /// By the beginning of the name; the first one counts.
  private static let families: [(prefix: String, model: GeminiModel)] = [
    ("gemini-1", GeminiModel(thinking: .none)),
    ("gemini-2.0", GeminiModel(thinking: .none)),
    ("gemini-2.5-pro", GeminiModel(thinking: .budget, alwaysThinks: true)),
    ("gemini-2", GeminiModel(thinking: .budget)),
    ("gemini-3-pro", GeminiModel(thinking: .level, alwaysThinks: true, isThird: true)),
    ("gemini-3.1-pro", GeminiModel(thinking: .level, alwaysThinks: true, isThird: true)),
    ("gemini-3", GeminiModel(thinking: .level, isThird: true)),
    ("gemma-", GeminiModel(thinking: .none)),
    ("learnlm-", GeminiModel(thinking: .none)),
  ]

  /// The model with this name. Names such as `gemini-flash-latest` may stand for any: all that think take a budget.
  static func named(_ name: String) -> GeminiModel {
    let name = name.split(separator: "/").last ?? ""
    return families.first { name.hasPrefix($0.prefix) }?.model ?? GeminiModel(thinking: .budget)
  }
}
