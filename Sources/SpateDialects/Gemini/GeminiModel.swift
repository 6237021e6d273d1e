// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What families of models differ in, as far as the form of a request goes.
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
  var alwaysThinks: Bool
  /// It refuses calls in the history that bear no signature, and takes media in results of tools.
  var isThird: Bool

  /// By what is known of the model. Names such as `gemini-flash-latest` may stand for any: all that think take a budget.
  init(_ name: String, _ profile: ModelProfile) {
    if profile.capabilities[.reasoning] == false {
      thinking = .none
    } else {
      thinking = profile.capabilities.efforts == nil ? .budget : .level
    }
    alwaysThinks = profile.alwaysReasons
    isThird = name.split(separator: "/").last?.hasPrefix("gemini-3") ?? false
  }
}
