// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// The server's side: a request from bytes, and events to bytes and back to the same events.
@Suite struct MistralServerTests {
  private static let dialect = MistralDialect()
  private static let path = "/mistral/v1/chat/completions"
  private let server: any ServerDialect

  init() throws { server = try #require(Self.dialect.server) }

  @Test func aWordBeforeThePathTellsItFromOpenAIs() {
    let dialects = Dialects.builtIn
    #expect(dialects.server(for: ServedRequest(path: Self.path, body: []))?.idPrefix == "")
    #expect(dialects.server(for: ServedRequest(path: "/v1/chat/completions", body: []))?.idPrefix == "chatcmpl-")
    #expect(!server.serves(ServedRequest(method: "GET", path: Self.path, body: [])))
  }

  /// What is read and written again is the same request.
  @Test func requestsAreReadAsTheyWereWritten() throws {
    let options = ChatOptions(
      temperature: 0.5, topP: 0.9, topK: 40, maxTokens: 7, stop: ["x"], seed: 3, n: 2, presencePenalty: 0.25,
      frequencyPenalty: 0.5, logprobs: true, topLogprobs: 2, reasoning: .high,
      responseFormat: .schema(name: "s", ["type": "object"]), toolChoice: .required, parallelTools: false,
      metadata: ["a": "b"], extra: ["safe_prompt": true])
    let reference = NativePart(
      dialect: .mistral, type: "reference", value: ["type": "reference", "reference_ids": [1]])
    let messages: [Message] = [
      .system("s"),
      .user([
        "look", .image(.bytes([1], mediaType: "image/png")), .file(.url("https://a.example/x.pdf", name: "x")),
        .file(.id("f1")), .audio(.bytes([1], mediaType: "audio/wav")),
      ]),
      .assistant([
        .reasoning(Reasoning(text: "hm", signature: "s", dialect: .mistral)), "so", .native(reference), "on",
        .toolCall(ToolCall(id: "yBvJuId6u", name: "f", arguments: #"{"a":1}"#)),
      ]),
      .toolResult(id: "yBvJuId6u", "fine", name: "f"),
    ]
    for isStream in [true, false] {
      let request = ChatRequest(
        model: "m", messages: messages, tools: [Tool(name: "f", description: "d", isStrict: true)], options: options,
        isStream: isStream)
      let encoded = try Self.dialect.encode(request, for: .mistral)
      let again = try server.read(ServedRequest(path: Self.path, body: encoded.body))
      #expect(again == request)
      #expect(try Self.dialect.encode(again, for: .mistral).body == encoded.body)
    }
  }

  @Test func whatClientsSend() throws {
    func read(_ body: String) throws -> ChatRequest {
      try server.read(ServedRequest(path: Self.path, body: Array(body.utf8)))
    }
    let call = #"{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":{"a":1}}}]}"#
    let request = try read(#"{"model":"m","messages":[\#(call)],"tool_choice":"any","stream":true}"#)
    #expect(request.options.toolChoice == .required && request.messages[0].toolCalls[0].arguments == #"{"a":1}"#)
    #expect(request.options.streamUsage == nil && request.isStream)
    for body in [
      "", "[]", "{}", #"{"model":"m","messages":[]}"#, #"{"model":"m","messages":[{"role":"x","content":"a"}]}"#,
    ] {
      #expect(throws: SpateError.self) { try read(body) }
    }
  }

  // MARK: Answers

  @Test(arguments: SeededRandom.seeds(150)) func N4_eventsToBytesToEvents(_ seed: UInt64) {
    let events = RandomAnswer.events(seed: seed, finishes: ["stop", "length", "tool_calls", "odd"])
    let sent = RandomAnswer.sent(events)
    let streamed = Decoded([RandomAnswer.stream(events, by: server)], dialect: Self.dialect)
    let whole = Decoded([server.document(of: events, for: RandomAnswer.request)], dialect: Self.dialect)
    for decoded in [streamed, whole] {
      let answer = decoded.answer
      #expect(decoded.failure == nil && answer.text == sent.text && answer.reasoning == sent.reasoning, "seed \(seed)")
      #expect(answer.id == "r1" && answer.nativeFinish == sent.nativeFinish, "seed \(seed)")
      #expect(answer.usage?.input == 3 && answer.usage?.output == 2, "seed \(seed)")
      #expect(answer.toolCalls.map(\.id) == sent.toolCalls.map(\.id), "seed \(seed)")
      #expect(answer.toolCalls.map(\.arguments) == sent.toolCalls.map(\.arguments), "seed \(seed)")
    }
    func words(_ events: [StreamEvent]) -> [StreamEvent] {
      events.filter {
        switch $0 {
        case .text, .reasoning: true
        default: false
        }
      }
    }
    let isSame = words(streamed.events) == words(events)
    #expect(isSame, "seed \(seed)")
    // Rule D16 from the other side.
    #expect(streamed.answer.message == whole.answer.message, "seed \(seed)")
  }

  @Test func signaturesPartsAndSeveralAnswers() {
    let reference = NativePart(
      dialect: .mistral, type: "reference", value: ["type": "reference", "reference_ids": [1]])
    let seal = Seal(dialect: .mistral, signature: "s")
    let events: [StreamEvent] = [
      .start(RandomAnswer.start), .reasoning(TextDelta("hm")), .reasoningDetail(BlockSeal(seal)),
      .text(TextDelta("a", block: 1)), .part(WholePart(.native(reference))), .text(TextDelta("b", block: 3)),
      .finish(Finish(reason: .stop, native: nil)),
    ]
    let turn = Message.assistant([.reasoning(Reasoning(text: "hm", seal: seal)), "a", .native(reference), "b"])
    for body in [RandomAnswer.stream(events, by: server), server.document(of: events, for: RandomAnswer.request)] {
      #expect(Decoded([body], dialect: Self.dialect).answer.message == turn)
    }
    let ends = [0, 1].map { ChoiceFinish(choice: $0, reason: .stop, native: nil) }
    let several: [StreamEvent] = [
      .start(RandomAnswer.start), .text(TextDelta("a")), .text(TextDelta("b", choice: 1)),
      .reasoning(TextDelta("hm", choice: 1)), .refusal(TextDelta("!", choice: 1)),
      .finish(Finish(reason: .stop, native: nil, choices: ends)),
    ]
    for body in [RandomAnswer.stream(several, by: server), server.document(of: several, for: RandomAnswer.request)] {
      let answer = Decoded([body], context: ResponseContext(choices: 2), dialect: Self.dialect).answer
      #expect(answer.choices.map(\.text) == ["a", "b!"] && answer.choices[1].reasoning == "hm")
    }
  }

  @Test func listOfModels() throws {
    let list = ServedRequest(method: "GET", path: "/mistral/v1/models", body: [])
    let answering = try #require(Dialects.builtIn.modelServer(for: list))
    let read = try Self.dialect.decodeModelList(answering.modelList([ModelInfo(id: "a", created: 7)], for: list)).models
    #expect(read.map(\.id) == ["a"] && read[0].created == 7 && read[0].native["type"] == "base")
  }

  @Test(arguments: [400, 401, 404, 429, 500]) func C11_errorsAreReadAsErrors(_ status: Int) throws {
    let body = server.body(of: ServedFailure(status: status))
    let failure = Decoded([body], context: ResponseContext(status: status), dialect: Self.dialect).failure
    #expect(failure?.status == status && failure?.message.isEmpty == false)
    var writer = server.writer(for: RandomAnswer.request, start: RandomAnswer.start)
    let half =
      writer.bytes(of: .text(TextDelta("half"))) + writer.bytes(of: ServedFailure(status: status, message: "m"))
    let decoded = Decoded([half], dialect: Self.dialect)
    #expect(decoded.answer.text == "half" && decoded.failure?.message == "m" && decoded.failure?.status == status)
  }
}
