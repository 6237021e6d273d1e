// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Mistral's models, in its dialect. From Mistral's model overview and API reference; which of the models that are named
/// `latest` think is not confirmed. They go on with words of their own only when these are marked (`prefix`), which is
/// not done here: nothing is said about it.
extension ModelFamily {
  static let mistral: [ModelFamily] = [
    ModelFamily("*magistral-*", in: [.mistral], ModelProfile(words.with([.reasoning]), alwaysReasons: true)),
    ModelFamily("*mistral-medium*", "*mistral-small*", in: [.mistral], ModelProfile(words.with([.images, .files]))),
    ModelFamily("*pixtral-*", in: [.mistral], ModelProfile(words.with([.images, .files]))),
    ModelFamily("*voxtral-*", in: [.mistral], ModelProfile(words.with([.audio]))),
    ModelFamily(
      "*codestral-*", "*open-mistral-*", "*open-mixtral-*", in: [.mistral],
      ModelProfile(words.without([.images, .audio, .reasoning]))),
    ModelFamily("*mistral-large*", "*ministral-*", "*devstral-*", in: [.mistral], ModelProfile(words)),
  ]

  private static let words = ModelCapabilities(
    can: [.chat, .streaming, .tools, .parallelTools, .forcedTools, .json, .schema, .severalAnswers])
}

/// Models of other makers, and what holds for all models of a provider.
extension ModelFamily {
  static let others: [ModelFamily] = cohere + deepSeek + xAI + openModels

  // MARK: Cohere

  /// From Cohere's model pages and its reference of v2 chat.
  private static let cohere: [ModelFamily] = [
    ModelFamily(
      "command-a-vision*", "c4ai-aya-vision*", in: [.cohere],
      ModelProfile(ModelCapabilities(can: [.chat, .streaming, .images], cannot: [.tools, .reasoning, .audio]))),
    ModelFamily(
      "command-a-reasoning*", in: [.cohere],
      ModelProfile(
        ModelCapabilities(can: [.chat, .streaming, .tools, .reasoning, .json, .schema], cannot: [.images, .audio]))),
    ModelFamily(
      "command-a-0*", "command-r*", in: [.cohere],
      ModelProfile(
        ModelCapabilities(can: [.chat, .streaming, .tools, .json, .schema], cannot: [.images, .audio, .reasoning]))),
  ]

  /// The ranges of the reference.
  static let cohereDefault = ModelProfile(
    ModelCapabilities(cannot: [.files, .severalAnswers]),
    rules: [
      .topP: .within(0.01...0.99), .topK: .within(0...500), .presencePenalty: .within(0...1),
      .frequencyPenalty: .within(0...1),
    ])

  // MARK: DeepSeek

  /// From DeepSeek's guide to thinking mode: numbers of sampling have no effect then, log probabilities are an error.
  private static let deepSeek: [ModelFamily] = [
    ModelFamily(
      "deepseek-chat", at: ["deepseek"],
      ModelProfile(
        ModelCapabilities(can: [.chat, .streaming, .tools, .forcedTools, .json], cannot: [.images, .reasoning]))),
    ModelFamily(
      "deepseek-reasoner", at: ["deepseek"],
      ModelProfile(
        ModelCapabilities(can: [.chat, .streaming, .json, .reasoning], cannot: [.images], efforts: []),
        rules: [
          .temperature: .refused, .topP: .refused, .presencePenalty: .refused, .frequencyPenalty: .refused,
          .logprobs: .refused,
        ], alwaysReasons: true)),
    // Thinking is on unless `thinking` says otherwise, which goes through `extra`; every word for more is understood.
    ModelFamily(
      "deepseek-v4*", "deepseek-flash*", "deepseek-pro*", at: ["deepseek"],
      ModelProfile(
        ModelCapabilities(
          can: [.chat, .streaming, .tools, .json, .reasoning], efforts: [.minimal, .low, .medium, .high, .xhigh, .max])
      )),
  ]

  /// Of JSON by a schema the reference says nothing.
  static let deepSeekDefault = ModelProfile(
    ModelCapabilities(cannot: [.audio, .schema]), rules: [.temperature: .within(0...2)])

  // MARK: xAI

