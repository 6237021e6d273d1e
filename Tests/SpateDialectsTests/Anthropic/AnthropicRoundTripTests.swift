// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

private typealias Body = AnthropicBodies

/// What Anthropic says goes back to it as it came, through our vocabulary and through the server's side. Rules N1 to N6.
@Suite struct AnthropicRoundTripTests {
  private static let server = AnthropicDialect().server

  // MARK: Turns

  /// A block of every kind, with opaque bytes.
  private static let blocks: [JSONValue] = [
    ["type": "thinking", "thinking": "h\u{0}m 🙂", "signature": "ErUB+/=="],
    ["type": "thinking", "thinking": "", "signature": "only"],
    ["type": "redacted_thinking", "data": "EmwK+/=="], ["type": "text", "text": "Grüße\n"],
    [
      "type": "text", "text": "cited",
      "citations": [["type": "char_location", "cited_text": "x", "document_index": 0, "file_id": nil]],
    ],
    [
      "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": ["q": 1.0],
      "caller": ["type": "direct"],
    ],
    [
      "type": "web_search_tool_result", "tool_use_id": "srvtoolu_1",
      "content": [["type": "web_search_result", "encrypted_content": "E+/=="]],
    ],
    [
      "type": "tool_use", "id": "toolu_1", "name": "f",
      "input": ["x": .number(JSONNumber(literal: "1e400")), "y": 9_007_199_254_740_993],
      "caller": ["type": "direct"],
    ],
    ["type": "hologram", "data": ["a": [nil, true]]],
  ]

  private func turn(_ blocks: [JSONValue]) throws -> JSONValue? {
    let body = Body.answer(blocks.map(\.description).joined(separator: ","), reason: "tool_use")
    let message = Decoded(body, dialect: AnthropicDialect()).answer.message
    let request = ChatRequest(model: "claude-haiku-4-5", messages: ["hi", message])
    let encoded = try AnthropicDialect().encode(request, for: .anthropic)
    #expect(encoded.warnings.isEmpty)
    return try JSONValue(parsing: encoded.body)["messages"]?[1]?["content"]
  }

  @Test func everyBlockGoesBackAsItCame() throws {
    #expect(try turn(Self.blocks) == .array(Self.blocks))
  }

  @Test(arguments: SeededRandom.seeds(100)) func blocksInAnyOrderGoBackAsTheyCame(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    // One text by itself is sent in short.
    var blocks = (0..<Int.random(in: 2...9, using: &random)).map { index -> JSONValue in
      var block = Self.blocks.randomElement(using: &random)?.object ?? [:]
      if block["id"] != nil { block["id"] = .string("id_\(index)") }
      return .object(block)
    }
    blocks.append(["type": "redacted_thinking", "data": .string("\(seed)")])
    #expect(try turn(blocks) == .array(blocks), "seed \(seed)")
  }

  // MARK: Requests through the server's side

  private func read(_ body: [UInt8]) throws -> ChatRequest {
    try #require(Self.server).read(ServedRequest(path: "/v1/messages", body: body))
  }

  @Test func aRequestIsReadAndWrittenAgain() throws {
    var tool = Tool(name: "f", description: "d", parameters: ["type": "object"], isStrict: true)
    tool.cachePoint = CachePoint(lifetime: "1h")
    let search = Tool.provider(["type": "web_search_20250305", "name": "web_search"], dialect: .anthropic)
    let body = Body.answer(Self.blocks.map(\.description).joined(separator: ","), reason: "tool_use")
    let messages: [Message] = [
      Message(role: .system, content: ["s", .cachePoint(CachePoint())]),
      .user(["hi", .image(.bytes([1, 2], mediaType: "image/png")), .file(.id("file_1", name: "a"))]),
      Decoded(body, dialect: AnthropicDialect()).answer.message, .toolResult(id: "toolu_1", "1", isError: true), "on",
    ]
    let options = ChatOptions(
      temperature: 1, maxTokens: 9000, stop: ["x"], reasoning: .low, toolChoice: .auto, parallelTools: false, user: "u",
      extra: ["service_tier": "auto"])
    let request = ChatRequest(model: "claude-sonnet-4-5", messages: messages, tools: [tool, search], options: options)
    let first = try AnthropicDialect().encode(request, for: .anthropic)
    let again = try AnthropicDialect().encode(read(first.body), for: .anthropic)
    #expect(try JSONValue(parsing: again.body) == JSONValue(parsing: first.body))
    let read = try read(first.body)
    #expect(read.messages.map(\.role) == [.system, .user, .assistant, .tool, .user])
    #expect(read.tools == [tool, search] && read.options.parallelTools == false && read.options.user == "u")
    #expect(read.options.reasoningBudget == 2048 && read.options.maxTokens == 9000)
  }

