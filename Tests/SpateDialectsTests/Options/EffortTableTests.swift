// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// One word for how hard to think, at every provider: its own knob, or tokens.
@Suite struct EffortTableTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let provider: String
    let model: String
    let effort: ReasoningEffort
    /// Where in the body it stands, and what.
    let path: [String]
    let value: JSONValue

    init(_ provider: String, _ model: String, _ effort: ReasoningEffort, _ path: String, _ value: JSONValue) {
      self.provider = provider
      self.model = model
      self.effort = effort
      self.path = path.split(separator: ".").map(String.init)
      self.value = value
    }

    var testDescription: String { "\(provider)/\(model) \(effort.rawValue)" }
  }

  static let rows: [Row] = [
    Row("openai", "gpt-5", .minimal, "reasoning_effort", "minimal"),
    Row("openai", "gpt-5", .high, "reasoning_effort", "high"),
    // The nearest word that the model has.
    Row("openai", "gpt-5", .xhigh, "reasoning_effort", "high"),
    Row("openai", "o3", .minimal, "reasoning_effort", "low"),
    Row("openai-responses", "gpt-5", .low, "reasoning.effort", "low"),
    Row("openrouter", "some/model", .medium, "reasoning.effort", "medium"),
    Row("groq", "openai/gpt-oss-120b", .high, "reasoning_effort", "high"),
    Row("xai", "grok-3-mini", .medium, "reasoning_effort", "low"),
    Row("deepseek", "deepseek-v4", .high, "reasoning_effort", "high"),
    Row("mistral", "some-model", .high, "reasoning_effort", "high"),
    Row("anthropic", "claude-sonnet-4-5", .none, "thinking.type", "disabled"),
    Row("anthropic", "claude-sonnet-4-5", .low, "thinking.type", "enabled"),
    Row("anthropic", "claude-opus-4-6", .high, "output_config.effort", "high"),
    Row("anthropic", "claude-opus-4-6", .high, "thinking.type", "adaptive"),
    Row("gemini", "gemini-2.5-flash", .none, "generationConfig.thinkingConfig.thinkingBudget", 0),
    Row("gemini", "gemini-2.5-flash", .low, "generationConfig.thinkingConfig.thinkingBudget", 1024),
    Row("gemini", "gemini-2.5-flash", .high, "generationConfig.thinkingConfig.thinkingBudget", 24_576),
    Row("gemini", "gemini-2.5-flash", .max, "generationConfig.thinkingConfig.thinkingBudget", 24_576),
    Row("gemini", "gemini-3-pro-preview", .high, "generationConfig.thinkingConfig.thinkingLevel", "high"),
    Row("gemini", "gemini-3-pro-preview", .minimal, "generationConfig.thinkingConfig.thinkingLevel", "low"),
    Row("ollama", "gpt-oss", .high, "think", "high"),
    Row("ollama", "qwen3", .none, "think", false),
    Row("cohere", "command-a-reasoning-08-2025", .high, "thinking.type", "enabled"),
    Row("cohere", "command-a-reasoning-08-2025", .none, "thinking.type", "disabled"),
    Row("bedrock", "anthropic.claude-sonnet-4-5-v1:0", .high, "additionalModelRequestFields.thinking.type", "enabled"),
    Row(
      "bedrock", "anthropic.claude-opus-4-6-v1:0", .high, "additionalModelRequestFields.output_config.effort", "high"),
    Row(
      "bedrock", "amazon.nova-2-lite-v1:0", .low, "additionalModelRequestFields.reasoningConfig.maxReasoningEffort",
      "low"),
    Row("bedrock", "openai.gpt-oss-120b-1:0", .high, "additionalModelRequestFields.reasoning_effort", "high"),
  ]

  private func body(_ provider: String, _ model: String, _ options: ChatOptions) throws -> JSONValue {
    var provider = try #require(Provider.named(provider))
    let profile = provider.profile(of: model)
    provider.profiles = ["*": profile]
    let dialect = try #require(Dialects.builtIn[provider.dialect])
    let (request, _) = profile.adapted(ChatRequest(model: model, messages: ["hi"], options: options))
    return try JSONValue(parsing: dialect.encode(request, for: provider).body)
  }

  @Test(arguments: rows) func effort(_ row: Row) throws {
    let body = try body(row.provider, row.model, ChatOptions(reasoning: row.effort))
    let found = row.path.reduce(body as JSONValue?) { $0?[$1] }
    #expect(found == row.value, "\(body)")
  }

  /// More effort is never fewer tokens, where tokens are counted.
  @Test(arguments: [("anthropic", "claude-sonnet-4-5"), ("gemini", "gemini-2.5-flash")])
  func tokensGrowWithTheEffort(_ provider: String, _ model: String) throws {
    let budgets = try [ReasoningEffort.minimal, .low, .medium, .high, .xhigh, .max].map { effort in
      let body = try body(provider, model, ChatOptions(reasoning: effort))
      let tokens = body["thinking"]?["budget_tokens"] ?? body["generationConfig"]?["thinkingConfig"]?["thinkingBudget"]
      return try #require(tokens?.int, "\(effort.rawValue): \(body)")
    }
    #expect(budgets == budgets.sorted() && budgets[0] < budgets[3])
  }

  @Test func tokensAreCountedWhereTheyCanBe() throws {
    let options = ChatOptions(reasoningBudget: 5000, showsReasoning: false)
    let reasoning = try body("openrouter", "some/model", options)["reasoning"]
    #expect(reasoning == ["max_tokens": 5000, "exclude": true])
    #expect(
      try body("gemini", "gemini-2.5-flash", options)["generationConfig"]?["thinkingConfig"]?["thinkingBudget"] == 5000)
    #expect(try body("anthropic", "claude-sonnet-4-5", options)["thinking"]?["budget_tokens"] == 5000)
    #expect(try body("cohere", "command-a-reasoning-08-2025", options)["thinking"]?["token_budget"] == 5000)
  }
}
