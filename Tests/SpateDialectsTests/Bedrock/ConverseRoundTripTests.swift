// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

private typealias Body = BedrockBodies

/// What Converse says goes back to it as it came, through our vocabulary and through the server's side. Rules N1 to N6.
@Suite struct ConverseRoundTripTests {
  private static let server = BedrockConverseDialect().server

  // MARK: Turns

  /// A block of every kind, with opaque bytes.
  private static let blocks: [JSONValue] = [
    ["reasoningContent": ["reasoningText": ["text": "h\u{0}m 🙂", "signature": "ErUB+/=="]]],
    ["reasoningContent": ["reasoningText": ["text": "", "signature": "only"]]],
    ["reasoningContent": ["redactedContent": "RXRr+/=="]], ["text": "Grüße\n"],
    [
      "citationsContent": [
        "content": [["text": "cited"]], "citations": [["title": "t", "location": ["web": ["url": "u"]]]],
      ]
    ],
    ["citationsContent": ["citations": [["location": ["web": ["domain": "d", "url": "u"]]]]]],
    ["toolUse": ["toolUseId": "s_1", "name": "nova_grounding", "input": ["q": 1.0], "type": "server_tool_use"]],
    [
      "toolResult": [
        "toolUseId": "s_1", "content": [["text": "[HIDDEN]"]], "status": "success", "type": "nova_grounding_result",
      ]
    ],
    [
      "toolUse": [
        "toolUseId": "tooluse_1", "name": "f",
        "input": ["x": .number(JSONNumber(literal: "1e400")), "y": 9_007_199_254_740_993], "type": "tool_use",
      ]
    ],
    ["hologram": ["a": [nil, true]]],
  ]

  private func turn(_ blocks: [JSONValue]) throws -> JSONValue? {
    let body = Body.answer(blocks.map(\.description).joined(separator: ","), reason: "tool_use")
    let message = Decoded(body, dialect: BedrockConverseDialect()).answer.message
    let request = ChatRequest(model: "anthropic.claude-haiku-4-5", messages: ["hi", message])
    let encoded = try BedrockConverseDialect().encode(request, for: .bedrock)
    #expect(encoded.warnings.isEmpty)
    return try JSONValue(parsing: encoded.body)["messages"]?[1]?["content"]
  }

  @Test func everyBlockGoesBackAsItCame() throws {
    #expect(try turn(Self.blocks) == .array(Self.blocks))
  }

  @Test(arguments: SeededRandom.seeds(100)) func blocksInAnyOrderGoBackAsTheyCame(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var blocks = (0..<Int.random(in: 1...9, using: &random)).map { index -> JSONValue in
      var block = Self.blocks.randomElement(using: &random)?.object ?? [:]
      if var use = block["toolUse"]?.object {
        use["toolUseId"] = .string("id_\(index)")
        block["toolUse"] = .object(use)
      }
      return .object(block)
    }
    // Their order is known once one of them is no plain text.
    blocks.append(["reasoningContent": ["redactedContent": .string("\(seed)")]])
    #expect(try turn(blocks) == .array(blocks), "seed \(seed)")
  }

  // MARK: Requests through the server's side

  private func read(_ body: [UInt8], path: String = "/model/anthropic.claude%3A0/converse") throws -> ChatRequest {
    try #require(Self.server).read(ServedRequest(path: path, body: body))
  }