  @Test(arguments: [
    ("{", "JSON"), ("[]", "object"), (#"{"max_tokens":1,"messages":[{"role":"user","content":"a"}]}"#, "model"),
    (#"{"model":"m","messages":[{"role":"user","content":"a"}]}"#, "max_tokens"),
    (#"{"model":"m","max_tokens":1,"messages":[]}"#, "messages"),
    (#"{"model":"m","max_tokens":1,"messages":[{"role":"king","content":"a"}]}"#, "messages.0.role"),
    (#"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "messages.0.content.0"),
    (#"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}],"tools":[{"name":"f"}]}"#, "tools.0"),
  ]) func wrongRequestsSayWhatIsWrong(_ body: String, _ word: String) {
    let error = #expect(throws: SpateError.self) { try read(Array(body.utf8)) }
    #expect(error?.code == .badRequest && error?.message.contains(word) == true, "\(error?.message ?? "")")
  }

  // MARK: Events to bytes to events

  private static let start = ResponseStart(id: "m1", model: "claude")

  private func streamed(_ events: [StreamEvent]) throws -> Decoded {
    let request = ChatRequest(model: "claude", messages: ["hi"])
    var writer = try #require(Self.server).writer(for: request, start: Self.start)
    return Decoded([events.flatMap { writer.bytes(of: $0) }], dialect: AnthropicDialect())
  }

  private func whole(_ events: [StreamEvent]) throws -> Decoded {
    let request = ChatRequest(model: "claude", messages: ["hi"])
    return Decoded([try #require(Self.server).document(of: events, for: request)], dialect: AnthropicDialect())
  }

  /// An answer of random blocks, as the decoder gives it.
  private func randomEvents(_ seed: UInt64) -> [StreamEvent] {
    var random = SeededRandom(seed: seed)
    let words = ["a", "Grüße", "🙂", "\"\\\n\u{0}", " ", "\u{2028}", "data: [DONE]", "\u{FEFF}", "e\u{301}"]
    func word() -> String { words.randomElement(using: &random) ?? "a" }
    var events: [StreamEvent] = [.start(Self.start)]
    var calls: [ToolCall] = []
    for block in 0..<Int32.random(in: 0...8, using: &random) {
      let seal = Seal(dialect: .anthropic, signature: word())
      switch Int.random(in: 0..<7, using: &random) {
      case 0:
        for _ in 0..<Int.random(in: 1...3, using: &random) { events.append(.text(TextDelta(word(), block: block))) }
        let native: JSONValue = ["type": "char_location", "cited_text": .string(word()), "document_title": "t"]
        events.append(.source(Source(title: "t", native: native, dialect: .anthropic, block: block)))
      case 1: events.append(.text(TextDelta(word(), block: block)))
      case 2:
        events.append(.reasoning(TextDelta(word(), block: block)))
        events.append(.reasoningDetail(BlockSeal(seal, block: block)))
      case 3:
        let details: JSONValue = ["type": "redacted_thinking", "data": .string(word())]
        events.append(.reasoningDetail(BlockSeal(Seal(dialect: .anthropic, details: details), block: block)))
      case 4:
        let value: JSONValue = ["type": "hologram", "data": .string(word())]
        events.append(.part(WholePart(.native(NativePart(dialect: .anthropic, type: "hologram", value: value)))))
      case 5:
        let id = "s\(block)"
        let input: JSONValue = ["q": .string(word())]
        let call: JSONValue = ["type": "server_tool_use", "id": .string(id), "name": "search", "input": input]
        events.append(.providerToolStart(ToolInputStart(index: block, id: id, name: "search")))
        events.append(
          .providerTool(
            ProviderTool(
              id: id, name: "search", input: input.description, seal: Seal(dialect: .anthropic, details: call))))
      default:
        let index = Int32(calls.count)
        let call = ToolCall(id: "t\(index)", name: "f", arguments: #"{"x":[1,2]}"#)
        calls.append(call)
        events.append(.toolInputStart(ToolInputStart(index: index, id: call.id, name: call.name)))
        for piece in [#"{"x":"#, "[1,", "2]}"] {
          events.append(.toolInputDelta(ToolInputDelta(index: index, arguments: piece)))
        }
      }
    }
    let usage = Usage(input: 3, output: 2, cachedInput: 1, cacheWrite: 4, reasoning: 1)
    events += calls.map(StreamEvent.toolCall)
    return events + [.usage(usage), .finish(Finish(reason: calls.isEmpty ? .stop : .toolCalls, native: nil))]
  }

  @Test(arguments: SeededRandom.seeds(150)) func N4_eventsToBytesToEvents(_ seed: UInt64) throws {
    let events = randomEvents(seed)
    let decoded = try streamed(events)
    // Counts at the beginning are the server's own, and the reason gets its word.
    let common = { (events: [StreamEvent]) in
      events.filter { if case .usage = $0 { false } else if case .finish = $0 { false } else { true } }
    }
    let isSame = common(decoded.events) == common(events)
    #expect(isSame && decoded.failure == nil, "seed \(seed)")
    let usage = decoded.answer.usage
    #expect(usage?.input == 3 && usage?.output == 2 && usage?.cachedInput == 1 && usage?.cacheWrite == 4)
    #expect(usage?.reasoning == 1)
  }

  @Test(arguments: SeededRandom.seeds(150)) func N4_eventsToAWholeAnswerToEvents(_ seed: UInt64) throws {
    let events = randomEvents(seed)
    let streamed = try streamed(events).answer
    let whole = try whole(events).answer
    let isSame = streamed.message == whole.message
    #expect(isSame && streamed.finish == whole.finish, "seed \(seed)")
    #expect(streamed.usage?.buckets == whole.usage?.buckets)
    #expect(streamed.text == whole.text && streamed.sources == whole.sources, "seed \(seed)")
  }

  @Test func interleavedCallsStayApart() throws {
    let events: [StreamEvent] = [
      .start(Self.start), .toolInputStart(ToolInputStart(index: 0, id: "a", name: "f")),
      .toolInputDelta(ToolInputDelta(index: 0, arguments: "{")),
      .toolInputStart(ToolInputStart(index: 1, id: "b", name: "g")),
      .toolInputDelta(ToolInputDelta(index: 1, arguments: "{}")),
      .toolInputDelta(ToolInputDelta(index: 0, arguments: "}")),
      .finish(Finish(reason: .toolCalls, native: nil)),
    ]
    #expect(try streamed(events).answer.toolCalls.map(\.arguments) == ["{}", "{}"])
  }

  @Test(arguments: [
    (FinishReason.stop, "end_turn"), (.length, "max_tokens"), (.toolCalls, "tool_use"), (.refusal, "refusal"),
    (.contentFilter, "refusal"), (.pause, "pause_turn"), (.unknown, "end_turn"),
  ]) func finishWords(_ reason: FinishReason, _ word: String) throws {
    let events: [StreamEvent] = [.start(Self.start), .finish(Finish(reason: reason, native: nil))]
    #expect(try streamed(events).answer.nativeFinish == word && whole(events).answer.nativeFinish == word)
  }

  @Test func aRefusalHasItsWordsBesideTheReason() throws {
    let events: [StreamEvent] = [
      .start(Self.start), .refusal(TextDelta("No")), .refusal(TextDelta(".")),
      .finish(Finish(reason: .stop, native: nil)),
    ]
    for answer in [try streamed(events).answer, try whole(events).answer] {
      #expect(answer.refusal == "No." && answer.finish == .refusal && answer.text.isEmpty)
    }
  }

  @Test func C11_anErrorInsideAStreamIsReadAsOne() throws {
    let request = ChatRequest(model: "claude", messages: ["hi"])
    var writer = try #require(Self.server).writer(for: request, start: Self.start)
    var bytes = writer.bytes(of: .text(TextDelta("half")))
    bytes += writer.bytes(of: ServedFailure(status: 529, message: "busy"))
    let decoded = Decoded([bytes], dialect: AnthropicDialect())
    #expect(decoded.failure?.code == .overloaded && decoded.failure?.message == "busy" && decoded.answer.text == "half")
  }

  @Test(arguments: [400, 401, 402, 403, 404, 413, 429, 500, 503, 504, 529]) func errorBodies(_ status: Int) throws {
    let body = try #require(Self.server).body(of: ServedFailure(status: status))
    let failure = Decoded([body], context: ResponseContext(status: status), dialect: AnthropicDialect()).failure
    let chat = OpenAIChatDialect().server?.body(of: ServedFailure(status: status)) ?? []
    let other = Decoded([chat], context: ResponseContext(status: status)).failure
    #expect(failure?.status == status && failure?.code == other?.code && failure?.message.isEmpty == false)
  }
}
