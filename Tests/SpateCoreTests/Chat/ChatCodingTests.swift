// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is written can be read again: conversations are kept in files.
@Suite struct ChatCodingTests {
  private func same<Value: Codable & Equatable>(
    _ value: Value, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let data = try JSONEncoder().encode(value)
    let isSame = try JSONDecoder().decode(Value.self, from: data) == value
    #expect(isSame, "\(String(decoding: data, as: UTF8.self))", sourceLocation: sourceLocation)
  }

  private static let call = ToolCall(
    id: "a", name: "sum", arguments: #"{"x": 1.0"#, isCustom: true, isComplete: false, choice: 2)

  private static let parts: [ContentPart] = [
    .text("Grüße 🙂\n"), .image(.url("https://a.example", detail: "low")),
    .image(.bytes([0, 255], mediaType: "image/png")), .file(.bytes([], mediaType: "application/pdf", name: "a.pdf")),
    .audio(.url("u", mediaType: "audio/wav")), .refusal("no"), .toolCall(call),
    .reasoning(Reasoning(text: "hm", signature: "S", details: [["a": nil]])),
    .annotated(AnnotatedText("a", citations: [["u": 1]], seal: Seal(dialect: .gemini, signature: "S"))),
    .image(.id("file-1")), .cachePoint(CachePoint(lifetime: "1h")),
    .providerTool(
      ProviderTool(id: "s", name: "search", input: "{}", output: [1], isError: true, seal: Seal(details: ["a": 1]))),
    .native(NativePart(dialect: .anthropic, type: "x", value: ["a": nil])),
    .toolResult(ToolResult(callID: "a", name: "f", content: ["x", .image(.url("u"))], isError: true)),
  ]

  @Test(arguments: parts) func contentParts(_ part: ContentPart) throws { try same(part) }

  @Test func messages() throws {
    try same(Message(role: .assistant, content: Self.parts, name: "Bo"))
    try same([Message.system("s"), "u", .assistant("a"), .toolResult(id: "a", "1")])
  }

  @Test func tools() throws {
    try same(Tool(name: "f"))
    try same(Tool(name: "f", description: "d", parameters: ["type": "object", "n": 1.5], isStrict: false))
    try same(Tool.custom(name: "patch", format: ["type": "text"]))
    var search = Tool.provider(["type": "web_search_1", "name": "web_search"], dialect: .anthropic)
    search.cachePoint = CachePoint()
    try same(search)
    #expect(search.name == "web_search")
    for choice in [ToolChoice.auto, .none, .required, .tool("f")] { try same(choice) }
  }

  @Test func options() throws {
    try same(ChatOptions())
    try same(
      ChatOptions(
        temperature: 0.1, topP: 1, topK: 2, maxTokens: .max, stop: ["a"], seed: .min, n: 3, presencePenalty: -2,
        frequencyPenalty: 2, logprobs: false, topLogprobs: 1, reasoning: .high,
        responseFormat: .schema(name: "s", ["a": []], isStrict: false), toolChoice: .tool("f"), parallelTools: true,
        user: "u", metadata: ["a": "b"], streamUsage: false, extra: ["x": ["y": nil]]))
    for format in [ResponseFormat.text, .json, .schema(name: "s", [:])] { try same(format) }
  }

  @Test func requests() throws {
    try same(ChatRequest(model: "m", messages: ["hi"]))
    try same(
      ChatRequest(model: "m", messages: [], tools: [Tool(name: "f")], options: ChatOptions(n: 2), isStream: false))
  }

  @Test func usage() throws {
    var usage = Usage(
      input: 1, output: 2, cachedInput: 3, cacheWrite: 4, reasoning: 5, reportedCost: 0.25, native: ["a": 1])
    usage.buckets.textOutput = 7
    try same(usage)
    try same(Usage())
  }

  @Test func words() throws {
    let reasons: [FinishReason] = [.stop, .length, .toolCalls, .contentFilter, .refusal, .pause, .error, .unknown]
    for reason in reasons { try same([reason]) }
    let outcomes: [Outcome] = [
      .complete, .limited, .refused, .filtered, .paused, .cut, .cancelled, .timedOut, .failed,
    ]
    for outcome in outcomes { try same([outcome]) }
    #expect(reasons.map(\.rawValue).contains("tool_calls") && Outcome.timedOut.rawValue == "timeout")
  }

  @Test(arguments: ["null", "true", "-12", "1.5", "\"é\"", "[1,[],{}]", "{\"a\":{\"b\":[null,\"x\"]}}"])
  func jsonValues(_ text: String) throws {
    try same([JSONValue(parsing: text)])
  }

  @Test func formOfAPart() throws {
    let data = try JSONEncoder().encode(ContentPart.text("a"))
    #expect(try JSONValue(parsing: Array(data)) == ["type": "text", "text": "a"])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ContentPart.self, from: Data(#"{"type":"hologram"}"#.utf8))
    }
  }
}