  @Test func aRequestIsReadAndWrittenAgain() throws {
    var tool = Tool(name: "f", description: "d", parameters: ["type": "object"], isStrict: true)
    tool.cachePoint = CachePoint(lifetime: "1h")
    let search = Tool.provider(["systemTool": ["name": "nova_grounding"]], dialect: .bedrockConverse)
    let body = Body.answer(Self.blocks.map(\.description).joined(separator: ","), reason: "tool_use")
    let guarded = NativePart(
      dialect: .bedrockConverse, type: "guardContent", value: ["guardContent": ["text": ["text": "g"]]])
    var file = Media.bytes([3], mediaType: "application/pdf", name: "a")
    file.extra = ["citations": ["enabled": true], "context": "c"]
    var stored = Media.url("s3://b/x.mp4", mediaType: "video/mp4")
    stored.extra = ["bucketOwner": "123456789012"]
    let messages: [Message] = [
      Message(role: .system, content: ["s", .cachePoint(CachePoint()), .native(guarded)]),
      .user(["hi", .image(.bytes([1, 2], mediaType: "image/png")), .file(file), .file(stored), .native(guarded)]),
      Decoded(body, dialect: BedrockConverseDialect()).answer.message,
      .toolResult(id: "tooluse_1", "1", isError: true), .user(["on", .cachePoint(CachePoint())]),
    ]
    let options = ChatOptions(
      temperature: 1, topP: 0.5, maxTokens: 9000, stop: ["x"], reasoning: .low,
      responseFormat: .schema(name: "n", ["type": "object"]), toolChoice: .auto, metadata: ["a": "b"],
      extra: ["guardrailConfig": ["guardrailIdentifier": "g", "guardrailVersion": "1"]])
    let request = ChatRequest(
      model: "anthropic.claude-sonnet-4-5:0", messages: messages, tools: [tool, search], options: options)
    let first = try BedrockConverseDialect().encode(request, for: .bedrock)
    #expect(first.warnings.isEmpty)
    let read = try read(first.body, path: first.path)
    let again = try BedrockConverseDialect().encode(read, for: .bedrock)
    #expect(try JSONValue(parsing: again.body) == JSONValue(parsing: first.body))
    #expect(again.path == first.path && again.warnings.isEmpty)
    #expect(read.messages.map(\.role) == [.system, .user, .assistant, .tool, .user])
    #expect(read.tools.map(\.name) == ["f", "nova_grounding"] && read.tools.first == tool)
    #expect(
      read.options.reasoningBudget == 2048 && read.options.maxTokens == 9000 && read.options.metadata == ["a": "b"])
    #expect(read.isStream && read.model == request.model && read.messages[1].content[2] == .file(file))
  }

  @Test(arguments: [
    ("{", "JSON"), ("[]", "object"), ("{}", "messages"), (#"{"messages":[]}"#, "messages"),
    (#"{"messages":[{"role":"king","content":[]}]}"#, "messages.0.role"),
    (#"{"messages":[{"role":"user","content":"a"}]}"#, "messages.0.content"),
    (#"{"messages":[{"role":"user","content":[{"text":7}]}]}"#, "messages.0.content.0"),
    (#"{"messages":[{"role":"user","content":[{"text":"a","image":{}}]}]}"#, "messages.0.content.0"),
    (#"{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"maxTokens":0}}"#, "maxTokens"),
    (#"{"messages":[{"role":"user","content":[{"text":"a"}]}],"toolConfig":{"tools":[{"toolSpec":{}}]}}"#, "tools.0"),
  ]) func wrongRequestsSayWhatIsWrong(_ body: String, _ word: String) {
    let error = #expect(throws: SpateError.self) { try read(Array(body.utf8)) }
    #expect(error?.code == .badRequest && error?.message.contains(word) == true, "\(error?.message ?? "")")
  }

  @Test func pathsThatAreServed() throws {
    func served(_ method: String, _ path: String) -> String? {
      Dialects.builtIn.server(for: ServedRequest(method: method, path: path, body: []))?.idPrefix
    }
    #expect(served("POST", "/model/a.b%3A0/converse") == "bedrock-")
    #expect(served("POST", "/v1/model/a/converse-stream") == "bedrock-")
    #expect(served("POST", "/model/a/invoke") == "msg_bdrk_")
    #expect(served("POST", "/model/a/invoke-with-response-stream") == "msg_bdrk_")
    #expect(served("GET", "/model/a/converse") == nil && served("POST", "/model/a/count-tokens") == nil)
    #expect(served("POST", "/models/a/converse") == nil && served("POST", "/model/%zz/converse") == nil)
  }

  // MARK: Events to bytes to events

  private func streamed(_ events: [StreamEvent]) throws -> Decoded {
    let request = ChatRequest(model: "claude", messages: ["hi"])
    var writer = try #require(Self.server).writer(for: request, start: ResponseStart())
    return Decoded([events.flatMap { writer.bytes(of: $0) }], dialect: BedrockConverseDialect())
  }

  private func whole(_ events: [StreamEvent]) throws -> Decoded {
    let request = ChatRequest(model: "claude", messages: ["hi"])
    return Decoded([try #require(Self.server).document(of: events, for: request)], dialect: BedrockConverseDialect())
  }

  /// An answer of random blocks, as the decoder gives it.
  private func randomEvents(_ seed: UInt64) -> [StreamEvent] {
    var random = SeededRandom(seed: seed)
    let words = ["a", "Grüße", "🙂", "\"\\\n\u{0}", " ", "\u{2028}", "data: [DONE]", "\u{FEFF}", "e\u{301}"]
    func word() -> String { words.randomElement(using: &random) ?? "a" }
    var events: [StreamEvent] = [.start(ResponseStart())]
    var calls: [ToolCall] = []
    for block in 0..<Int32.random(in: 0...8, using: &random) {
      let seal = Seal(dialect: .bedrockConverse, signature: word())
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        for _ in 0..<Int.random(in: 1...3, using: &random) { events.append(.text(TextDelta(word(), block: block))) }
        let native: JSONValue = ["title": "t", "sourceContent": [["text": .string(word())]]]
        events.append(.textDetail(BlockSeal(Seal(dialect: .bedrockConverse), block: block)))
        events.append(.source(Source(title: "t", native: native, dialect: .bedrockConverse, block: block)))
      case 1: events.append(.text(TextDelta(word(), block: block)))
      case 2:
        events.append(.reasoning(TextDelta(word(), block: block)))
        events.append(.reasoningDetail(BlockSeal(seal, block: block)))
      case 3:
        let details: JSONValue = ["reasoningContent": ["redactedContent": .string(word())]]
        events.append(.reasoningDetail(BlockSeal(Seal(dialect: .bedrockConverse, details: details), block: block)))
      case 4:
        let value: JSONValue = ["hologram": ["data": .string(word())]]
        let native = NativePart(dialect: .bedrockConverse, type: "hologram", value: value)
        events.append(.part(WholePart(.native(native))))
      case 5:
        let id = "s\(block)"
        let input: JSONValue = ["q": .string(word())]
        let use: JSONValue = ["toolUseId": .string(id), "name": "find", "input": input, "type": "server_tool_use"]
        events.append(.providerToolStart(ToolInputStart(index: block, id: id, name: "find")))
        events.append(
          .providerTool(
            ProviderTool(
              id: id, name: "find", input: input.description,
              seal: Seal(dialect: .bedrockConverse, details: ["toolUse": use]))))
      case 6: events.append(.part(WholePart(.image(.bytes([UInt8(block), 1, 2], mediaType: "image/webp")))))
      default:
        let call = ToolCall(id: "c\(block)", name: "f", arguments: #"{"w":\#(JSONValue.string(word()))}"#)
        let index = Int32(calls.count)
        events.append(.toolInputStart(ToolInputStart(index: index, id: call.id, name: call.name)))
        events.append(.toolInputDelta(ToolInputDelta(index: index, arguments: call.arguments)))
        calls.append(call)
      }
    }
    let usage = Usage(input: 3, output: 5, cachedInput: seed % 2 == 0 ? 2 : nil, cacheWrite: 1)
    let reasons: [(FinishReason, String)] = [
      (.stop, "end_turn"), (.stop, "stop_sequence"), (.toolCalls, "tool_use"), (.length, "max_tokens"),
      (.contentFilter, "content_filtered"), (.length, "model_context_window_exceeded"),
    ]
    let (reason, word) = reasons.randomElement(using: &random) ?? (.stop, "end_turn")
    events.append(.usage(usage))
    for var call in calls {
      call.isComplete = reason == .stop || reason == .toolCalls
      events.append(.toolCall(call))
    }
    let metadata: JSONObject = ["metrics": ["latencyMs": 3], "additionalModelResponseFields": ["x": 1]]
    events.append(.finish(Finish(reason: reason, native: word, metadata: metadata)))
    return events
  }

  /// Events whose form is not in question: the counts with what else the provider says of them.
  private func comparable(_ events: [StreamEvent]) -> [StreamEvent] {
    events.filter { if case .usage = $0 { false } else { true } }
  }

  @Test(arguments: SeededRandom.seeds(200)) func N4_eventsToBytesToEvents(_ seed: UInt64) throws {
    let events = randomEvents(seed)
    let decoded = try streamed(events)
    let isSame = comparable(decoded.events) == comparable(events)
    #expect(isSame && decoded.failure == nil, "seed \(seed)")
    let usage = decoded.answer.usage
    #expect(usage?.input == 3 && usage?.output == 5 && usage?.cachedInput == (seed % 2 == 0 ? 2 : nil), "seed \(seed)")
    #expect(usage?.cacheWrite == 1, "seed \(seed)")
  }

  /// Rule D16 from the other side: the whole answer that is built of the same events is read as the same.
  @Test(arguments: SeededRandom.seeds(200)) func N4_eventsToAWholeAnswerToEvents(_ seed: UInt64) throws {
    let events = randomEvents(seed)
    let (one, other) = (try streamed(events).answer, try whole(events).answer)
    #expect(one.message == other.message && one.usage == other.usage, "seed \(seed)")
    #expect(one.metadata == other.metadata && one.nativeFinish == other.nativeFinish, "seed \(seed)")
    #expect(one.sources == other.sources && one.toolCalls == other.toolCalls, "seed \(seed)")
  }

  @Test func C11_failuresAreReadAsFailures() throws {
    let server = try #require(Self.server)
    for (status, code) in [(429, SpateError.Code.rateLimit), (500, .server), (503, .overloaded), (400, .badRequest)] {
      let failure = ServedFailure(status: status, message: "no")
      var writer = server.writer(for: ChatRequest(model: "m", messages: ["a"]), start: ResponseStart())
      let bytes = writer.bytes(of: .text(TextDelta("a"))) + writer.bytes(of: failure)
      let inStream = Decoded([bytes], dialect: BedrockConverseDialect())
      #expect(inStream.failure?.code == code && inStream.failure?.message == "no" && inStream.answer.text == "a")
      var context = ResponseContext(status: status)
      context.errorType = server.fields(of: failure)["x-amzn-errortype"]
      let body = Decoded([server.body(of: failure)], context: context, dialect: BedrockConverseDialect())
      #expect(body.failure?.code == code && body.failure?.providerCode?.hasSuffix("Exception") == true)
    }
    let broken = try streamed([.text(TextDelta("a")), .finish(Finish(reason: .error, native: nil))])
    #expect(broken.failure?.code == .server)
  }

  @Test func framesEndWhereTheyEnd() throws {
    let server = try #require(Self.server)
    let (one, two) = (Body.words("a"), Body.words("bc"))
    let body = one + two
    #expect(server.frameEnd(in: body, after: 0) == 0 && server.frameEnd(in: body, after: 1) == one.count)
    #expect(server.frameEnd(in: body, after: one.count) == one.count)
    #expect(server.frameEnd(in: body, after: one.count + 1) == body.count)
    #expect(server.frameEnd(in: body, after: body.count + 9) == body.count)
    #expect(server.frameEnd(in: [0, 0, 0, 3], after: 2) == 4)
  }

  @Test func aScriptsRefusalIsTextThatAFilterLetThrough() throws {
    let events: [StreamEvent] = [.refusal(TextDelta("No.")), .finish(Finish(reason: .stop, native: nil))]
    for decoded in [try streamed(events), try whole(events)] {
      #expect(decoded.answer.text == "No." && decoded.answer.nativeFinish == "content_filtered")
      #expect(decoded.answer.outcome == .filtered)
    }
  }
}
