// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@testable import SpateDialects

/// The table: which names mean which models, and that it says nothing about those that it does not know.
@Suite struct ModelFamilyTests {
  @Test(
    arguments: [
      (Provider.openAI, "gpt-4o-mini-2024-07-18", true, false), (.openAI, "gpt-3.5-turbo-0125", false, false),
      (.openAI, "o3-mini", false, true), (.openAI, "o3", true, true), (.openAI, "o4-mini-2025-04-16", true, true),
      (.openAIResponses, "gpt-5", true, true), (.openAI, "GPT-5-mini", true, true), (.openAI, "gpt-5.9-x", true, true),
      (.anthropic, "claude-3-haiku-20240307", true, false), (.anthropic, "claude-opus-4-6", true, true),
      (.bedrock, "us.anthropic.claude-sonnet-4-5-20250929-v1:0", true, true),
      (.gemini, "gemini-2.0-flash", true, false), (.vertex, "gemini-2.5-pro", true, true),
      (.gemini, "models/gemini-3-pro-preview", true, true), (.mistral, "pixtral-12b-2409", true, nil),
      (.cohere, "command-r-plus-08-2024", false, false), (.xAI, "grok-4-0709", true, true),
      (.xAI, "grok-4-1-fast-non-reasoning", true, false), (.groq, "llama-3.3-70b-versatile", false, false),
      (.together, "meta-llama/Llama-3.3-70B-Instruct-Turbo", false, false),
      (.ollama, "deepseek-r1:8b", false, true), (.cerebras, "gpt-oss-120b", false, true),
    ] as [(Provider, String, Bool?, Bool?)])
  func namesAreFound(provider: Provider, model: String, seesImages: Bool?, thinks: Bool?) {
    let capabilities = provider.profile(of: model).capabilities
    #expect(capabilities[.images] == seesImages && capabilities[.reasoning] == thinks)
  }

  @Test(
    arguments: [
      (Provider.openAI, "my-fine-tune"), (.openAI, "o30"), (.azure, "o3"), (.azure, "gpt-4o"),
      (.openRouter, "openai/o3"),
      (.openRouter, "anthropic/claude-sonnet-4.5"), (.ollama, "llama3.2"), (.compatible(baseURL: "http://a/v1"), "o3"),
      (.vLLM, "claude-opus-4-6"), (.mistral, "m"), (.gemini, "m"),
    ] as [(Provider, String)])
  func whatIsNotKnownIsNotClaimed(provider: Provider, model: String) {
    #expect(provider.profile(of: model) == ModelProfile())
  }

  @Test func theLongerNameWins() {
    #expect(Provider.openAI.profile(of: "gpt-5").capabilities.efforts == [.minimal, .low, .medium, .high])
    #expect(Provider.openAI.profile(of: "gpt-5-pro").capabilities.efforts == [.high])
    #expect(Provider.openAI.profile(of: "gpt-5.2").capabilities.efforts?.last == .xhigh)
    #expect(Provider.openAI.profile(of: "gpt-5.2-chat-latest").rules.isEmpty)
    #expect(Provider.openAI.profile(of: "gpt-5.2-codex").capabilities.efforts == nil)
    #expect(Provider.gemini.profile(of: "gemini-2.5-flash-lite").reasoningBudget?.lowerBound == 512)
    #expect(Provider.xAI.profile(of: "grok-3-mini").alwaysReasons && !Provider.xAI.profile(of: "grok-3").alwaysReasons)
  }

  /// What holds for a whole provider holds for a family of which it says nothing.
  @Test func aProvidersRulesAreUnderThoseOfAFamily() {
    let known = Provider.groq.profile(of: "llama-3.3-70b-versatile")
    #expect(known.rules[.logprobs] == .refused && known.capabilities[.images] == false)
    #expect(Provider.groq.profile(of: "anything").rules[.speakerNames] == .refused)
    #expect(Provider.cohere.profile(of: "command-r").rules[.topP] == .within(0.01...0.99))
    #expect(Provider.deepSeek.profile(of: "deepseek-chat").capabilities[.schema] == false)
  }

