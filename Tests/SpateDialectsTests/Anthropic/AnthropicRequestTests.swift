// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Options of a request in Anthropic's shape: what is written, and what is left out with a warning.
@Suite struct AnthropicRequestTests {
  private func encoded(
    _ options: ChatOptions = ChatOptions(), model: String = "claude-sonnet-4-5", tools: [Tool] = [],
    isStream: Bool = true
  ) throws -> (body: JSONValue, request: EncodedRequest) {
    let request = ChatRequest(model: model, messages: ["hi"], tools: tools, options: options, isStream: isStream)
    let encoded = try AnthropicDialect().encode(request, for: .anthropic)
    return (try JSONValue(parsing: encoded.body), encoded)
  }

  private func warnings(_ options: ChatOptions, model: String = "claude-sonnet-4-5", tools: [Tool] = []) throws -> Int {
    let warnings = try encoded(options, model: model, tools: tools).request.warnings
    #expect(warnings.allSatisfy { $0.code == .unsupportedOption && $0.message.contains("Anthropic") })
    return warnings.count
  }

  @Test func aPlainRequest() throws {
    let (body, request) = try encoded()
    #expect(
      body == [
        "model": "claude-sonnet-4-5", "max_tokens": 64_000, "messages": [["role": "user", "content": "hi"]],
        "stream": true,
      ])
    #expect(request.path == "/v1/messages" && request.warnings.isEmpty && request.method == "POST")
    #expect(request.fields["anthropic-version"] == "2023-06-01" && request.fields["anthropic-beta"] == nil)
    #expect(request.fields["content-type"] == "application/json" && request.fields["accept"] == "text/event-stream")
    #expect(AnthropicDialect().authentication == .field("x-api-key"))
  }

  @Test(arguments: [
    ("claude-3-opus-20240229", 4096), ("claude-3-5-haiku-latest", 8192), ("claude-opus-4-1-20250805", 32_000),
    ("claude-haiku-4-5", 64_000), ("anthropic.claude-3-haiku-20240307-v1:0", 4096), ("claude-next", 64_000),
    ("MiniMax-M2", 8192),
  ]) func maxTokensAreFilledIn(_ model: String, _ limit: Int) throws {
    #expect(try encoded(model: model).body["max_tokens"]?.int == limit)
    #expect(try encoded(model: model, isStream: false).body["max_tokens"]?.int == min(limit, 16_384))
    #expect(try encoded(ChatOptions(maxTokens: 7), model: model).body["max_tokens"]?.int == 7)
  }

  @Test func namedOptions() throws {
    let options = ChatOptions(
      temperature: 0.5, topP: 0.25, topK: 4, maxTokens: 9, stop: ["a", "b"], user: "u", extra: ["service_tier": "auto"],
      betas: ["one-1", "two-2"])
    let (body, request) = try encoded(options)
    #expect(body["temperature"] == 0.5 && body["top_p"] == 0.25 && body["top_k"] == 4)
    #expect(body["stop_sequences"] == ["a", "b"] && body["metadata"] == ["user_id": "u"])
    #expect(body["service_tier"] == "auto" && request.fields["anthropic-beta"] == "one-1,two-2")
    #expect(request.warnings.isEmpty)
    #expect(try encoded(ChatOptions(extra: ["max_tokens": 1, "thinking": nil])).body["max_tokens"] == 1)
  }

  @Test func whatItDoesNotTakeIsAWarningEach() throws {
    let options = ChatOptions(
      seed: 1, n: 2, presencePenalty: 1, frequencyPenalty: 1, logprobs: true, topLogprobs: 1, responseFormat: .json,
      toolChoice: .auto, metadata: ["a": "b"], showsReasoning: true, store: true, previousResponse: "r",
      isBackground: true)
    #expect(try warnings(options) == 13)
    #expect(try warnings(ChatOptions(temperature: 1.5)) == 1)
    #expect(try encoded(ChatOptions(temperature: 1.5)).body["temperature"] == 1)
    #expect(throws: SpateError.self) { try encoded(ChatOptions(temperature: .nan)) }
  }

  // MARK: Thinking

  @Test(arguments: [
    (ReasoningEffort.minimal, 1024), (.low, 2048), (.medium, 8192), (.high, 16_384),
    (ReasoningEffort(rawValue: "max"), 31_999),
  ]) func effortsAsBudgets(_ effort: ReasoningEffort, _ budget: Int) throws {
    let thinking = try encoded(ChatOptions(reasoning: effort)).body["thinking"]
    #expect(thinking == ["type": "enabled", "budget_tokens": .number(JSONNumber(budget))])
  }

  @Test func budgetsFitIntoTheLimit() throws {
    #expect(try encoded(ChatOptions(reasoningBudget: 5000)).body["thinking"]?["budget_tokens"] == 5000)
    let small = ChatOptions(maxTokens: 4000, reasoning: .high)
    #expect(try encoded(small).body["thinking"]?["budget_tokens"] == 3999 && warnings(small) == 0)
    let tiny = ChatOptions(maxTokens: 1000, reasoning: .low)
    #expect(try encoded(tiny).body["thinking"] == nil && warnings(tiny) == 1)
    #expect(try warnings(ChatOptions(maxTokens: 2000, reasoningBudget: 2000)) == 1)
  }

  @Test func newerModelsDecideThemselves() throws {
    let model = "claude-opus-4-7"
    let body = try encoded(ChatOptions(reasoning: .high), model: model).body
    #expect(body["thinking"] == ["type": "adaptive", "display": "summarized"])
    #expect(body["output_config"] == ["effort": "high"])
    let hidden = try encoded(ChatOptions(reasoning: .low, showsReasoning: false), model: model).body
    #expect(hidden["thinking"]?["display"] == "omitted")
    #expect(try warnings(ChatOptions(reasoningBudget: 3000), model: model) == 1)
    #expect(
      try encoded(ChatOptions(reasoning: ReasoningEffort.none), model: model).body["thinking"] == ["type": "disabled"])
  }

  @Test func whatDoesNotGoWithThinking() throws {
    #expect(try warnings(ChatOptions(temperature: 0.5, topK: 3, reasoning: .low)) == 2)
    #expect(try encoded(ChatOptions(temperature: 1, reasoning: .low)).request.warnings.isEmpty)
    let forced = ChatOptions(reasoning: .low, toolChoice: .required)
    #expect(try encoded(forced, tools: [Tool(name: "f")]).body["thinking"] == nil)
    #expect(try warnings(forced, tools: [Tool(name: "f")]) == 1)
    #expect(try warnings(ChatOptions(reasoning: .low), model: "claude-3-haiku-20240307") == 1)
  }

  @Test func schemas() throws {
    let options = ChatOptions(reasoning: .low, responseFormat: .schema(name: "s", ["type": "object"]))
    let config = try encoded(options, model: "claude-opus-4-7").body["output_config"]
    #expect(config == ["effort": "low", "format": ["type": "json_schema", "schema": ["type": "object"]]])
  }

  // MARK: Tools

  @Test func tools() throws {
    var cached = Tool(name: "g", isStrict: true)
    cached.cachePoint = CachePoint(lifetime: "1h")
    let search = Tool.provider(["type": "web_search_20250305", "name": "web_search"], dialect: .anthropic)
    let tools = [
      Tool(name: "f", description: "d", parameters: ["type": "object"]), cached, search,
      .provider(["type": "web_search"], dialect: .openAIResponses), .custom(name: "patch", format: ["type": "text"]),
    ]
    let (body, request) = try encoded(tools: tools)
    #expect(
      body["tools"] == [
        ["name": "f", "description": "d", "input_schema": ["type": "object"]],
        [
          "name": "g", "input_schema": ["type": "object", "properties": [:]], "strict": true,
          "cache_control": ["type": "ephemeral", "ttl": "1h"],
        ], ["type": "web_search_20250305", "name": "web_search"],
        [
          "name": "patch",
          "input_schema": [
            "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
          ],
        ],
      ])
    #expect(request.warnings.count == 2 && body["tool_choice"] == nil)
  }

  @Test(
    arguments: [
      (ToolChoice.auto, nil, ["type": "auto"]), (.required, nil, ["type": "any"]),
      (ToolChoice.none, false, ["type": "none"]), (.tool("f"), nil, ["type": "tool", "name": "f"]),
      (nil, false, ["type": "auto", "disable_parallel_tool_use": true]), (nil, true, nil), (nil, nil, nil),
      (.required, false, ["type": "any", "disable_parallel_tool_use": true]),
      (.auto, true, ["type": "auto", "disable_parallel_tool_use": false]),
    ] as [(ToolChoice?, Bool?, JSONValue?)]) func toolChoices(
      _ choice: ToolChoice?, _ parallel: Bool?, _ expected: JSONValue?
    ) throws
  {
    let options = ChatOptions(toolChoice: choice, parallelTools: parallel)
    #expect(try encoded(options, tools: [Tool(name: "f")]).body["tool_choice"] == expected)
  }

  // MARK: The list of models

  @Test func listOfModels() throws {
    let request = try AnthropicDialect().encodeModelList(for: .anthropic)
    #expect(request.method == "GET" && request.path.hasPrefix("/v1/models"))
    #expect(request.fields["anthropic-version"] != nil)
    let body = Array(#"{"data":[{"type":"model","id":"claude-a","display_name":"Claude A"}],"has_more":false}"#.utf8)
    let models = try AnthropicDialect().decodeModelList(body).models
    #expect(models.map(\.id) == ["claude-a"] && models[0].name == "Claude A")
  }
}
