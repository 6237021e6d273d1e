// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpateCore

@Suite struct ChatOptionsTests {
  private static let all = ChatOptions(
    temperature: 0.1, topP: 0.2, topK: 3, maxTokens: 4, stop: ["5"], seed: 6, n: 7, presencePenalty: 0.8,
    frequencyPenalty: 0.9, logprobs: true, topLogprobs: 11, reasoning: .low, responseFormat: .json, toolChoice: .auto,
    parallelTools: true, user: "u", metadata: ["a": "1"], streamUsage: true, extra: ["x": 1],
    reasoningBudget: 12, showsReasoning: true, store: true, previousResponse: "r", isBackground: true, betas: ["b"],
    strictness: .refuse, outputMode: .tool, thinkTags: .standard)
  private static let others = ChatOptions(
    temperature: 1, topP: 1, topK: 1, maxTokens: 1, stop: [], seed: 1, n: 1, presencePenalty: 1, frequencyPenalty: 1,
    logprobs: false, topLogprobs: 1, reasoning: .high, responseFormat: .text, toolChoice: ToolChoice.none,
    parallelTools: false, user: "", metadata: ["a": "2"], streamUsage: false, extra: ["x": nil],
    reasoningBudget: 1, showsReasoning: false, store: false, previousResponse: "q", isBackground: false, betas: [],
    strictness: .warn, outputMode: .native, thinkTags: .startingInside)

  @Test func eachOptionWinsOverItsDefault() {
    #expect(Self.all.over(Self.others) == Self.all && Self.others.over(Self.all) == Self.others)
  }

  /// A new option must be added to `over` as well: every stored property is told apart here.
  @Test func noOptionIsForgotten() {
    func told(_ options: ChatOptions) -> [String] {
      Mirror(reflecting: options.fields).children.map { "\($0.label ?? ""): \($0.value)" }
    }
    let (merged, own, other) = (told(Self.all.over(Self.others)), told(Self.all), told(Self.others))
    #expect(own.count == 28 && merged == own && zip(own, other).allSatisfy { $0 != $1 })
  }

  @Test func printsWhatIsSet() {
    #expect("\(ChatOptions(temperature: 0.25, stop: ["end"]))".contains("temperature: Optional(0.25)"))
    #expect(Mirror(reflecting: Self.all).children.count == 28)
    var finish = Finish(reason: .stop, native: nil)
    finish.usage = Usage(input: 12)
    #expect("\(finish)".contains("input: Optional(12)"))
  }

  @Test func aCopyKeepsWhatItHas() {
    var options = Self.all
    let copy = options
    options.extra["y"] = 2
    options.stop?.append("6")
    options.metadata?["b"] = "2"
    options.temperature = nil
    #expect(copy == Self.all && copy != options)
    #expect(options.extra == ["x": 1, "y": 2])
    #expect(options.stop == ["5", "6"] && options.metadata == ["a": "1", "b": "2"])
    #expect(options.temperature == nil && options.topP == 0.2)
    var nothing = ChatOptions()
    nothing.temperature = nil
    #expect(nothing == ChatOptions() && nothing.hashValue == ChatOptions().hashValue)
  }

  @Test func whatIsNotSaidIsTheDefault() {
    #expect(ChatOptions().over(Self.all) == Self.all && Self.all.over(ChatOptions()) == Self.all)
  }

  @Test func metadataAndExtraAreMergedByKey() {
    let merged = ChatOptions(metadata: ["a": "1", "b": "1"], extra: ["x": 1, "y": 1])
      .over(ChatOptions(metadata: ["b": "2", "c": "2"], extra: ["y": 2, "z": 2]))
    #expect(merged.metadata == ["a": "1", "b": "1", "c": "2"] && merged.extra == ["x": 1, "y": 1, "z": 2])
  }

  @Test func isAssociative() {
    let (a, b) = (
      ChatOptions(temperature: 1, metadata: ["k": "a"]), ChatOptions(seed: 2, metadata: ["k": "b", "l": "b"])
    )
    #expect(a.over(b).over(Self.all) == a.over(b.over(Self.all)))
  }
}
