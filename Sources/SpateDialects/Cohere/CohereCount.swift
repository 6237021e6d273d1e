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

extension Usage {
  /// The tokens that the model read and wrote, cached ones and thoughts counted in. What Cohere charges for is less.
  init(cohere reports: inout UsageReports) {
    let hasTokens = reports.has(CohereCount.tokens)
    self.init(
      input: reports.count(hasTokens ? CohereCount.input : .billedInput),
      output: reports.count(hasTokens ? CohereCount.output : .billedOutput),
      cachedInput: reports.count(CohereCount.cached),
      reasoning: reports.count(hasTokens ? CohereCount.reasoning : .billedReasoning))
    buckets.cacheRead = cachedInput.map { min($0, input ?? $0) }
    buckets.uncachedInput = input.map { max(0, $0 - (cachedInput ?? 0)) }
    buckets.reasoningOutput = reasoning.map { min($0, output ?? $0) }
    buckets.textOutput = output.map { max(0, $0 - (reasoning ?? 0)) }
    guard let input = reports.count(CohereCount.billedInput), let output = reports.count(CohereCount.billedOutput)
    else { return }
    var charged = Buckets()
    (charged.uncachedInput, charged.textOutput) = (input, output)
    self.billed = charged
  }
}