  /// From xAI's guide to reasoning: models that think answer with an error to penalties and `stop`, and most of them to
  /// `reasoning_effort`.
  private static let xAI: [ModelFamily] = [
    ModelFamily("grok-2-vision*", at: ["xai"], ModelProfile(grok.with([.images]).without([.reasoning]))),
    ModelFamily("grok-3*", at: ["xai"], ModelProfile(grok.without([.images, .reasoning]))),
    ModelFamily("grok-3-mini*", at: ["xai"], thinking(grok.without([.images]), efforts: [.low, .high])),
    ModelFamily("grok-4", "grok-4-0*", "grok-4-latest", at: ["xai"], thinking(grok.with([.images]), efforts: [])),
    ModelFamily(
      "grok-4-fast-reasoning*", "grok-4-1-fast-reasoning*", "grok-4.20-*", at: ["xai"],
      thinking(grok.with([.images]), efforts: [])),
    ModelFamily("grok-*-non-reasoning*", at: ["xai"], ModelProfile(grok.with([.images]).without([.reasoning]))),
    ModelFamily("grok-code-*", at: ["xai"], thinking(grok.without([.images]), efforts: [])),
    ModelFamily(
      "grok-4.3*", at: ["xai"],
      ModelProfile(
        ModelCapabilities(can: [.reasoning], efforts: [.none, .low, .medium, .high]).over(grok))),
    ModelFamily("grok-4.5*", at: ["xai"], thinking(grok.with([.images]), efforts: [.low, .medium, .high])),
  ]

  private static let grok = ModelCapabilities(
    can: [.chat, .streaming, .tools, .parallelTools, .forcedTools, .json, .schema], cannot: [.audio])

  private static func thinking(_ capabilities: ModelCapabilities, efforts: [ReasoningEffort]) -> ModelProfile {
    ModelProfile(
      ModelCapabilities(can: [.reasoning], efforts: efforts).over(capabilities),
      rules: [.presencePenalty: .refused, .frequencyPenalty: .refused, .stop: .refused], alwaysReasons: true)
  }

  // MARK: Groq

  /// Groq's page on compatibility: 400 to these.
  static let groqDefault = ModelProfile(
    ModelCapabilities(cannot: [.severalAnswers]), rules: [.logprobs: .refused, .speakerNames: .refused])

  // MARK: Open models

  /// Wherever they run: only what the weights can do, from their model cards. What a server makes of options is its own.
  private static let openModels: [ModelFamily] = [
    ModelFamily(
      everywhere: "*llama-3.1-*", "*llama-3.3-*", "*llama3.1*", "*llama3.3*", "*llama-v3p1-*", "*llama-v3p3-*",
      profile: ModelProfile(ModelCapabilities(can: [.chat, .tools], cannot: [.images, .audio, .reasoning]))),
    ModelFamily(
      everywhere: "*llama-3.2-11b-vision*", "*llama-3.2-90b-vision*", "*llama3.2-vision*",
      profile: ModelProfile(ModelCapabilities(can: [.chat, .images], cannot: [.audio, .reasoning]))),
    ModelFamily(
      everywhere: "*llama-4-maverick*", "*llama-4-scout*", "*llama4*",
      profile: ModelProfile(ModelCapabilities(can: [.chat, .tools, .images], cannot: [.audio, .reasoning]))),
    ModelFamily(
      everywhere: "*qwen2.5-vl*", "*qwen-vl-*", "*qwen3-vl*",
      profile: ModelProfile(ModelCapabilities(can: [.chat, .images]))),
    ModelFamily(
      everywhere: "*qwq-32b*", "*deepseek-r1*",
      profile: ModelProfile(
        ModelCapabilities(can: [.chat, .reasoning], cannot: [.images, .audio]), alwaysReasons: true)),
    ModelFamily(
      everywhere: "*nova-micro*",
      profile: ModelProfile(ModelCapabilities(can: [.chat, .tools], cannot: [.images, .files, .audio]))),
    ModelFamily(
      everywhere: "*nova-lite*", "*nova-pro*",
      profile: ModelProfile(ModelCapabilities(can: [.chat, .tools, .images, .files]))),
  ]
}
