// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a report of Cohere's counts: what the model read and wrote, and what is charged for.
enum CohereCount: Int, UsageField {
  case tokens, input, output, reasoning, cached
  case billedInput, billedOutput, billedReasoning

  /// Made once.
  static let fields = UsageFields(CohereCount.self)

  var path: (object: StaticString?, name: StaticString) {
    switch self {
    case .tokens: (nil, "tokens")
    case .input: ("tokens", "input_tokens")
    case .output: ("tokens", "output_tokens")
    case .reasoning: ("tokens", "reasoning_tokens")
    case .cached: (nil, "cached_tokens")
    case .billedInput: ("billed_units", "input_tokens")
    case .billedOutput: ("billed_units", "output_tokens")
    case .billedReasoning: ("billed_units", "reasoning_tokens")
    }
  }
}
