// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// What a profile makes of a request.
@Suite struct ModelProfileTests {
  private func adapted(
    _ options: ChatOptions, _ profile: ModelProfile, tools: [Tool] = [], messages: [Message] = ["Hi"]
  ) -> (options: ChatOptions, codes: [StreamWarning.Code], request: ChatRequest) {
    let request = ChatRequest(model: "m", messages: messages, tools: tools, options: options)
    let (fitted, warnings) = profile.adapted(request)
    return (fitted.options, warnings.map(\.code), fitted)
  }

  @Test func anUnknownModelTakesEverything() {
    let options = ChatOptions(
      temperature: 9, topP: 9, topK: 9, maxTokens: 9, stop: ["x"], n: 9, logprobs: true, reasoning: .minimal,
      responseFormat: .json, parallelTools: true, reasoningBudget: 9)
    let messages: [Message] = [.user([.image(.url("https://a.example/a.png"))]), .assistant("So")]
    let (all, codes, request) = adapted(options, ModelProfile(), tools: [Tool(name: "a")], messages: messages)
    #expect(all == options && codes.isEmpty && request.messages == messages && request.isStream)
  }

  @Test func refusedOptionsAreLeftOut() {
    let profile = ModelProfile(rules: [.temperature: .refused, .stop: .refused, .logprobs: .refused, .topK: .refused])
    let options = ChatOptions(temperature: 0.5, topP: 0.5, topK: 3, stop: ["x"], logprobs: true, topLogprobs: 2)
    let (left, codes, _) = adapted(options, profile)
    #expect(left == ChatOptions(topP: 0.5))
    #expect(codes == [.unsupportedOption, .unsupportedOption, .unsupportedOption, .unsupportedOption])
    // What asks for nothing needs no word.
    #expect(adapted(ChatOptions(stop: []), profile).codes.isEmpty)
    #expect(adapted(ChatOptions(logprobs: false), profile).codes.isEmpty)
  }

  @Test func aFixedValueIsNoLoss() {
    let profile = ModelProfile(rules: [.temperature: .fixed(1)])
    let (same, none, _) = adapted(ChatOptions(temperature: 1), profile)
    #expect(same.temperature == nil && none.isEmpty)
    let (other, some, _) = adapted(ChatOptions(temperature: 0), profile)
    #expect(other.temperature == nil && some == [.unsupportedOption])
  }

  @Test func valuesAreMovedIntoTheirRange() {
    let profile = ModelProfile(rules: [.temperature: .within(0...1), .topK: .within(0...500)])
    let (moved, codes, _) = adapted(ChatOptions(temperature: 1.5, topK: 900), profile)
    #expect(moved.temperature == 1 && moved.topK == 500 && codes == [.adjustedOption, .adjustedOption])
    #expect(adapted(ChatOptions(temperature: 0.5, topK: 500), profile).codes.isEmpty)
    // No number is the dialect's to refuse.
    #expect(adapted(ChatOptions(temperature: .nan), profile).options.temperature?.isNaN == true)
  }

  @Test func someOptionsGoOnlyWithoutOthers() {
    let profile = ModelProfile(rules: [.topP: .without(.temperature), .temperature: .withoutReasoning])
    #expect(adapted(ChatOptions(temperature: 0.5, topP: 0.5), profile).options == ChatOptions(temperature: 0.5))
    #expect(adapted(ChatOptions(topP: 0.5), profile).options == ChatOptions(topP: 0.5))
    #expect(adapted(ChatOptions(temperature: 0.5, reasoning: .low), profile).options == ChatOptions(reasoning: .low))
    let off = ChatOptions(temperature: 0.5, reasoning: ReasoningEffort.none)
    #expect(adapted(off, profile).options == off)
    let always = ModelProfile(rules: [.temperature: .withoutReasoning], alwaysReasons: true)
    #expect(adapted(ChatOptions(temperature: 0.5), always).options == ChatOptions())
  }

  // MARK: Thinking

  @Test(arguments: [
    ("minimal", "low"), ("low", "low"), ("medium", "low"), ("high", "high"), ("xhigh", "high"), ("max", "high"),
    ("none", "low"), ("ultra", "ultra"),
  ])
  func anEffortIsMovedToTheNearest(asked: String, sent: String) {
    let profile = ModelProfile(ModelCapabilities(can: [.reasoning], efforts: [.low, .high]))
    let (options, codes, _) = adapted(ChatOptions(reasoning: ReasoningEffort(rawValue: asked)), profile)
    #expect(options.reasoning?.rawValue == sent)
    #expect(codes == (asked == sent ? [] : [.adjustedOption]))
  }

  @Test func thoughtIsNeverTurnedOffUnasked() {
    let profile = ModelProfile(ModelCapabilities(efforts: [.none, .low]))
    #expect(adapted(ChatOptions(reasoning: .minimal), profile).options.reasoning == .low)
    #expect(adapted(ChatOptions(reasoning: ReasoningEffort.none), profile).codes.isEmpty)
  }

