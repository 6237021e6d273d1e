// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

private typealias Body = BedrockBodies

/// Anthropic's Messages in AWS's frames: what is around them. Their meaning is tested with their own dialect.
@Suite struct BedrockInvokeTests {
  private static let dialect = BedrockInvokeAnthropicDialect()

  private static let events = [
    #"{"type":"message_start","message":{"id":"msg_bdrk_1","model":"claude","usage":{"input_tokens":3,"output_tokens":1}}}"#,
    #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
    #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
    #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"ErUB+/=="}}"#,
    #"{"type":"content_block_stop","index":0}"#,
    #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
    #"{"type":"ping"}"#,
    #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Grüße 🙂"}}"#,
    #"{"type":"content_block_stop","index":1}"#,
    #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}"#,
    #"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":3,"firstByteLatency":4}}"#,
  ]

  private func decoded(_ body: [UInt8]) -> Decoded { Decoded.everyWay(body, dialect: Self.dialect) }

  @Test func theSameAsWithoutFrames() {
    let framed = decoded(Self.events.flatMap(Body.chunk))
    let plain = Decoded(Self.events.map { "data: \($0)\n\n" }.joined(), dialect: AnthropicDialect())
    #expect(framed == plain && framed.eventCount == 10 && framed.failure == nil)
    #expect(framed.answer.text == "Grüße 🙂" && framed.answer.reasoning == "hm" && framed.answer.id == "msg_bdrk_1")
    // Turns go back in either dialect.
    #expect(
      framed.answer.message.content.first
        == .reasoning(Reasoning(text: "hm", signature: "ErUB+/==", dialect: .anthropic)))
    #expect(framed.answer.metadata["amazon-bedrock-invocationMetrics"]?["firstByteLatency"] == 4)
  }

  @Test func C1_cutAnywhereIsNoAnswerBeforeTheReason() {
    let before = Self.events.dropLast(1).flatMap(Body.chunk)
    let body = Self.events.flatMap(Body.chunk)
    for count in 0..<body.count {
      let cut = Decoded([Array(body[..<count])], dialect: Self.dialect)
      #expect(cut.failure?.code == (count < before.count ? .truncated : nil), "cut after \(count)")
    }
  }

  @Test func B7_aWrongChecksumIsADecodeFailureAndKeepsWhatCame() {
    let kept = Self.events.prefix(8).flatMap(Body.chunk)
    var broken = Body.chunk(Self.events[8])
    broken[40] ^= 0x10
    let decoded = decoded(kept + broken + Self.events.suffix(2).flatMap(Body.chunk))
    #expect(decoded.failure?.code == .decode && decoded.answer.text == "Grüße 🙂")
  }

  @Test func chunksWithoutBytes() {
    for payload in ["{}", #"{"bytes":7}"#, #"{"bytes":"?"}"#, "[]", "{"] {
      let decoded = decoded(Body.frame("chunk", payload))
      #expect(decoded.failure?.code == .decode, "\(payload)")
    }
    let unknown = decoded(Body.frame("hologram", "{}") + Self.events.flatMap(Body.chunk))
    #expect(unknown.failure == nil && unknown.script.first == "raw hologram")
  }

  @Test func C4_errorsInsideAChunk() {
    let decoded = decoded(
      Self.events.prefix(8).flatMap(Body.chunk)
        + Body.chunk(#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#))
    #expect(decoded.failure?.code == .overloaded && decoded.answer.text == "Grüße 🙂")
  }

  @Test func wholeAnswers() {
    let answer = Decoded.everyWay(
      #"{"id":"m","type":"message","model":"c","content":[{"type":"text","text":"a"}],"stop_reason":"end_turn","#
        + #""usage":{"input_tokens":1,"output_tokens":2}}"#, dialect: Self.dialect)
    #expect(answer.answer.text == "a" && answer.failure == nil && answer.answer.usage?.output == 2)
    let old = Decoded.everyWay(
      #"{"type":"completion","completion":" Hi","stop_reason":"stop_sequence","stop":"\n\nHuman:"}"#,
      dialect: Self.dialect)
    #expect(old.failure == nil && old.answer.nativeFinish == "stop_sequence" && old.warnings == [.unexpectedForm])
    #expect(old.answer.metadata["completion"] == " Hi")
    let failed = Decoded.everyWay(#"{"message":"no"}"#, dialect: Self.dialect)
    #expect(failed.failure?.message == "no" && failed.failure?.code == .provider)
  }

  // MARK: Requests

  @Test func aRequestIsAnthropicsWithoutModelAndStream() throws {
    var request = ChatRequest(
      model: "us.anthropic.claude-haiku-4-5-20251001-v1:0", messages: [.system("s"), "hi"], tools: [Tool(name: "f")],
      options: ChatOptions(maxTokens: 9, seed: 1, betas: ["b1", "b2"]))
    let encoded = try Self.dialect.encode(request, for: .bedrock)
    #expect(
      encoded.path == "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke-with-response-stream")
    #expect(encoded.fields["Accept"] == "application/vnd.amazon.eventstream" && encoded.warnings.count == 1)
    #expect(encoded.fields["anthropic-version"] == nil && encoded.fields["anthropic-beta"] == nil)
    let body = try JSONValue(parsing: encoded.body)
    #expect(body["anthropic_version"] == "bedrock-2023-05-31" && body["anthropic_beta"] == ["b1", "b2"])
    #expect(body["model"] == nil && body["stream"] == nil && body["max_tokens"] == 9 && body["system"] == "s")
    request.isStream = false
    #expect(try Self.dialect.encode(request, for: .bedrock).path.hasSuffix("/invoke"))
  }

  @Test func aRequestIsReadAndWrittenAgain() throws {
    let request = ChatRequest(
      model: "anthropic.claude-3-7-sonnet-20250219-v1:0",
      messages: [
        .system("s"), "hi", .assistant([.reasoning(Reasoning(text: "h", signature: "S", dialect: .anthropic)), "a"]),
        "on",
      ],
      tools: [Tool(name: "f")], options: ChatOptions(maxTokens: 9000, reasoning: .low, betas: ["b"]))
    let first = try Self.dialect.encode(request, for: .bedrock)
    let server = try #require(Self.dialect.server)
    let read = try server.read(ServedRequest(path: first.path, body: first.body))
    let again = try Self.dialect.encode(read, for: .bedrock)
    #expect(try JSONValue(parsing: again.body) == JSONValue(parsing: first.body) && again.path == first.path)
    #expect(read.isStream && read.model == request.model && read.options.betas == ["b"])
    for body in ["{", "{}", #"{"anthropic_version":"bedrock-2023-05-31","model":"m","max_tokens":1,"messages":[]}"#] {
      let error = #expect(throws: SpateError.self) {
        try server.read(ServedRequest(path: "/model/m/invoke", body: Array(body.utf8)))
      }
      #expect(error?.code == .badRequest)
    }
  }

  // MARK: Events to bytes to events

  @Test(arguments: SeededRandom.seeds(50)) func N4_eventsToBytesToEvents(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let words = ["a", "Grüße", "🙂", "\"\\\n\u{0}", "\r\n\n", "\u{2028}", "data: [DONE]", "\u{FEFF}"]
    var events: [StreamEvent] = [.start(ResponseStart(id: "m1", model: "claude"))]
    for block in 0..<Int32.random(in: 1...6, using: &random) {
      let word = words.randomElement(using: &random) ?? "a"
      if Bool.random(using: &random) {
        events.append(.text(TextDelta(word, block: block)))
      } else {
        events.append(.reasoning(TextDelta(word, block: block)))
        events.append(.reasoningDetail(BlockSeal(Seal(dialect: .anthropic, signature: word), block: block)))
      }
    }
    events.append(.usage(Usage(input: 3, output: 5)))
    events.append(.finish(Finish(reason: .stop, native: "end_turn")))
    let server = try #require(Self.dialect.server)
    let request = ChatRequest(model: "claude", messages: ["hi"])
    var writer = server.writer(for: request, start: ResponseStart(id: "m1", model: "claude"))
    let streamed = Decoded([events.flatMap { writer.bytes(of: $0) }], dialect: Self.dialect)
    var sent = Accumulator()
    for event in events { sent.add(event) }
    #expect(streamed.failure == nil && streamed.answer.message == sent.partial.message, "seed \(seed)")
    #expect(streamed.answer.text == sent.partial.text && streamed.answer.usage?.output == 5, "seed \(seed)")
    let whole = Decoded([server.document(of: events, for: request)], dialect: Self.dialect)
    #expect(whole.answer.message == sent.partial.message && whole.answer.usage?.input == 3, "seed \(seed)")
  }

  @Test func C11_failuresAreExceptions() throws {
    var writer = try #require(Self.dialect.server).writer(
      for: ChatRequest(model: "m", messages: ["a"]), start: ResponseStart())
    let bytes = writer.bytes(of: .text(TextDelta("a"))) + writer.bytes(of: ServedFailure(status: 429))
    let decoded = decoded(bytes)
    #expect(decoded.failure?.code == .rateLimit && decoded.failure?.providerCode == "throttlingException")
    #expect(decoded.answer.text == "a")
    var other = try #require(Self.dialect.server).writer(
      for: ChatRequest(model: "m", messages: ["a"]), start: ResponseStart())
    let broken = Decoded([other.bytes(of: .finish(Finish(reason: .error, native: nil)))], dialect: Self.dialect)
    #expect(broken.failure?.code == .server)
  }
}
