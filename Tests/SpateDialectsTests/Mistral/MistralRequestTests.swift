// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@Suite struct MistralRequestTests {
  private static let dialect = MistralDialect()
  private static let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "string"]]]

  private func encode(_ request: ChatRequest) throws -> (body: JSONValue, warnings: [String]) {
    let encoded = try Self.dialect.encode(request, for: .mistral)
    #expect(encoded.path == "/v1/chat/completions" && encoded.method == "POST")
    return (try JSONValue(parsing: encoded.body), encoded.warnings.map(\.message))
  }

  private func messages(_ messages: Message...) throws -> (list: JSONValue?, warnings: [String]) {
    let encoded = try encode(ChatRequest(model: "m", messages: messages))
    return (encoded.body["messages"], encoded.warnings)
  }

  @Test func everyOption() throws {
    let options = ChatOptions(
      temperature: 0.5, topP: 0.9, topK: 40, maxTokens: 7, stop: ["x"], seed: 3, n: 2, presencePenalty: 0.25,
      frequencyPenalty: 0.5, logprobs: true, topLogprobs: 2, reasoning: .high,
      responseFormat: .schema(name: "s", Self.schema), toolChoice: .required, parallelTools: false,
      metadata: ["a": "b"], extra: ["safe_prompt": true])
    let tools = [
      Tool(name: "f", description: "d", parameters: Self.schema),
      .provider(["type": "web_search"], dialect: .mistral),
    ]
    let encoded = try encode(ChatRequest(model: "m", messages: [.system("s"), "hi"], tools: tools, options: options))
    let definition: JSONValue = [
      "type": "function", "function": ["name": "f", "description": "d", "parameters": Self.schema],
    ]
    #expect(
      encoded.body == [
        "model": "m", "messages": [["role": "system", "content": "s"], ["role": "user", "content": "hi"]],
        "stream": true, "temperature": 0.5, "top_p": 0.9, "top_k": 40, "max_tokens": 7, "stop": ["x"],
        "random_seed": 3, "n": 2, "presence_penalty": 0.25, "frequency_penalty": 0.5, "logprobs": true,
        "top_logprobs": 2, "reasoning_effort": "high",
        "response_format": [
          "type": "json_schema", "json_schema": ["name": "s", "schema": Self.schema, "strict": true],
        ], "tools": [definition, ["type": "web_search"]], "tool_choice": "required", "parallel_tool_calls": false,
        "metadata": ["a": "b"], "safe_prompt": true,
      ])
    #expect(encoded.warnings.isEmpty)
  }

  /// Mistral refuses fields that it does not know: none of OpenAI's others may come through.
  @Test func whatItDoesNotTakeIsSaid() throws {
    let options = ChatOptions(
      user: "u", streamUsage: true, reasoningBudget: 9, showsReasoning: false, store: true, previousResponse: "r",
      isBackground: true, betas: ["b"])
    let tools: [Tool] = [.custom(name: "c"), .provider(["type": "web"], dialect: .openAIChat)]
    let message = Message(role: .user, content: ["hi"], name: "n")
    let encoded = try encode(ChatRequest(model: "m", messages: [message], tools: tools, options: options))
    #expect(encoded.body == ["model": "m", "messages": [["role": "user", "content": "hi"]], "stream": true])
    let words = [
      "names of speakers", "user", "store", "free text such as c", "web of the dialect openai-chat", "reasoningBudget",
      "showsReasoning", "previousResponse", "isBackground", "betas",
    ]
    #expect(encoded.warnings.count == words.count)
    for (warning, word) in zip(encoded.warnings, words) { #expect(warning.contains(word)) }
  }

  @Test func mediaInItsOwnShapes() throws {
    let written = try messages(
      .user([
        "look", .image(.bytes([1, 2, 3], mediaType: "image/png")), .image(.url("u", detail: "low")),
        .file(.url("https://a.example/x.pdf", name: "x")), .file(.id("f1")),
        .audio(.bytes([1, 2, 3], mediaType: "audio/wav")), .audio(.url("https://a.example/x.mp3")),
      ]))
    #expect(
      written.list?[0]?["content"] == [
        ["type": "text", "text": "look"], ["type": "image_url", "image_url": "data:image/png;base64,AQID"],
        ["type": "image_url", "image_url": ["url": "u", "detail": "low"]],
        ["type": "document_url", "document_url": "https://a.example/x.pdf", "document_name": "x"],
        ["type": "file", "file_id": "f1"], ["type": "input_audio", "input_audio": "AQID"],
        ["type": "input_audio", "input_audio": "https://a.example/x.mp3"],
      ])
    #expect(throws: SpateError.self) { try messages(.user([.image(.id("i"))])) }
    #expect(throws: SpateError.self) { try messages(.user([.audio(.id("i"))])) }
  }

  @Test func D22_idsOfOthersBecomeItsOwnAndStayTheSame() throws {
    let foreign = "call_Abc-123456789"
    let odd = ToolCall(id: "chatcmpl-tool-1", name: "g", arguments: "", seal: Seal(dialect: .mistral))
    let written = try messages(
      .assistant([
        .toolCall(ToolCall(id: foreign, name: "f", arguments: "{}")), .toolCall(odd),
        .toolCall(ToolCall(id: "yBvJuId6u", name: "h", arguments: "ls", isCustom: true)),
      ]), .toolResult(id: foreign, "1", name: "f"), .toolResult(id: "chatcmpl-tool-1", "2"),
      .toolResult(id: "yBvJuId6u", "3"))
    let calls = try #require(written.list?[0]?["tool_calls"]?.array)
    let ids = calls.compactMap { $0["id"]?.string }
    #expect(ids.map(\.count) == [9, 15, 9] && Array(ids.dropFirst()) == ["chatcmpl-tool-1", "yBvJuId6u"])
    #expect((1...3).map { written.list?[$0]?["tool_call_id"]?.string } == ids)
    #expect(calls.map { $0["function"]?["arguments"] } == ["{}", "{}", #"{"input":"ls"}"#])
    // Also where the call is not in the conversation.
    #expect(try messages(.toolResult(id: foreign, "1")).list?[0]?["tool_call_id"]?.string == ids[0])
  }

  @Test func whatOthersSealedIsSaidToBeLeftOut() throws {
    let seal = Seal(dialect: .anthropic, signature: "s")
    let written = try messages(
      .assistant([
        .reasoning(Reasoning(text: "hm", seal: seal)),
        .annotated(AnnotatedText("a", citations: [["x": 1]], seal: seal)), .refusal("no"),
        .native(NativePart(dialect: .anthropic, type: "t", value: [:])),
        .providerTool(ProviderTool(id: "p", name: "search", seal: seal)), .cachePoint(CachePoint()), .image(.url("u")),
      ]))
    #expect(written.list == [["role": "assistant", "content": "ano"]])
    #expect(written.warnings.count == 6)
  }

  /// Decoded from the wire and encoded again, a turn is what it was: thoughts, signature, references, ids.
  @Test func N4_aTurnGoesBackAsItCame() throws {
    let turns = [
      #"{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}],"signature":"s+/=","closed":true},{"type":"text","text":"a"},{"type":"reference","reference_ids":[1]},{"type":"text","text":"b"}]}"#,
      #"{"role":"assistant","content":"","tool_calls":[{"id":"yBvJuId6u","type":"function","function":{"name":"f","arguments":"{\"a\": 1.0}"}}]}"#,
      #"{"role":"assistant","content":"a","tool_calls":[{"id":"chatcmpl-tool-1","type":"function","function":{"name":"f","arguments":"{}"}}]}"#,
    ]
    for turn in turns {
      let turnOf = Decoded(answer(turn), dialect: Self.dialect).answer.message
      let written = try messages(turnOf)
      #expect(written.list?[0]?.description == turn && written.warnings.isEmpty)
    }
  }
}
