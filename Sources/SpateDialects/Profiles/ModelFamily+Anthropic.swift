// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Anthropic's models, in Anthropic's dialect and at Bedrock, whose names hold theirs.
///
/// From Anthropic's model overview, its guides to thinking, effort and structured output, its migration guides (what the
/// newer models answer with 400), and Bedrock's page on adaptive thinking. Not confirmed: whether the first models of the
/// fifth line can be told not to think, and which words for effort each of them takes.
extension ModelFamily {
  private static let there: Set<DialectID> = [.anthropic, .bedrockConverse, .bedrockInvokeAnthropic]

  static let anthropic: [ModelFamily] = [
    ModelFamily("*claude-2*", "*claude-instant*", in: there, claude(idle, tokens: 4096)),
    ModelFamily("*claude-3-*", in: there, claude(idle.with([.images]), tokens: 4096)),
    ModelFamily("*claude-3-5-*", in: there, claude(idle.with([.images]), tokens: 8192)),
    ModelFamily("*claude-3-7-*", in: there, claude(counting, tokens: 64_000, budget: true)),
    ModelFamily(
      "*claude-opus-4-0*", "*claude-opus-4-20*", "*claude-opus-4@*", in: there,
      claude(counting, tokens: 32_000, budget: true)),
    ModelFamily(
      "*claude-sonnet-4-0*", "*claude-sonnet-4-20*", "*claude-sonnet-4@*", in: there,
      claude(counting, tokens: 64_000, budget: true)),
    // From here on one of temperature and top_p only.
    ModelFamily(
      "*claude-opus-4-1*", in: there,
      claude(counting.with([.schema]), tokens: 32_000, budget: true, rules: oneOfTwo)),
    ModelFamily(
      "*claude-opus-4-5*", "*claude-sonnet-4-5*", "*claude-haiku-4-5*", in: there,
      claude(counting.with([.schema]), tokens: 64_000, budget: true, rules: oneOfTwo)),
    // From here on they decide themselves, by an effort; and no words to go on with.
    ModelFamily(
      "*claude-opus-4-6*", "*claude-sonnet-4-6*", in: there,
      claude(adaptive([.none, .low, .medium, .high, .max]), tokens: 64_000, rules: oneOfTwo)),
    // From here on no sampling: "any non-default value returns a 400 error".
    ModelFamily(
      "*claude-opus-4-7*", "*claude-opus-4-8*", "*claude-sonnet-5*", "*claude-opus-5*", in: there,
      claude(adaptive([.none, .low, .medium, .high, .xhigh, .max]), tokens: 64_000, rules: noSampling)),
    // Thinking can not be turned off, and no call can be required.
    ModelFamily(
      "*claude-sonnet-5-5*", "*claude-haiku-5-5*", in: there,
      claude(
        adaptive([.low, .medium, .high, .xhigh, .max]).without([.forcedTools]), tokens: 64_000, rules: noSampling,
        alwaysReasons: true)),
    ModelFamily(
      "*claude-mythos*", "*claude-fable*", in: there,
      claude(
        adaptive([.low, .medium, .high, .xhigh, .max]), tokens: 64_000, rules: noSampling, alwaysReasons: true)),
    // What comes after these is asked as they are, and nothing is kept from it.
    ModelFamily(
      "*claude-*", in: there,
      ModelProfile(
        ModelCapabilities(
          can: [.chat, .streaming, .tools, .images, .reasoning],
          efforts: [.none, .minimal, .low, .medium, .high, .xhigh, .max]), defaultMaxTokens: 64_000)),
  ]

  // MARK: What they can do

  private static let idle = ModelCapabilities(
    can: [.chat, .streaming, .tools, .parallelTools, .forcedTools, .prefill],
    cannot: [.audio, .reasoning, .schema, .severalAnswers])

  private static let counting = ModelCapabilities(
    can: [.chat, .streaming, .tools, .parallelTools, .forcedTools, .images, .files, .reasoning, .prefill],
    cannot: [.audio, .severalAnswers])

  private static func adaptive(_ efforts: [ReasoningEffort]) -> ModelCapabilities {
    ModelCapabilities(
      can: [.chat, .streaming, .tools, .parallelTools, .images, .files, .reasoning, .schema],
      cannot: [.audio, .prefill, .severalAnswers], efforts: efforts)
  }

  // MARK: What they take

  private static func claude(
    _ capabilities: ModelCapabilities, tokens: Int, budget: Bool = false,
    rules: [ModelProfile.Parameter: ModelProfile.Rule] = [.temperature: .within(0...1)], alwaysReasons: Bool = false
  ) -> ModelProfile {
    ModelProfile(
      capabilities, rules: rules, reasoningBudget: budget ? 1024...Int.max : nil, alwaysReasons: alwaysReasons,
      defaultMaxTokens: tokens)
  }

  private static let oneOfTwo: [ModelProfile.Parameter: ModelProfile.Rule] = [
    .temperature: .within(0...1), .topP: .without(.temperature),
  ]

  private static let noSampling: [ModelProfile.Parameter: ModelProfile.Rule] = [
    .temperature: .fixed(1), .topP: .refused, .topK: .refused,
  ]
}

extension ModelCapabilities {
  /// And these.
  func with(_ more: Set<Capability>) -> ModelCapabilities { ModelCapabilities(can: more).over(self) }

  /// But not these.
  func without(_ others: Set<Capability>) -> ModelCapabilities { ModelCapabilities(cannot: others).over(self) }
}