  @Test func everyPatternIsReachedAndSaysSomething() {
    for family in ModelFamily.all {
      #expect(!family.patterns.isEmpty && family.profile != ModelProfile())
      for id in family.providers { #expect(Provider.named(id) != nil, "\(id)") }
      for id in family.dialects { #expect(Dialects.builtIn[id] != nil, "\(id)") }
      for effort in family.profile.capabilities.efforts ?? [] { #expect(ReasoningEffort.scale.contains(effort)) }
    }
    let scoped = ModelFamily.all.flatMap { family in
      family.patterns.map { "\($0)\(family.providers)\(family.dialects)" }
    }
    #expect(Set(scoped).count == scoped.count)
  }

  // MARK: Your own

  @Test func aProvidersOwnProfilesComeFirst() {
    var provider = Provider.openAI
    provider.profiles = ["o3*": ModelProfile(), "house-*": ModelProfile(ModelCapabilities(cannot: [.tools]))]
    #expect(provider.profile(of: "o3") == ModelProfile())
    #expect(provider.profile(of: "House-1").capabilities[.tools] == false)
    #expect(provider.profile(of: "o1") == Provider.openAI.profile(of: "o1"))
  }

  @Test func patternsMayNameTheProvider() {
    let profiles: ModelProfiles = [
      "groq/llama*": ModelProfile(alwaysReasons: true), "llama*": ModelProfile(reasoningBudget: 1...2),
    ]
    #expect(profiles.profile(of: "llama-3", at: .groq)?.alwaysReasons == true)
    #expect(profiles.profile(of: "llama-3", at: .together)?.reasoningBudget == 1...2)
    #expect(profiles.profile(of: "qwen", at: .groq) == nil && ModelProfiles().profile(of: "a", at: .groq) == nil)
  }

  @Test(arguments: [
    ("gpt-4o", "gpt-4o", true), ("gpt-4o", "gpt-4o-mini", false), ("gpt-4o*", "gpt-4o", true), ("*", "", true),
    ("*", "x", true), ("a*b", "ab", true), ("a*b", "aab", true), ("a*b", "a", false), ("a*a", "a", false),
    ("*b*", "abc", true), ("*b*", "ac", false), ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false),
    ("a*bb*b", "abbb", true), ("a*bb*b", "abb", false), ("", "", true), ("", "a", false), ("A*", "abc", true),
    ("a**c", "ac", true), ("*.x", "ax", false),
  ])
  func patterns(pattern: String, name: String, fits: Bool) {
    #expect(NamePattern(pattern).matches(NamePattern.folded(name)) == fits)
  }

  /// A pattern against long names takes time by their lengths, not by their powers.
  @Test func noNameIsExpensive() {
    let pattern = NamePattern("*a*a*a*a*a*a*a*a*b")
    #expect(!pattern.matches(NamePattern.folded(String(repeating: "a", count: 20_000))))
  }

  // MARK: What the families do to requests

  private func sent(_ provider: Provider, _ model: String, _ options: ChatOptions) -> (ChatOptions, Int) {
    let request = ChatRequest(model: model, messages: ["Hi"], options: options)
    let (fitted, warnings) = provider.profile(of: model).adapted(request)
    return (fitted.options, warnings.count)
  }

  @Test func reasoningModelsRefuseSampling() {
    let options = ChatOptions(temperature: 0.2, topP: 0.9, stop: ["x"], presencePenalty: 0.1, logprobs: true)
    #expect(sent(.openAI, "o3", options) == (ChatOptions(), 5))
    #expect(sent(.openAI, "gpt-4o", options) == (options, 0))
    #expect(sent(.openAI, "gpt-5.1", options) == (options, 0))
    var thinking = options
    thinking.reasoning = .low
    let (left, count) = sent(.openAI, "gpt-5.1", thinking)
    #expect(left == ChatOptions(stop: ["x"], presencePenalty: 0.1, reasoning: .low) && count == 3)
    #expect(sent(.anthropic, "claude-opus-4-7", ChatOptions(temperature: 0.2, topK: 3)) == (ChatOptions(), 2))
    #expect(sent(.anthropic, "claude-sonnet-4-5", ChatOptions(temperature: 0.2, topP: 0.3)).0.topP == nil)
  }

  @Test func effortsByModel() {
    let off = ChatOptions(reasoning: ReasoningEffort.none)
    #expect(sent(.openAI, "gpt-5", off) == (ChatOptions(reasoning: .minimal), 1))
    #expect(sent(.openAI, "gpt-5.1", off) == (off, 0))
    #expect(sent(.openAI, "gpt-4o", off) == (ChatOptions(), 0))
    #expect(sent(.openAI, "gpt-5.1", ChatOptions(reasoning: .minimal)) == (ChatOptions(reasoning: .low), 1))
    #expect(sent(.xAI, "grok-4", ChatOptions(reasoning: .high)) == (ChatOptions(), 1))
    #expect(sent(.gemini, "gemini-3-pro-preview", ChatOptions(reasoning: .medium)) == (ChatOptions(reasoning: .low), 1))
    #expect(sent(.gemini, "gemini-2.5-pro", ChatOptions(reasoningBudget: 5)) == (ChatOptions(reasoningBudget: 128), 1))
  }
}
