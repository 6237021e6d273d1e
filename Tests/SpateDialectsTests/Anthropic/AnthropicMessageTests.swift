// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Messages of a request in Anthropic's shape.
@Suite struct AnthropicMessageTests {
  private func encoded(_ messages: [Message]) throws -> (body: JSONValue, request: EncodedRequest) {
    let request = ChatRequest(model: "claude-haiku-4-5", messages: messages)
    let encoded = try AnthropicDialect().encode(request, for: .anthropic)
    return (try JSONValue(parsing: encoded.body), encoded)
  }

  /// The content of the one message, and how many warnings there were.
  private func content(_ message: Message, warnings: Int = 0) throws -> JSONValue? {
    let (body, request) = try encoded(message.role == .user ? [message] : ["hi", message])
    #expect(request.warnings.count == warnings)
    return body["messages"]?.array?.last?["content"]
  }

  @Test func theSystemsWordsStandApart() throws {
    #expect(try encoded([.system("s"), "hi"]).body["system"] == "s")
    let cached = Message(role: .system, content: ["a", .cachePoint(CachePoint()), "b"])
    let (body, request) = try encoded([cached, "hi", .system("late")])
    #expect(
      body["system"] == [
        ["type": "text", "text": "a", "cache_control": ["type": "ephemeral"]], ["type": "text", "text": "b"],
        ["type": "text", "text": "late"],
      ])
    #expect(body["messages"] == [["role": "user", "content": "hi"]] && request.warnings.count == 1)
    #expect(throws: SpateError.self) { try encoded([.system("s")]) }
  }

  @Test func imagesAndDocuments() throws {
    var quoted = Media.bytes([0xFF], mediaType: "application/pdf", name: "a.pdf")
    quoted.extra = ["citations": ["enabled": true]]
    let message = Message.user([
      "what?", .image(.url("https://a.example/x.png")), .image(.bytes([1, 2, 3], mediaType: "image/png")),
      .image(.url("data:image/gif;base64,QQ==")), .file(quoted),
      .file(.bytes(Array("é".utf8), mediaType: "text/plain")),
      .file(.url("https://a.example/x.pdf")), .file(.id("file_1")),
    ])
    func image(_ source: JSONValue) -> JSONValue { ["type": "image", "source": source] }
    func document(_ source: JSONValue) -> JSONValue { ["type": "document", "source": source] }
    let (body, request) = try encoded([message])
    #expect(
      body["messages"]?[0]?["content"] == [
        ["type": "text", "text": "what?"], image(["type": "url", "url": "https://a.example/x.png"]),
        image(["type": "base64", "media_type": "image/png", "data": "AQID"]),
        image(["type": "base64", "media_type": "image/gif", "data": "QQ=="]),
        [
          "type": "document", "source": ["type": "base64", "media_type": "application/pdf", "data": "/w=="],
          "title": "a.pdf", "citations": ["enabled": true],
        ], document(["type": "text", "media_type": "text/plain", "data": "é"]),
        document(["type": "url", "url": "https://a.example/x.pdf"]),
        document(["type": "file", "file_id": "file_1"]),
      ])
    // Files by id need their feature switched on.
    #expect(request.fields["anthropic-beta"] == "files-api-2025-04-14")
  }

  @Test func resultsOfOneTurnGoTogether() throws {
    let calls = Message.assistant([
      .toolCall(ToolCall(id: "a", name: "f", arguments: #"{"x":1.0}"#)),
      .toolCall(ToolCall(id: "b.c/d", name: "g", arguments: " ")),
    ])
    let messages: [Message] = [
      "hi", calls, .toolResult(id: "a", "1"), .toolResult(id: "b.c/d", "no", isError: true), "go on",
    ]
    let (body, request) = try encoded(messages)
    #expect(
      body["messages"] == [
        ["role": "user", "content": "hi"],
        [
          "role": "assistant",
          "content": [
            ["type": "tool_use", "id": "a", "name": "f", "input": ["x": .number(JSONNumber(literal: "1.0"))]],
            ["type": "tool_use", "id": "b_c_d", "name": "g", "input": [:]],
          ],
        ],
        [
          "role": "user",
          "content": [
            ["type": "tool_result", "tool_use_id": "a", "content": "1"],
            ["type": "tool_result", "tool_use_id": "b_c_d", "content": "no", "is_error": true],
            ["type": "text", "text": "go on"],
          ],
        ],
      ])
    #expect(request.warnings.isEmpty)
    // Rule T11: numbers keep their text.
    #expect(String(decoding: request.body, as: UTF8.self).contains(#""x":1.0"#))
  }

  @Test func resultsHoldImages() throws {
    let result = ToolResult(callID: "a", content: ["seen", .image(.url("https://a.example/x.png"))])
    let message = Message(role: .tool, content: [.toolResult(result), .cachePoint(CachePoint(lifetime: "5m"))])
    #expect(
      try content(message) == [
        [
          "type": "tool_result", "tool_use_id": "a",
          "content": [
            ["type": "text", "text": "seen"],
            ["type": "image", "source": ["type": "url", "url": "https://a.example/x.png"]],
          ], "cache_control": ["type": "ephemeral", "ttl": "5m"],
        ]
      ])
  }

  // MARK: A model's turn

  @Test func N1_thoughtsGoBackSignedOrNotAtAll() throws {
    let signed = Reasoning(text: "hm", signature: "S+/=", dialect: .anthropic)
    #expect(
      try content(.assistant([.reasoning(signed), "a"])) == [
        ["type": "thinking", "thinking": "hm", "signature": "S+/="], ["type": "text", "text": "a"],
      ])
    let foreign = Reasoning(text: "hm", signature: "S", dialect: .gemini)
    #expect(try content(.assistant([.reasoning(foreign), .reasoning(Reasoning(text: "x")), "a"]), warnings: 1) == "a")
  }

  @Test func N3_redactedThoughtsGoBackAsTheyCame() throws {
    let block: JSONValue = ["type": "redacted_thinking", "data": "E+/="]
    let redacted = Reasoning(text: "", details: block, dialect: .anthropic)
    #expect(try content(.assistant([.reasoning(redacted), "a"])) == [block, ["type": "text", "text": "a"]])
  }

  @Test func foreignPartsAreLeftOutWithAWarning() throws {
    let tool = ProviderTool(id: "s", name: "search", seal: Seal(dialect: .openAIResponses, details: ["a": 1]))
    let parts: [ContentPart] = [
      "a", .providerTool(tool), .native(NativePart(dialect: .gemini, type: "x", value: [:])),
      .image(.bytes([1], mediaType: "image/png")),
      .annotated(AnnotatedText("b", citations: [1], seal: Seal(dialect: .gemini))),
    ]
    #expect(
      try content(.assistant(parts), warnings: 4) == [["type": "text", "text": "a"], ["type": "text", "text": "b"]])
  }

  @Test func emptyWordsAreNotSent() throws {
    #expect(try content(.assistant(["", "a"])) == "a")
    let (body, request) = try encoded(["hi", .assistant("")])
    #expect(body["messages"]?.array?.count == 1 && request.warnings.count == 1)
  }

  @Test func argumentsThatAreNoObject() throws {
    let custom = ToolCall(id: "a", name: "sh", arguments: "ls", isCustom: true)
    #expect(try content(.assistant([.toolCall(custom)]))?[0]?["input"] == ["input": "ls"])
    let broken = ToolCall(id: "a", name: "f", arguments: "{")
    #expect(try content(.assistant([.toolCall(broken)]), warnings: 1)?[0]?["input"] == [:])
  }

  @Test(
    arguments: [
      .user([.audio(.url("https://a.example/a.wav"))]), .user([.image(.bytes([1], mediaType: ""))]),
      .user([.reasoning(Reasoning(text: "hm"))]), .user([.toolCall(ToolCall(id: "a", name: "f", arguments: ""))]),
      Message(role: .system, content: [.image(.url("u"))]), Message(role: .tool, content: ["1"]),
    ] as [Message]) func refusedMessages(_ message: Message)
  {
    let error = #expect(throws: SpateError.self) { try encoded(["hi", message]) }
    #expect(error?.code == .badRequest)
  }
}
