// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Messages of every kind: rules D12, D21, T6.
@Suite struct ChatMessageTests {
  private func encoded(_ messages: [Message], _ quirks: Quirk...) throws -> (JSONValue, [StreamWarning]) {
    var provider = ChatRequestTests.plain
    provider.quirks = Set(quirks)
    let request = try OpenAIChatDialect().encode(ChatRequest(model: "m", messages: messages), for: provider)
    return (try JSONValue(parsing: request.body)["messages"] ?? .null, request.warnings)
  }

  private func expect(
    _ message: Message, _ expected: JSONValue, _ quirk: Quirk = .takesTopK,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (messages, warnings) = try encoded([message], quirk)
    #expect(messages == [expected] && warnings.isEmpty, sourceLocation: sourceLocation)
  }

  @Test func textOfEveryRole() throws {
    try expect(.system("be \"brief\"\n"), ["role": "system", "content": "be \"brief\"\n"])
    try expect("hi \u{0}🙂", ["role": "user", "content": "hi \u{0}🙂"])
    try expect(.assistant("yes"), ["role": "assistant", "content": "yes"])
    try expect(.user(["a", "b"]), ["role": "user", "content": "ab"])
    try expect(.user([]), ["role": "user", "content": ""])
    try expect(
      Message(role: .user, content: ["a"], name: "Ann"), ["role": "user", "content": "a", "name": "Ann"])
    try expect(
      Message(role: .assistant, content: ["a"], name: "Bo"), ["role": "assistant", "content": "a", "name": "Bo"])
  }

  @Test func images() throws {
    let message = Message.user([
      "what?", .image(.url("https://a.example/x.png")),
      .image(.bytes([1, 2, 3], mediaType: "image/png", detail: "low")),
    ])
    let byURL: JSONValue = ["type": "image_url", "image_url": ["url": "https://a.example/x.png"]]
    let byBytes: JSONValue = [
      "type": "image_url", "image_url": ["url": "data:image/png;base64,AQID", "detail": "low"],
    ]
    try expect(message, ["role": "user", "content": [["type": "text", "text": "what?"], byURL, byBytes]])
  }

  @Test func files() throws {
    let message = Message.user([
      .file(.bytes([0xFF], mediaType: "application/pdf", name: "a.pdf")), .file(.url("data:text/plain;base64,QQ==")),
      .file(.url("https://a.example/a.pdf")), .file(.id("file-7")),
    ])
    let parts: [JSONValue] = [
      ["filename": "a.pdf", "file_data": "data:application/pdf;base64,/w=="],
      ["file_data": "data:text/plain;base64,QQ=="], ["file_data": "https://a.example/a.pdf"], ["file_id": "file-7"],
    ]
    try expect(message, ["role": "user", "content": .array(parts.map { ["type": "file", "file": $0] })])
  }

  @Test(arguments: [("audio/wav", "wav"), ("audio/mpeg", "mp3"), ("audio/x-wav", "wav"), ("audio/flac", "flac")])
  func audio(_ type: String, _ format: String) throws {
    let part: JSONValue = ["type": "input_audio", "input_audio": ["data": "AAE=", "format": .string(format)]]
    try expect(.user([.audio(.bytes([0, 1], mediaType: type))]), ["role": "user", "content": [part]])
  }