  @Test func aModelThatIsNotToldHowHardToThink() {
    let profile = ModelProfile(ModelCapabilities(can: [.reasoning], efforts: []), alwaysReasons: true)
    let (options, codes, _) = adapted(ChatOptions(reasoning: .high), profile)
    #expect(options.reasoning == nil && codes == [.unsupportedOption])
  }

  @Test func aModelThatDoesNotThink() {
    let profile = ModelProfile(ModelCapabilities(cannot: [.reasoning]))
    let (options, codes, _) = adapted(
      ChatOptions(reasoning: .low, reasoningBudget: 500, showsReasoning: true), profile)
    #expect(options == ChatOptions() && codes == [.unsupportedOption, .unsupportedOption, .unsupportedOption])
    let off = ChatOptions(reasoning: ReasoningEffort.none, reasoningBudget: 0, showsReasoning: false)
    #expect(adapted(off, profile).options == ChatOptions() && adapted(off, profile).codes.isEmpty)
  }

  @Test(arguments: [(0, 0), (-1, -1), (1, 128), (128, 128), (40_000, 32_768)])
  func aBudgetIsMovedIntoItsRange(asked: Int, sent: Int) {
    let profile = ModelProfile(reasoningBudget: 128...32_768)
    #expect(adapted(ChatOptions(reasoningBudget: asked), profile).options.reasoningBudget == sent)
    let always = ModelProfile(reasoningBudget: 128...32_768, alwaysReasons: true)
    #expect(adapted(ChatOptions(reasoningBudget: 0), always).options.reasoningBudget == 128)
  }

  // MARK: Tools and shape

  @Test func toolsAreSentEvenToWhoIsNotKnownToCallAny() {
    let profile = ModelProfile(ModelCapabilities(cannot: [.tools, .forcedTools, .parallelTools]))
    let options = ChatOptions(toolChoice: .required, parallelTools: true)
    let (left, codes, request) = adapted(options, profile, tools: [Tool(name: "a")])
    #expect(left == ChatOptions(toolChoice: .auto) && request.tools.count == 1)
    #expect(codes == [.unsupportedOption, .adjustedOption, .unsupportedInput])
    // One after another is what it does.
    #expect(adapted(ChatOptions(parallelTools: false), profile).codes.isEmpty)
    #expect(adapted(ChatOptions(parallelTools: false), profile).options == ChatOptions())
  }

  @Test func aShapeIsHeldAsFarAsItGoes() {
    let schema = ChatOptions(responseFormat: .schema(name: "s", [:]))
    let json = ModelProfile(ModelCapabilities(can: [.json], cannot: [.schema]))
    #expect(adapted(schema, json).options.responseFormat == .json && adapted(schema, json).codes == [.adjustedOption])
    let none = ModelProfile(ModelCapabilities(cannot: [.schema, .json]))
    #expect(adapted(schema, none).options.responseFormat == nil && adapted(schema, none).codes == [.unsupportedOption])
    #expect(adapted(ChatOptions(responseFormat: .text), none).codes.isEmpty)
  }

  @Test func severalAnswersAndNames() {
    let profile = ModelProfile(ModelCapabilities(cannot: [.severalAnswers]), rules: [.speakerNames: .refused])
    let named = Message(role: .user, content: ["Hi"], name: "n")
    let (options, codes, request) = adapted(ChatOptions(n: 2), profile, messages: [named])
    #expect(options.n == nil && request.messages == ["Hi"] && codes == [.unsupportedOption, .unsupportedOption])
    #expect(adapted(ChatOptions(n: 1), profile).options.n == 1)
  }

  @Test func D20_aModelThatCanNotStreamIsAskedForAWholeAnswer() {
    let (_, codes, request) = adapted(ChatOptions(), ModelProfile(ModelCapabilities(cannot: [.streaming])))
    #expect(!request.isStream && codes == [.adjustedOption])
  }

  // MARK: What is asked about

  @Test func contentIsKeptWithAWarning() {
    let profile = ModelProfile(ModelCapabilities(cannot: [.images, .files, .audio, .prefill]))
    let image = ContentPart.image(.url("https://a.example/a.png"))
    let result = ToolResult(callID: "1", content: [.file(.id("f"))])
    let messages: [Message] = [
      .user([image, image, .audio(.bytes([1], mediaType: "audio/wav"))]),
      Message(role: .tool, content: [.toolResult(result)]), .assistant("So"),
    ]
    let (_, codes, request) = adapted(ChatOptions(), profile, messages: messages)
    #expect(request.messages == messages && codes == Array(repeating: .unsupportedInput, count: 4))
    // A model's own media are history.
    #expect(adapted(ChatOptions(), profile, messages: [.assistant([image]), "Hi"]).codes.isEmpty)
  }

  @Test func warningsNameTheModelAndTheOption() {
    let request = ChatRequest(
      model: String(repeating: "o3", count: 500), messages: ["Hi"], options: ChatOptions(temperature: 0.25))
    let warning = ModelProfile(rules: [.temperature: .refused]).adapted(request).warnings.first?.message ?? ""
    #expect(warning.contains("temperature 0.25") && warning.hasPrefix("o3") && warning.count < 200)
  }
}
