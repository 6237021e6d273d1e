// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Options and input items of a request: rules N1, N3, T6, and never a silent drop.
@Suite struct ResponsesRequestTests {
  private func encoded(
    _ messages: [Message] = ["hi"], _ options: ChatOptions = ChatOptions(), tools: [Tool] = [], isStream: Bool = true,
    for provider: Provider = .openAIResponses
  ) throws -> (body: JSONValue, warnings: [String], request: EncodedRequest) {
    let request = ChatRequest(model: "m", messages: messages, tools: tools, options: options, isStream: isStream)
    let encoded = try OpenAIResponsesDialect().encode(request, for: provider)
    return (try JSONValue(parsing: encoded.body), encoded.warnings.map(\.message), encoded)
  }

  /// The input items of a turn between two messages, and the warnings.
  private func turn(_ parts: [ContentPart], _ options: ChatOptions = ChatOptions()) throws -> ([JSONValue], [String]) {
    let encoded = try encoded(["a", .assistant(parts), "b"], options)
    return (Array((encoded.body["input"]?.array ?? []).dropFirst().dropLast()), encoded.warnings)
  }

  private func fields(_ options: ChatOptions, tools: [Tool] = []) throws -> (JSONValue, [String]) {
    let encoded = try encoded(["hi"], options, tools: tools)
    var body = encoded.body.object ?? [:]
    for key in ["model", "input", "stream"] { body[key] = nil }
    return (.object(body), encoded.warnings)
  }

  @Test func smallestRequest() throws {
    let (_, warnings, request) = try encoded(isStream: false)
    #expect(request.method == "POST" && request.path == "/responses" && warnings.isEmpty)
    #expect(request.fields["Content-Type"] == "application/json" && request.fields["Accept"] == "application/json")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == #"{"model":"m","input":[{"role":"user","content":"hi"}],"stream":false}"#)
    #expect(try encoded().request.fields["Accept"] == "text/event-stream")
  }

