// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@Suite struct OllamaRequestTests {
  private static let dialect = OllamaDialect()

  private func encode(_ request: ChatRequest) throws -> (body: JSONValue, warnings: [String]) {
    let encoded = try Self.dialect.encode(request, for: .ollama)
    #expect(encoded.path == "/api/chat" && encoded.method == "POST")
    return (try JSONValue(parsing: encoded.body), encoded.warnings.map(\.message))
  }

  private func messages(_ messages: Message...) throws -> (list: JSONValue?, warnings: [String]) {
    let encoded = try encode(ChatRequest(model: "m", messages: messages))
    return (encoded.body["messages"], encoded.warnings)
  }

  private func failure(_ message: Message) -> SpateError? {
    #expect(throws: SpateError.self) { try encode(ChatRequest(model: "m", messages: [message])) }
  }

  private static let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "string"]]]

  @Test func everyOption() throws {
    let options = ChatOptions(
      temperature: 0.5, topP: 0.9, topK: 40, maxTokens: 7, stop: ["x"], seed: 3, presencePenalty: 0.25,
      frequencyPenalty: -1, logprobs: true, topLogprobs: 2, reasoning: .high,
      responseFormat: .schema(name: "s", Self.schema), toolChoice: .auto, parallelTools: true,
      extra: ["keep_alive": "5m", "options": ["num_ctx": 8192, "seed": 4]])
    let request = ChatRequest(
      model: "m", messages: [.system("s"), "hi"],
      tools: [Tool(name: "f", description: "d", parameters: Self.schema)], options: options)
    let encoded = try encode(request)
    let tool: JSONValue = [
      "type": "function", "function": ["name": "f", "description": "d", "parameters": Self.schema],
    ]
    let numbers: JSONValue = [
      "temperature": 0.5, "top_p": 0.9, "top_k": 40, "num_predict": 7, "stop": ["x"], "seed": 4,
      "presence_penalty": 0.25, "frequency_penalty": -1, "num_ctx": 8192,
    ]
    #expect(
      encoded.body == [
        "model": "m",
        "messages": [["role": "system", "content": "s"], ["role": "user", "content": "hi"]],
        "stream": true, "tools": [tool], "think": "high", "format": Self.schema, "options": numbers,
        "logprobs": true, "top_logprobs": 2, "keep_alive": "5m",
      ])
    #expect(encoded.warnings.isEmpty)
  }

  @Test func whatItDoesNotTakeIsSaid() throws {
    var strict = Tool(name: "f", isStrict: true)
    strict.cachePoint = CachePoint()
    let options = ChatOptions(
      n: 2, toolChoice: .required, parallelTools: false, user: "u", metadata: ["a": "b"], reasoningBudget: 9,
      showsReasoning: false, store: true, previousResponse: "r", isBackground: true, betas: ["b"])
    let tools = [strict, .custom(name: "c"), .provider(["type": "web"], dialect: .anthropic)]
    let encoded = try encode(ChatRequest(model: "m", messages: ["hi"], tools: tools, options: options))
    let words = [
      "cache points", "isStrict", "free text such as c", "web of the dialect anthropic", "toolChoice", "parallelTools",
      "reasoningBudget", "showsReasoning", " n:", "user", "metadata", "store", "previousResponse", "isBackground",
      "betas",
    ]
    #expect(encoded.warnings.count == words.count)
    for (warning, word) in zip(encoded.warnings, words) { #expect(warning.contains(word)) }
    #expect(encoded.body["tools"]?.array?.count == 1)
  }

  @Test func N13_toolsStandBesideTheOptionsInBothForms() throws {
    let bodies = try [true, false].map { isStream in
      try encode(
        ChatRequest(
          model: "m", messages: ["hi"], tools: [Tool(name: "f")], options: ChatOptions(seed: 1), isStream: isStream)
      ).body
    }
    #expect(bodies[0]["tools"] == bodies[1]["tools"] && bodies[0]["tools"]?.array?.count == 1)
    #expect(bodies.allSatisfy { $0["options"] == ["seed": 1] } && bodies.map { $0["stream"] } == [true, false])
  }

  @Test func withoutAChoiceOfToolsNoneMeansNoTools() throws {
    let options = ChatOptions(toolChoice: ToolChoice.none)
    let encoded = try encode(ChatRequest(model: "m", messages: ["hi"], tools: [Tool(name: "f")], options: options))
    #expect(encoded.body["tools"] == nil && encoded.warnings.isEmpty)
  }

  @Test func thinking() throws {
    func think(_ options: ChatOptions) throws -> JSONValue? {
      try encode(ChatRequest(model: "m", messages: ["hi"], options: options)).body["think"]
    }
    #expect(try think(ChatOptions()) == nil && think(ChatOptions(reasoning: ReasoningEffort.none)) == false)
    #expect(try think(ChatOptions(showsReasoning: true)) == true)
    #expect(try think(ChatOptions(reasoning: .minimal)) == "low")
    #expect(try think(ChatOptions(reasoning: ReasoningEffort(rawValue: "max"))) == "max")
  }

  @Test func imagesAreBytes() throws {
    let image = Media.bytes([1, 2, 3], mediaType: "image/png", detail: "low")
    let written = try messages(
      .user(["look", .image(image), .image(.url("data:image/png;base64,AQID"))]))
    #expect(written.list == [["role": "user", "content": "look", "images": ["AQID", "AQID"]]])
    #expect(written.warnings.count == 1)
    #expect(failure(.user([.image(.url("https://a.example/x.png"))]))?.code == .badRequest)
    #expect(failure(.user([.file(.id("f"))]))?.code == .badRequest)
    #expect(failure(.user([.audio(.bytes([1], mediaType: "audio/wav"))]))?.code == .badRequest)
  }

  @Test func aTurnWithCallsAndTheirResults() throws {
    let call = ToolCall(id: "c1", name: "f", arguments: #"{"big":12345678901234567890,"z":1.50}"#)
    let written = try messages(
      .assistant([.reasoning(Reasoning(text: "hm")), "so", .toolCall(call)]), .toolResult(id: "c1", "fine"),
      .toolResult(id: "other", "x", name: "g"))
    let function: JSONValue = ["name": "f", "arguments": try JSONValue(parsing: call.arguments)]
    #expect(
      written.list == [
        ["role": "assistant", "content": "so", "thinking": "hm", "tool_calls": [["id": "c1", "function": function]]],
        ["role": "tool", "content": "fine", "tool_name": "f", "tool_call_id": "c1"],
        ["role": "tool", "content": "x", "tool_name": "g", "tool_call_id": "other"],
      ])
    // Rule T11: the numbers are those that the model wrote.
    #expect(written.list?.description.contains(#"{"big":12345678901234567890,"z":1.50}"#) == true)
    #expect(written.warnings.isEmpty)
  }

  @Test func T7_argumentsThatAreNoObjectAreNotLost() throws {
    let calls: [ContentPart] = [
      .toolCall(ToolCall(id: "a", name: "f", arguments: "{\"x\":")),
      .toolCall(ToolCall(id: "b", name: "g", arguments: "ls", isCustom: true)),
      .toolCall(ToolCall(id: "c", name: "h", arguments: " ")),
    ]
    let written = try messages(.assistant(calls))
    let arguments = written.list?[0]?["tool_calls"]?.array?.map { $0["function"]?["arguments"] }
    #expect(arguments == [["input": "{\"x\":"], ["input": "ls"], [:]])
    #expect(written.warnings.count == 2)
  }

  @Test func whatOthersSealedIsSaidToBeLeftOut() throws {
    let seal = Seal(dialect: .anthropic, signature: "s")
    let written = try messages(
      .assistant([
        .reasoning(Reasoning(text: "hm", seal: seal)),
        .annotated(AnnotatedText("a", citations: [["x": 1]], seal: seal)), .refusal("no"),
        .native(NativePart(dialect: .anthropic, type: "t", value: [:])),
        .providerTool(ProviderTool(id: "p", name: "search", seal: seal)), .cachePoint(CachePoint()),
        .image(.url("u")),
      ]))
    #expect(written.list == [["role": "assistant", "content": "ano", "thinking": "hm"]])
    #expect(written.warnings.count == 6)
  }

  @Test func emptyRequestsAreRefused() {
    for request in [ChatRequest(model: "", messages: ["a"]), ChatRequest(model: "m", messages: [])] {
      #expect(throws: SpateError.self) { try encode(request) }
    }
    let endless = ChatRequest(model: "m", messages: ["a"], options: ChatOptions(temperature: .infinity))
    #expect(throws: SpateError.self) { try encode(endless) }
  }

  // MARK: Round trips

  /// Decoded from the wire and encoded again, a turn is what it was.
  @Test func N4_aTurnGoesBackAsItCame() throws {
    let body =
      #"{"model":"m","created_at":"2025-08-08T10:00:00Z","message":{"role":"assistant","content":"so","#
      + #""thinking":"hm","tool_calls":[{"id":"c1","function":{"name":"f","arguments":{"a":[1,2.0]}}}]},"#
      + #""done":true,"done_reason":"stop"}"#
    let turn = Decoded(body, dialect: Self.dialect).answer.message
    let message =
      #"{"role":"assistant","content":"so","thinking":"hm","tool_calls":[{"id":"c1","#
      + #""function":{"name":"f","arguments":{"a":[1,2.0]}}}]}"#
    #expect(try messages(turn).list?[0]?.description == message)
  }
}
