// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// OpenAI's models, at OpenAI itself: at Azure a deployment may have any name, so that its name says nothing.
///
/// From OpenAI's guides to reasoning models and structured output and Azure's page on reasoning models; what servers
/// answered (`unsupported_parameter`, `unsupported_value`) from public reports. Not confirmed: which of the `-pro` models
/// stream, and the efforts of those after GPT-5 Pro.
extension ModelFamily {
  private static let here: Set = ["openai", "openai-responses"]

  static let openAI: [ModelFamily] = [
    ModelFamily("gpt-4o", "gpt-4o-20*", "gpt-4o-mini", "gpt-4o-mini-20*", "gpt-4.1*", at: here, ModelProfile(seeing)),
    // Models for talking, searching and writing down speech have ways of their own, which are not known here.
    ModelFamily("gpt-4o-audio*", "gpt-audio*", at: here, ModelProfile(speaking)),
    ModelFamily("gpt-3.5-turbo*", at: here, ModelProfile(plain)),

    ModelFamily("o1", "o1-20*", at: here, oSeries(thinking)),
    ModelFamily("o3-mini*", at: here, oSeries(blind)),
    // Reported of both: `stop` and `parallel_tool_calls` are answered with 400.
    ModelFamily("o3", "o3-20*", "o4-mini", "o4-mini-20*", at: here, oSeries(thinking)),
    ModelFamily("o1-pro*", "o3-pro*", at: here, oSeries(thinking)),

    ModelFamily(
      "gpt-5", "gpt-5-20*", "gpt-5-mini*", "gpt-5-nano*", at: here,
      gpt5([.minimal, .low, .medium, .high], rules: sealed, alwaysReasons: true)),
    // Its model page: high, and nothing else.
    ModelFamily("gpt-5-pro*", at: here, gpt5([.high], rules: sealed, alwaysReasons: true)),
    ModelFamily("gpt-5-codex*", at: here, gpt5([.low, .medium, .high], rules: sealed, alwaysReasons: true)),
    // The chat models of this line do not think on demand; which options each takes changed from one to the next.
    ModelFamily("gpt-5-chat*", "gpt-5.*-chat*", at: here, ModelProfile(ModelCapabilities(can: [.chat, .images]))),
    // 400 to `minimal`, and to numbers of sampling while it thinks.
    ModelFamily("gpt-5.1*", at: here, gpt5([.none, .low, .medium, .high], rules: openWhenIdle)),
    ModelFamily(
      "gpt-5.2*", "gpt-5.4*", at: here, gpt5([.none, .low, .medium, .high, .xhigh], rules: openWhenIdle)),
    ModelFamily("gpt-5.*", "gpt-5.*-pro*", "gpt-5.*-codex*", at: here, gpt5(nil, rules: [:])),

    // OpenAI's open models, wherever they run.
    ModelFamily(
      everywhere: "*gpt-oss*",
      profile: ModelProfile(
        ModelCapabilities(can: [.chat, .tools, .reasoning], cannot: [.images], efforts: [.low, .medium, .high]),
        alwaysReasons: true)),
  ]

  // MARK: What they can do

  /// A model's turn at the end of a conversation is history to OpenAI's models, nothing to go on with.
  private static let plain = ModelCapabilities(
    can: [.chat, .streaming, .tools, .parallelTools, .forcedTools, .json, .severalAnswers],
    cannot: [.images, .files, .audio, .reasoning, .schema, .prefill])

  private static let seeing = ModelCapabilities(
    can: [
      .chat, .streaming, .tools, .parallelTools, .forcedTools, .images, .files, .json, .schema, .severalAnswers,
    ],
    cannot: [.audio, .reasoning, .prefill])

  private static let speaking = ModelCapabilities(
    can: [.chat, .streaming, .tools, .audio, .audioOutput], cannot: [.images, .reasoning, .schema, .prefill])

  private static let thinking = ModelCapabilities(
    can: [.chat, .tools, .images, .files, .reasoning, .json, .schema], cannot: [.audio, .parallelTools, .prefill],
    efforts: [.low, .medium, .high])

  private static let blind = ModelCapabilities(
    can: [.chat, .streaming, .tools, .reasoning, .json, .schema],
    cannot: [.images, .audio, .parallelTools, .prefill], efforts: [.low, .medium, .high])

  // MARK: What they refuse

  private static func oSeries(_ capabilities: ModelCapabilities) -> ModelProfile {
    ModelProfile(capabilities, rules: sealed, alwaysReasons: true)
  }

  private static func gpt5(
    _ efforts: [ReasoningEffort]?, rules: [ModelProfile.Parameter: ModelProfile.Rule], alwaysReasons: Bool = false
  ) -> ModelProfile {
    ModelProfile(
      ModelCapabilities(
        can: [.chat, .streaming, .tools, .parallelTools, .images, .files, .reasoning, .json, .schema],
        cannot: [.audio, .prefill], efforts: efforts), rules: rules, alwaysReasons: alwaysReasons)
  }

  /// "Only the default (1) value is supported", and 400 to the rest.
  private static let sealed: [ModelProfile.Parameter: ModelProfile.Rule] = [
    .temperature: .fixed(1), .topP: .fixed(1), .presencePenalty: .fixed(0), .frequencyPenalty: .fixed(0),
    .logprobs: .refused, .stop: .refused,
  ]

  /// Documented for GPT-5.1 and 5.2; that it holds for 5.4 is assumed.
  private static let openWhenIdle: [ModelProfile.Parameter: ModelProfile.Rule] = [
    .temperature: .withoutReasoning, .topP: .withoutReasoning, .logprobs: .withoutReasoning,
  ]
}