  @Test func toolCalls() throws {
    let message = Message.assistant([
      .toolCall(ToolCall(id: "a", name: "sum", arguments: #"{"x": 1.0}"#)),
      .toolCall(ToolCall(id: "b", name: "shell", arguments: "ls", isCustom: true)),
    ])
    let calls: JSONValue = [
      ["id": "a", "type": "function", "function": ["name": "sum", "arguments": #"{"x": 1.0}"#]],
      ["id": "b", "type": "custom", "custom": ["name": "shell", "input": "ls"]],
    ]
    try expect(message, ["role": "assistant", "content": nil, "tool_calls": calls])
    let spoken = Message.assistant(["wait"] + message.content)
    try expect(spoken, ["role": "assistant", "content": "wait", "tool_calls": calls])
  }

  @Test(arguments: ["", " ", "\n\t"]) func T6_blankArgumentsAreSentAsAnObject(_ arguments: String) throws {
    let call: JSONValue = ["id": "a", "type": "function", "function": ["name": "now", "arguments": "{}"]]
    try expect(
      .assistant([.toolCall(ToolCall(id: "a", name: "now", arguments: arguments))]),
      ["role": "assistant", "content": nil, "tool_calls": [call]])
  }

  @Test func toolResults() throws {
    try expect(.toolResult(id: "a", "12"), ["role": "tool", "tool_call_id": "a", "content": "12"])
    let both = Message(
      role: .tool,
      content: [
        .toolResult(ToolResult(callID: "a", text: "1")),
        .toolResult(ToolResult(callID: "b", content: ["2", .image(.url("u")), "3"], isError: true)),
      ])
    let (messages, warnings) = try encoded([both])
    #expect(
      messages == [
        ["role": "tool", "tool_call_id": "a", "content": "1"], ["role": "tool", "tool_call_id": "b", "content": "23"],
      ])
    // The image, and that the tool failed.
    #expect(warnings.map(\.code) == [.unsupportedOption, .unsupportedOption])
  }

  @Test func refusals() throws {
    try expect(
      .assistant([.refusal("I "), .refusal("won't")]), ["role": "assistant", "content": nil, "refusal": "I won't"])
    try expect(.assistant([]), ["role": "assistant", "content": ""])
  }

  @Test func D21_reasoningIsSentBackOnlyWhereItIsWanted() throws {
    let details: JSONValue = [["type": "reasoning.encrypted", "data": "x"]]
    let message = Message.assistant([.reasoning(Reasoning(text: "hm", signature: "S", details: details)), "a"])
    try expect(message, ["role": "assistant", "content": "a"])
    try expect(message, ["role": "assistant", "content": "a", "reasoning_content": "hm"], .replaysReasoningContent)
    try expect(message, ["role": "assistant", "content": "a", "reasoning_details": details], .replaysReasoningDetails)
    let plain = Message.assistant([.reasoning(Reasoning(text: "")), "a"])
    try expect(plain, ["role": "assistant", "content": "a"], .replaysReasoningContent)
    try expect(plain, ["role": "assistant", "content": "a"], .replaysReasoningDetails)
  }

  @Test func D12_neighbouringReasoningIsSentBackAsOne() throws {
    let parts: [ContentPart] = [
      .reasoning(Reasoning(text: "h", details: [["data": "1"]])),
      .reasoning(Reasoning(text: "m", details: ["data": "2"])),
      "a",
    ]
    try expect(
      .assistant(parts), ["role": "assistant", "content": "a", "reasoning_content": "hm"], .replaysReasoningContent)
    try expect(
      .assistant(parts), ["role": "assistant", "content": "a", "reasoning_details": [["data": "1"], ["data": "2"]]],
      .replaysReasoningDetails)
  }

  @Test func anAnswerCanBeSentBack() throws {
    let body = stream(
      chunk(#"{"reasoning_content":"hm"}"#), words("a"),
      tool(#""index":0,"id":"c","function":{"name":"f","arguments":""}"#), stop("tool_calls"))
    let call: JSONValue = ["id": "c", "type": "function", "function": ["name": "f", "arguments": "{}"]]
    try expect(
      Decoded(body).answer.message,
      ["role": "assistant", "content": "a", "reasoning_content": "hm", "tool_calls": [call]], .replaysReasoningContent)
  }

  @Test(
    arguments: [
      .user([.toolCall(ToolCall(id: "a", name: "f", arguments: ""))]), .user([.refusal("no")]),
      .user([.reasoning(Reasoning(text: "hm"))]),
      Message(role: .system, content: [.toolResult(ToolResult(callID: "a", text: ""))]),
      .user([.image(.id("i"))]), .assistant([.toolResult(ToolResult(callID: "a", text: ""))]),
      Message(role: .tool, content: ["12"]), .user([.audio(.url("https://a.example/a.wav"))]),
      .user([.image(.bytes([1], mediaType: ""))]), .user([.file(.bytes([1], mediaType: ""))]),
      .user([.audio(.bytes([1], mediaType: ""))]),
    ] as [Message]) func refusedMessages(_ message: Message)
  {
    let error = #expect(throws: SpateError.self) { try encoded(["hi", message]) }
    #expect(error?.code == .badRequest && error?.message.isEmpty == false)
  }
}