  @Test func everyOption() throws {
    var options = ChatOptions(
      temperature: 0.5, topP: 0.9, maxTokens: 100, topLogprobs: 3, reasoning: .high,
      responseFormat: .schema(name: "s", ["type": "object"]), toolChoice: .required, parallelTools: false, user: "u",
      metadata: ["b": "2", "a": "1"], store: false, previousResponse: "resp_0", isBackground: true)
    options.extra = ["service_tier": "flex", "temperature": 1]
    let (body, warnings) = try fields(options)
    #expect(warnings.isEmpty)
    #expect(
      body == [
        "temperature": 1, "top_p": 0.9, "max_output_tokens": 100, "top_logprobs": 3,
        "reasoning": ["effort": "high", "summary": "auto"],
        "include": ["reasoning.encrypted_content", "message.output_text.logprobs"],
        "text": ["format": ["type": "json_schema", "name": "s", "schema": ["type": "object"], "strict": true]],
        "tool_choice": "required", "parallel_tool_calls": false, "user": "u", "metadata": ["a": "1", "b": "2"],
        "store": false, "previous_response_id": "resp_0", "background": true, "service_tier": "flex",
      ])
  }

  @Test func whatIsNotTakenIsSaid() throws {
    var options = ChatOptions(
      topK: 4, stop: ["x"], seed: 1, n: 2, presencePenalty: 1, frequencyPenalty: 1, streamUsage: false,
      reasoningBudget: 9)
    var tool = Tool(name: "f")
    tool.cachePoint = CachePoint()
    let (body, warnings) = try fields(options, tools: [tool, .provider(["type": "x"], dialect: .anthropic)])
    #expect(body == ["tools": [["type": "function", "name": "f", "parameters": tool.parameters]]])
    for word in [
      "topK", "stop", "seed", "n:", "presencePenalty", "frequencyPenalty", "streamUsage", "reasoningBudget",
      "cache points", "anthropic",
    ] {
      #expect(warnings.contains { $0.contains(word) }, "\(word)")
    }
    #expect(warnings.count == 10)
    options.temperature = .infinity
    #expect(throws: SpateError.self) { try fields(options) }
  }

  @Test(
    arguments: [
      (nil, nil, nil, nil), ("high", nil, "auto", "reasoning.encrypted_content"), ("none", nil, nil, nil),
      ("low", false, nil, "reasoning.encrypted_content"), (nil, true, "auto", "reasoning.encrypted_content"),
      (nil, false, nil, nil),
    ] as [(String?, Bool?, String?, String?)])
  func N3_thoughtsAreAskedFor(_ effort: String?, _ shows: Bool?, _ summary: String?, _ include: String?) throws {
    let options = ChatOptions(reasoning: effort.map { ReasoningEffort(rawValue: $0) }, showsReasoning: shows)
    let (body, _) = try fields(options)
    #expect(body["reasoning"]?["effort"]?.string == effort && body["reasoning"]?["summary"]?.string == summary)
    #expect(body["include"]?[0]?.string == include)
    // What is kept there need not come here.
    #expect(try fields(ChatOptions(reasoning: .high, store: true)).0["include"] == nil)
  }

  @Test func betasAreAField() throws {
    let request = try encoded(["hi"], ChatOptions(betas: ["a=v1", "b\n", "c"])).request
    #expect(request.fields["OpenAI-Beta"] == "a=v1,c")
  }

  @Test func tools() throws {
    let format: JSONValue = ["type": "grammar", "syntax": "regex", "definition": "a+"]
    let search: JSONValue = ["type": "web_search", "search_context_size": "low"]
    let list: [Tool] = [
      Tool(name: "f", description: "d", parameters: ["type": "object"], isStrict: true),
      .custom(name: "c", description: "d", format: format), .provider(search, dialect: .openAIResponses),
    ]
    let (body, _) = try fields(ChatOptions(toolChoice: .tool("c")), tools: list)
    #expect(
      body["tools"] == [
        ["type": "function", "name": "f", "description": "d", "parameters": ["type": "object"], "strict": true],
        ["type": "custom", "name": "c", "description": "d", "format": format], search,
      ])
    #expect(body["tool_choice"] == ["type": "custom", "name": "c"])
    #expect(
      try fields(ChatOptions(toolChoice: .tool("f")), tools: list).0["tool_choice"]
        == ["type": "function", "name": "f"])
    #expect(
      try fields(ChatOptions(toolChoice: .tool("web_search")), tools: list).0["tool_choice"]
        == ["type": "web_search"])
  }

  // MARK: Input

  @Test func writtenMessages() throws {
    let (body, warnings, _) = try encoded([
      .system("s"),
      .user([
        "t", .image(.url("https://a.example/x.png", detail: "low")), .image(.bytes([1], mediaType: "image/png")),
        .image(.id("file-1")), .file(.bytes([2], mediaType: "application/pdf", name: "x.pdf")),
        .file(.url("https://a.example/x.pdf")), .file(.id("file-2")), .audio(.bytes([3], mediaType: "audio/mpeg")),
      ]),
    ])
    #expect(warnings.isEmpty)
    #expect(body["input"]?[0] == ["role": "system", "content": "s"])
    #expect(
      body["input"]?[1]?["content"] == [
        ["type": "input_text", "text": "t"],
        ["type": "input_image", "image_url": "https://a.example/x.png", "detail": "low"],
        ["type": "input_image", "image_url": "data:image/png;base64,AQ=="],
        ["type": "input_image", "file_id": "file-1"],
        ["type": "input_file", "filename": "x.pdf", "file_data": "data:application/pdf;base64,Ag=="],
        ["type": "input_file", "file_url": "https://a.example/x.pdf"], ["type": "input_file", "file_id": "file-2"],
        ["type": "input_audio", "input_audio": ["data": "Aw==", "format": "mp3"]],
      ])
    let named = try encoded([Message(role: .user, content: ["a", .cachePoint(CachePoint())], name: "x")])
    #expect(named.warnings.count == 2 && named.body["input"] == [["role": "user", "content": "a"]])
  }

  @Test func refusedMessages() {
    for message: Message in [
      .user([.image(.bytes([1], mediaType: ""))]), .user([.audio(.url("https://a.example/x.wav"))]),
      .user([.reasoning(Reasoning(text: "x"))]), Message(role: .tool, content: ["x"]),
      .assistant([.toolResult(ToolResult(callID: "c", text: "x"))]),
    ] {
      #expect(throws: SpateError.self) { try encoded([message]) }
    }
    #expect(throws: SpateError.self) { try encoded([]) }
  }

  @Test func results() throws {
    let call = ToolCall(id: "c2", name: "sh", arguments: "ls", isCustom: true)
    let (body, warnings, _) = try encoded([
      "a", .assistant([.toolCall(ToolCall(id: "c1", name: "f", arguments: " ")), .toolCall(call)]),
      Message(
        role: .tool,
        content: [
          .toolResult(ToolResult(callID: "c1", content: ["t", .image(.url("https://a.example/x.png"))])),
          .toolResult(ToolResult(callID: "c2", text: "x", isError: true)),
        ]),
    ])
    #expect(
      body["input"]?.array?.dropFirst() == [
        // Rule T6.
        ["type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"],
        ["type": "custom_tool_call", "call_id": "c2", "name": "sh", "input": "ls"],
        [
          "type": "function_call_output", "call_id": "c1",
          "output": [
            ["type": "input_text", "text": "t"], ["type": "input_image", "image_url": "https://a.example/x.png"],
          ],
        ],
        ["type": "custom_tool_call_output", "call_id": "c2", "output": "x"],
      ])
    #expect(warnings.count == 1 && warnings[0].contains("failed"))
  }

  // MARK: A model's turn

  private static let sealed: JSONValue = [
    "type": "reasoning", "id": "rs_1", "summary": [["type": "summary_text", "text": "x"]], "encrypted_content": "E+/==",
  ]

  private func thought(_ details: JSONValue, _ dialect: DialectID = .openAIResponses) -> ContentPart {
    .reasoning(Reasoning(text: "x", details: details, dialect: dialect))
  }

  @Test func N1_thoughtsGoBackAsTheyCame() throws {
    let call = ToolCall(
      id: "c", name: "f", arguments: "{}", seal: Seal(dialect: .openAIResponses, details: ["id": "fc_1"]))
    for details in [Self.sealed, [Self.sealed]] {
      let (items, warnings) = try turn([thought(details), .toolCall(call)], ChatOptions(store: false))
      #expect(
        items == [
          Self.sealed, ["type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "id": "fc_1"],
        ])
      #expect(warnings.isEmpty)
    }
    var withNulls = Self.sealed.object ?? [:]
    withNulls["status"] = .null
    withNulls["content"] = .null
    #expect(try turn([thought(.object(withNulls))]).0 == [Self.sealed])
  }

  /// Without its thought, what followed is refused by its id.
  @Test func N1_whatIsNotStoredIsNotNamed() throws {
    let bare: JSONValue = ["type": "reasoning", "id": "rs_1", "summary": []]
    let call = ToolCall(
      id: "c", name: "f", arguments: "{}", seal: Seal(dialect: .openAIResponses, details: ["id": "fc_1"]))
    #expect(try turn([thought(bare), .toolCall(call)]).0.first == bare)
    let (items, warnings) = try turn([thought(bare), .toolCall(call)], ChatOptions(store: false))
    #expect(items == [["type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"]])
    #expect(warnings.count == 1)
  }

  @Test func N1_thoughtsOfOthersStayHere() throws {
    let (items, warnings) = try turn([thought(Self.sealed, .anthropic), "words"])
    #expect(items == [["role": "assistant", "content": "words"]] && warnings.count == 1)
    #expect(try turn([.reasoning(Reasoning(text: "x")), "words"]).1.count == 1)
  }

  @Test func wordsWithTheirMessages() throws {
    func words(_ text: String, _ id: String) -> ContentPart {
      let seal = Seal(dialect: .openAIResponses, details: ["id": .string(id), "status": "completed"])
      return .annotated(AnnotatedText(text, citations: [["type": "url_citation"]], seal: seal))
    }
    func part(_ text: JSONValue) -> JSONValue {
      ["type": "output_text", "text": text, "annotations": [["type": "url_citation"]]]
    }
    func message(_ id: JSONValue, _ content: JSONValue) -> JSONValue {
      ["type": "message", "role": "assistant", "id": id, "status": "completed", "content": content]
    }
    let (items, warnings) = try turn([words("a", "m1"), words("b", "m1"), .refusal("no"), words("c", "m2")])
    #expect(
      items == [
        message("m1", [part("a"), part("b"), ["type": "refusal", "refusal": "no"]]), message("m2", [part("c")]),
      ])
    #expect(warnings.isEmpty)
    let other = AnnotatedText("a", citations: [["type": "x"]], seal: Seal(dialect: .anthropic, signature: "s"))
    let foreign = try turn([.annotated(other)])
    #expect(foreign.0 == [["role": "assistant", "content": "a"]] && foreign.1.count == 1)
  }

  @Test func partsOfOtherDialectsAreSaid() throws {
    let native = NativePart(dialect: .gemini, type: "x", value: ["x": 1])
    let tool = ProviderTool(id: "t", name: "search", seal: Seal(dialect: .anthropic, details: ["type": "x"]))
    let call = ToolCall(
      id: "c", name: "f", arguments: "{}", seal: Seal(dialect: .gemini, signature: "s"))
    let (items, warnings) = try turn([
      .native(native), .providerTool(tool), .image(.bytes([1], mediaType: "image/png")), .cachePoint(CachePoint()),
      .toolCall(call),
    ])
    #expect(items == [["type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"]])
    #expect(warnings.count == 5)
  }

  @Test func itemsOfItsOwnGoThrough() throws {
    let output: JSONValue = ["type": "apply_patch_call_output", "call_id": "c", "status": "completed"]
    let part = ContentPart.native(NativePart(dialect: .openAIResponses, type: "apply_patch_call_output", value: output))
    for message in [Message(role: .tool, content: [part]), Message.user([part]), .assistant([part])] {
      let (body, warnings, _) = try encoded([message])
      #expect(body["input"] == [output] && warnings.isEmpty)
    }
  }
}
