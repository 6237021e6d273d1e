// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@Suite struct CohereRequestTests {
  private static let dialect = CohereDialect()
  private static let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "string"]]]

  private func encode(_ request: ChatRequest) throws -> (body: JSONValue, warnings: [String]) {
    let encoded = try Self.dialect.encode(request, for: .cohere)
    #expect(encoded.path == "/v2/chat" && encoded.method == "POST")
    return (try JSONValue(parsing: encoded.body), encoded.warnings.map(\.message))
  }

  private func messages(_ messages: Message...) throws -> (list: JSONValue?, warnings: [String]) {
    let encoded = try encode(ChatRequest(model: "m", messages: messages))
    return (encoded.body["messages"], encoded.warnings)
  }

  @Test func everyOption() throws {
    let options = ChatOptions(
      temperature: 0.5, topP: 0.9, topK: 40, maxTokens: 7, stop: ["x"], seed: 3, presencePenalty: 0.25,
      frequencyPenalty: 0.5, logprobs: true, responseFormat: .schema(name: "s", Self.schema), toolChoice: .required,
      extra: ["safety_mode": "OFF"], reasoningBudget: 100)
    let tool = Tool(name: "f", description: "d", parameters: Self.schema, isStrict: true)
    let encoded = try encode(
      ChatRequest(model: "m", messages: [.system("s"), "hi"], tools: [tool], options: options))
    let definition: JSONValue = [
      "type": "function", "function": ["name": "f", "description": "d", "parameters": Self.schema],
    ]
    #expect(
      encoded.body == [
        "model": "m", "messages": [["role": "system", "content": "s"], ["role": "user", "content": "hi"]],
        "stream": true, "temperature": 0.5, "p": 0.9, "k": 40, "max_tokens": 7, "stop_sequences": ["x"], "seed": 3,
        "presence_penalty": 0.25, "frequency_penalty": 0.5, "logprobs": true, "tools": [definition],
        "strict_tools": true, "tool_choice": "REQUIRED",
        "response_format": ["type": "json_object", "json_schema": Self.schema],
        "thinking": ["type": "enabled", "token_budget": 100], "safety_mode": "OFF",
      ])
    #expect(encoded.warnings.isEmpty)
  }

  @Test func whatItDoesNotTakeIsSaid() throws {
    var tool = Tool(name: "f", isStrict: true)
    tool.cachePoint = CachePoint()
    let options = ChatOptions(
      n: 2, topLogprobs: 2, reasoning: .high, parallelTools: false, user: "u", metadata: ["a": "b"],
      showsReasoning: false, store: true, previousResponse: "r", isBackground: true, betas: ["b"])
    let tools = [tool, Tool(name: "g"), .custom(name: "c"), .provider(["type": "web"], dialect: .anthropic)]
    let encoded = try encode(ChatRequest(model: "m", messages: ["hi"], tools: tools, options: options))
    let words = [
      "topLogprobs", "cache points", "free text such as c", "web of the dialect anthropic", "isStrict",
      "parallelTools", "how hard to think", "showsReasoning", " n:", "user", "metadata", "store", "previousResponse",
      "isBackground", "betas",
    ]
    #expect(encoded.warnings.count == words.count)
    for (warning, word) in zip(encoded.warnings, words) { #expect(warning.contains(word)) }
    #expect(encoded.body["tools"]?.array?.count == 2 && encoded.body["thinking"] == ["type": "enabled"])
  }

  @Test func aChoiceOfOneToolIsTheOnlyOneThereIs() throws {
    let options = ChatOptions(toolChoice: .tool("g"))
    let request = ChatRequest(
      model: "m", messages: ["hi"], tools: [Tool(name: "f"), Tool(name: "g")], options: options)
    let body = try encode(request).body
    #expect(body["tool_choice"] == "REQUIRED" && body["tools"]?.array?.count == 1)
    #expect(body["tools"]?[0]?["function"]?["name"] == "g")
    let none = try encode(ChatRequest(model: "m", messages: ["hi"], options: ChatOptions(toolChoice: .required)))
    #expect(none.body["tool_choice"] == nil && none.warnings.count == 1)
  }

  @Test func thinkingAndShapes() throws {
    func body(_ options: ChatOptions) throws -> JSONValue {
      try encode(ChatRequest(model: "m", messages: ["hi"], options: options)).body
    }
    #expect(try body(ChatOptions(reasoning: ReasoningEffort.none))["thinking"] == ["type": "disabled"])
    #expect(try body(ChatOptions(responseFormat: .json))["response_format"] == ["type": "json_object"])
    #expect(try body(ChatOptions(responseFormat: .text))["response_format"] == nil)
    #expect(try body(ChatOptions(toolChoice: ToolChoice.none))["tool_choice"] == nil)
  }

  @Test func images() throws {
    let image = Media.bytes([1, 2, 3], mediaType: "image/png", detail: "low")
    let written = try messages(.user(["look", .image(image), .image(.url("https://a.example"))]))
    #expect(
      written.list?[0]?["content"] == [
        ["type": "text", "text": "look"],
        ["type": "image_url", "image_url": ["url": "data:image/png;base64,AQID", "detail": "low"]],
        ["type": "image_url", "image_url": ["url": "https://a.example"]],
      ])
    for part in [
      ContentPart.file(.id("f")), .audio(.bytes([1], mediaType: "audio/wav")), .image(.id("i")),
    ] {
      #expect(throws: SpateError.self) { try messages(.user([part])) }
    }
  }

  @Test func whatOthersSealedIsSaidToBeLeftOut() throws {
    let seal = Seal(dialect: .anthropic, signature: "s")
    let written = try messages(
      .assistant([
        .reasoning(Reasoning(text: "hm", seal: seal)),
        .annotated(AnnotatedText("a", citations: [["x": 1]], seal: seal)),
        .native(NativePart(dialect: .anthropic, type: "t", value: [:])),
        .providerTool(ProviderTool(id: "p", name: "search", seal: seal)), .cachePoint(CachePoint()), .image(.url("u")),
        .toolCall(ToolCall(id: "c", name: "f", arguments: " ")),
        .toolCall(ToolCall(id: "d", name: "g", arguments: "ls", isCustom: true)),
      ]), .toolResult(id: "c", "x"))
    #expect(
      written.list?[0]?["content"] == [["type": "thinking", "thinking": "hm"], ["type": "text", "text": "a"]])
    let arguments = written.list?[0]?["tool_calls"]?.array?.map { $0["function"]?["arguments"] }
    #expect(arguments == ["{}", #"{"input":"ls"}"#])
    #expect(written.list?[1] == ["role": "tool", "tool_call_id": "c", "content": "x"])
    #expect(written.warnings.count == 6)
  }

  /// Decoded from the wire and encoded again, a turn is what it was: plan, citations, ids and arguments.
  @Test func N4_aTurnGoesBackAsItCame() throws {
    let turns = [
      #"{"role":"assistant","tool_plan":"I will","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\": 1.0}"}}]}"#,
      #"{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"ab"}],"citations":[{"start":0,"end":2,"text":"ab","sources":[{"type":"tool","id":"c1:0","tool_output":{"n":12345678901234567890}}],"type":"TEXT_CONTENT"}]}"#,
      #"{"role":"assistant","tool_plan":"I","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}],"citations":[{"start":0,"type":"PLAN"}]}"#,
    ]
    for turn in turns {
      let answer = Decoded(#"{"id":"r","message":\#(turn),"finish_reason":"COMPLETE"}"#, dialect: Self.dialect).answer
      let written = try messages(answer.message)
      #expect(written.list?[0] == (try JSONValue(parsing: turn)) && written.warnings.isEmpty)
      if let citations = try JSONValue(parsing: turn)["citations"] {
        #expect(written.list?[0]?["citations"]?.description == citations.description)
      }
    }
  }
}
