// SPDX-License-Identifier: Apache-2.0

import SpateDialects
import Testing

@testable import SpateCore

/// Nothing that a caller asks for is dropped without a word, in no dialect: with it the request looks different, or a
/// warning says why not.
@Suite struct SilentDropTests {
  /// An option as it is asked for, and what else has to be so for it to mean anything.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var without = ChatOptions()
    var with: ChatOptions
    var testDescription: String { name }

    init(_ name: String, over without: ChatOptions = ChatOptions(), _ with: ChatOptions) {
      self.name = name
      self.without = without
      self.with = with.over(without)
    }
  }

  static let cases: [Case] = [
    Case("temperature", ChatOptions(temperature: 0.3)), Case("topP", ChatOptions(topP: 0.4)),
    Case("topK", ChatOptions(topK: 7)), Case("maxTokens", ChatOptions(maxTokens: 4077)),
    Case("stop", ChatOptions(stop: ["x"])), Case("seed", ChatOptions(seed: 5)), Case("n", ChatOptions(n: 2)),
    Case("presencePenalty", ChatOptions(presencePenalty: 0.5)),
    Case("frequencyPenalty", ChatOptions(frequencyPenalty: 0.5)), Case("logprobs", ChatOptions(logprobs: true)),
    Case("topLogprobs", ChatOptions(topLogprobs: 3)),
    Case("topLogprobs beside logprobs", over: ChatOptions(logprobs: true), ChatOptions(topLogprobs: 3)),
    Case("reasoning: none", ChatOptions(reasoning: ReasoningEffort.none)),
    Case("reasoning: minimal", ChatOptions(reasoning: .minimal)), Case("reasoning: low", ChatOptions(reasoning: .low)),
    Case("reasoning: medium", ChatOptions(reasoning: .medium)), Case("reasoning: high", ChatOptions(reasoning: .high)),
    Case("reasoning: xhigh", ChatOptions(reasoning: .xhigh)),
    Case("reasoning: a word", ChatOptions(reasoning: ReasoningEffort(rawValue: "ultra"))),
    Case("reasoningBudget", ChatOptions(reasoningBudget: 2000)),
    Case("reasoningBudget beside an effort", over: ChatOptions(reasoning: .low), ChatOptions(reasoningBudget: 3000)),
    Case("showsReasoning", ChatOptions(showsReasoning: true)),
    Case("showsReasoning: false", over: ChatOptions(reasoning: .high), ChatOptions(showsReasoning: false)),
    Case("responseFormat: json", ChatOptions(responseFormat: .json)),
    Case("responseFormat: schema", ChatOptions(responseFormat: .schema(name: "s", ["type": "object"]))),
    Case("toolChoice: none", ChatOptions(toolChoice: ToolChoice.none)),
    Case("toolChoice: required", ChatOptions(toolChoice: .required)),
    Case("toolChoice: tool", ChatOptions(toolChoice: .tool("a"))),
    Case("parallelTools: false", ChatOptions(parallelTools: false)), Case("user", ChatOptions(user: "u")),
    Case("metadata", ChatOptions(metadata: ["k": "v"])), Case("streamUsage: false", ChatOptions(streamUsage: false)),
    Case("store", ChatOptions(store: true)), Case("previousResponse", ChatOptions(previousResponse: "r")),
    Case("isBackground", ChatOptions(isBackground: true)), Case("betas", ChatOptions(betas: ["b"])),
    Case("betas that are no header", ChatOptions(betas: ["a\nb"])), Case("extra", ChatOptions(extra: ["x_y": 1])),
  ]

  /// What holds without being said, so that there is nothing to say.
  private static func holdsAnyway(_ option: Case, _ target: EncodingTarget) -> Bool {
    let doesNotThink =
      target.provider.profile(of: target.model).capabilities[.reasoning] == false
    return switch (option.name, target.dialect.id) {
    // Thoughts are there, or come, without being asked for.
    case ("showsReasoning", .cohere), ("showsReasoning", .mistral): true
    // A model that does not think is asked not to.
    case ("reasoning: none", _): doesNotThink
    // All of it is left out, in one warning.
    case ("reasoningBudget beside an effort", _): doesNotThink
    // Nothing is shown where nothing is thought.
    case ("showsReasoning: false", _): doesNotThink
    default: false
    }
  }

  private static func request(_ options: ChatOptions) -> ChatRequest {
    ChatRequest(
      model: "", messages: [.system("Be brief."), "Hi"],
      tools: [Tool(name: "a", description: "A."), Tool(name: "b", description: "B.")], options: options)
  }

  @Test(arguments: EncodingTarget.all)
  func noOptionIsDroppedSilently(target: EncodingTarget) {
    for option in Self.cases where !Self.holdsAnyway(option, target) {
      let (with, without) = (Self.request(option.with), Self.request(option.without))
      #expect(target.seen(without) != nil, "\(option.name)")
      #expect(!target.isSilent(with, without), "\(option.name)")
      #expect(!target.isSilent(with, without, isAdapted: true), "\(option.name), by its profile")
    }
  }

  /// Models with rules of their own: what the rules take away is said as well.
  @Test(arguments: [
    EncodingTarget(.openAI, "gpt-4o"), EncodingTarget(.openAI, "gpt-3.5-turbo"), EncodingTarget(.openAI, "o3"),
    EncodingTarget(.openAI, "o3-mini"), EncodingTarget(.openAI, "gpt-5"), EncodingTarget(.openAI, "gpt-5-pro"),
    EncodingTarget(.openAI, "gpt-5.1"), EncodingTarget(.openAIResponses, "gpt-5.2"),
    EncodingTarget(.anthropic, "claude-opus-4-7"), EncodingTarget(.anthropic, "claude-sonnet-5-5"),
    EncodingTarget(.gemini, "gemini-2.5-flash-lite"), EncodingTarget(.gemini, "gemini-3-flash-preview"),
    EncodingTarget(.deepSeek, "deepseek-chat"), EncodingTarget(.deepSeek, "deepseek-reasoner"),
    EncodingTarget(.xAI, "grok-4"), EncodingTarget(.xAI, "grok-3-mini"), EncodingTarget(.xAI, "grok-3"),
    EncodingTarget(.groq, "llama-3.3-70b-versatile"), EncodingTarget(.cohere, "command-r-08-2024"),
    EncodingTarget(.mistral, "magistral-medium-latest"), EncodingTarget(.mistral, "codestral-latest"),
  ])
  func noRuleTakesAwaySilently(target: EncodingTarget) {
    for option in Self.cases where !Self.holdsAnyway(option, target) {
      // One call after another, where the model can do no other.
      if option.name == "parallelTools: false",
        target.provider.profile(of: target.model).capabilities[.parallelTools] == false
      {
        continue
      }
      let (with, without) = (Self.request(option.with), Self.request(option.without))
      #expect(!target.isSilent(with, without, isAdapted: true), "\(option.name)")
    }
  }

  /// A new option has to be in the table.
  @Test func everyOptionIsInTheTable() {
    func labels(_ options: ChatOptions) -> [String: String] {
      let children = Mirror(reflecting: options.fields).children
      return Dictionary(children.map { ($0.label ?? "", "\($0.value)") }, uniquingKeysWith: { $1 })
    }
    let plain = labels(ChatOptions())
    let covered = Self.cases.flatMap { option in labels(option.with).filter { plain[$0.key] != $0.value }.keys }
    // The client's own: no dialect sees it.
    #expect(Set(covered).union(["strictness", "outputMode", "thinkTags"]) == Set(plain.keys))
  }

  @Test func aSchemaThatNeedNotBeHeldTo() {
    for target in EncodingTarget.all {
      let strict = Self.request(ChatOptions(responseFormat: .schema(name: "s", ["type": "object"])))
      let loose = Self.request(
        ChatOptions(responseFormat: .schema(name: "s", ["type": "object"], isStrict: false)))
      // Those without a word for it always hold to the schema, which is more than was asked for.
      let alwaysHold: Set<DialectID> = [
        .anthropic, .gemini, .ollama, .cohere, .bedrockConverse, .bedrockInvokeAnthropic,
      ]
      if !alwaysHold.contains(target.dialect.id) {
        #expect(!target.isSilent(loose, strict), "\(target.testDescription)")
      }
    }
  }
}
