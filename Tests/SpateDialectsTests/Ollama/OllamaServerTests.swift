// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// The server's side: a request from bytes, and events to bytes and back to the same events.
@Suite struct OllamaServerTests {
  private static let dialect = OllamaDialect()
  private let server: any ServerDialect

  init() throws { server = try #require(Self.dialect.server) }

  private func read(_ body: String) throws -> ChatRequest {
    try server.read(ServedRequest(path: "/api/chat", body: Array(body.utf8)))
  }

  @Test func itsPaths() {
    let dialects = Dialects.builtIn
    #expect(dialects.server(for: ServedRequest(path: "/api/chat", body: []))?.streamType == "application/x-ndjson")
    #expect(dialects.modelServer(for: ServedRequest(method: "GET", path: "/api/tags", body: [])) != nil)
    #expect(!server.serves(ServedRequest(path: "/v1/chat/completions", body: [])))
  }

  /// What is read and written again is the same request.
  @Test func requestsAreReadAsTheyWereWritten() throws {
    let options = ChatOptions(
      temperature: 0.5, topP: 0.9, topK: 40, maxTokens: 7, stop: ["x"], seed: 3, presencePenalty: 0.25,
      frequencyPenalty: -1, logprobs: true, topLogprobs: 2, reasoning: .high,
      responseFormat: .schema(name: "schema", ["type": "object"]), extra: ["keep_alive": 7, "options": ["num_ctx": 9]])
    let messages: [Message] = [
      .system("s"), .user(["look", .image(.bytes([0xFF, 0xD8, 1], mediaType: "image/jpeg"))]),
      .assistant([
        .reasoning(Reasoning(text: "hm")), "so", .toolCall(ToolCall(id: "c", name: "f", arguments: #"{"a":1}"#)),
      ]),
      .toolResult(id: "c", "fine", name: "f"),
    ]
    for isStream in [true, false] {
      let request = ChatRequest(
        model: "m", messages: messages, tools: [Tool(name: "f", description: "d")], options: options,
        isStream: isStream)
      let encoded = try Self.dialect.encode(request, for: .ollama)
      let again = try server.read(ServedRequest(path: "/api/chat", body: encoded.body))
      #expect(again == request)
      #expect(try Self.dialect.encode(again, for: .ollama).body == encoded.body)
    }
  }

  @Test func whatClientsSend() throws {
    let request = try read(
      #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"tool","content":"x","name":"f"}],"think":true}"#
    )
    #expect(request.isStream && request.options.showsReasoning == true)
    #expect(
      try read(#"{"model":"m","messages":[{"role":"user"}],"think":false,"format":"json"}"#).options.reasoning
        == ReasoningEffort.none)
    for body in [
      "", "[]", "{}", #"{"model":"m"}"#, #"{"model":"m","messages":[]}"#, #"{"model":"m","messages":[{"role":"x"}]}"#,
      #"{"model":"m","messages":[{"role":"user","images":["?"]}]}"#,
      #"{"model":"m","messages":[{"role":"user","content":"a"}],"options":{"seed":"x"}}"#,
      #"{"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{}]}"#,
    ] { #expect(throws: SpateError.self) { try read(body) } }
  }

  // MARK: Answers

  @Test(arguments: SeededRandom.seeds(150)) func N4_eventsToBytesToEvents(_ seed: UInt64) {
    let events = RandomAnswer.events(seed: seed, finishes: ["stop", "length", "load", "odd"])
    let sent = RandomAnswer.sent(events)
    let streamed = Decoded([RandomAnswer.stream(events, by: server)], dialect: Self.dialect)
    let whole = Decoded([server.document(of: events, for: RandomAnswer.request)], dialect: Self.dialect)
    for decoded in [streamed, whole] {
      let answer = decoded.answer
      #expect(decoded.failure == nil && answer.text == sent.text && answer.reasoning == sent.reasoning, "seed \(seed)")
      #expect(answer.model == "m" && answer.created == sent.created && answer.nativeFinish == sent.nativeFinish)
      #expect(answer.usage?.input == 3 && answer.usage?.output == 2, "seed \(seed)")
      #expect(answer.toolCalls.map(\.id) == sent.toolCalls.map(\.id), "seed \(seed)")
      #expect(answer.toolCalls.map(\.arguments) == sent.toolCalls.map(\.arguments), "seed \(seed)")
    }
    // Rule D16 from the other side.
    #expect(streamed.answer.message == whole.answer.message, "seed \(seed)")
  }

  @Test func callsThatComeWholeAreWrittenOnce() {
    let call = ToolCall(id: "c", name: "f", arguments: #"{"a":1}"#)
    let events: [StreamEvent] = [
      .toolInputStart(ToolInputStart(index: 0, id: "c", name: "f")), .toolCall(call),
      .toolCall(ToolCall(id: "d", name: "g", arguments: "cut")), .finish(Finish(reason: .toolCalls, native: nil)),
    ]
    let decoded = Decoded([RandomAnswer.stream(events, by: server)], dialect: Self.dialect).answer
    #expect(decoded.toolCalls.map(\.arguments) == [#"{"a":1}"#, "cut"] && decoded.nativeFinish == "stop")
  }

  @Test func refusalsAreWords() {
    let events: [StreamEvent] = [.refusal(TextDelta("no")), .finish(Finish(reason: .refusal, native: nil))]
    #expect(Decoded([RandomAnswer.stream(events, by: server)], dialect: Self.dialect).answer.text == "no")
    let whole = server.document(of: events, for: RandomAnswer.request)
    #expect(Decoded([whole], dialect: Self.dialect).answer.text == "no")
  }

  @Test(arguments: [400, 401, 404, 429, 500, 503]) func C11_errorsAreReadAsErrors(_ status: Int) throws {
    let body = server.body(of: ServedFailure(status: status))
    let failure = Decoded([body], context: ResponseContext(status: status), dialect: Self.dialect).failure
    #expect(failure?.status == status && failure?.message.isEmpty == false)
    var writer = server.writer(for: RandomAnswer.request, start: RandomAnswer.start)
    let half =
      writer.bytes(of: .text(TextDelta("half"))) + writer.bytes(of: ServedFailure(status: status, message: "m"))
    let decoded = Decoded([half], dialect: Self.dialect)
    #expect(decoded.answer.text == "half" && decoded.failure?.message == "m")
  }

  @Test func listOfModels() throws {
    let models = [ModelInfo(id: "a", created: 1_750_000_000, native: ["description": "d"])]
    let asked = ServedRequest(method: "GET", path: "/api/tags", body: [])
    let read = try Self.dialect.decodeModelList(server.modelList(models, for: asked)).models
    #expect(read.map(\.id) == ["a"] && read[0].created == 1_750_000_000 && read[0].native["description"] == "d")
  }

  @Test func framesAreLines() {
    let body = Array("ab\ncd\nef".utf8)
    #expect([0, 1, 3, 4, 6, 7, 8].map { server.frameEnd(in: body, after: $0) } == [0, 3, 3, 6, 6, 8, 8])
  }
}
