// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// The server's side: a request from bytes, and events to bytes and back to the same events.
@Suite struct CohereServerTests {
  private static let dialect = CohereDialect()
  private let server: any ServerDialect

  init() throws { server = try #require(Self.dialect.server) }

  @Test func itsPaths() {
    let dialects = Dialects.builtIn
    #expect(
      dialects.server(for: ServedRequest(path: "/v2/chat", body: []))?.serves(ServedRequest(path: "/v2/chat", body: []))
        == true)
    let asked = ServedRequest(method: "GET", path: "/v1/models", query: "endpoint=chat&page_size=1000", body: [])
    #expect(server.servesModels(asked))
    #expect(!server.servesModels(ServedRequest(method: "GET", path: "/v1/models", body: [])))
    #expect(!server.serves(ServedRequest(path: "/v1/chat/completions", body: [])))
  }

  /// What is read and written again is the same request.
  @Test func requestsAreReadAsTheyWereWritten() throws {
    let options = ChatOptions(
      temperature: 0.5, topP: 0.9, topK: 40, maxTokens: 7, stop: ["x"], seed: 3, presencePenalty: 0.25,
      frequencyPenalty: 0.5, logprobs: true, responseFormat: .schema(name: "schema", ["type": "object"]),
      toolChoice: .required, extra: ["safety_mode": "OFF"], reasoningBudget: 9)
    let plan: JSONValue = ["tool_plan": "p", "citations": [["start": 0]]]
    let messages: [Message] = [
      .system("s"), .user(["look", .image(.bytes([1], mediaType: "image/png", detail: "low"))]),
      .assistant([
        .reasoning(Reasoning(text: "hm")), "so", .native(NativePart(dialect: .cohere, type: "tool_plan", value: plan)),
        .toolCall(ToolCall(id: "c", name: "f", arguments: #"{"a":1}"#)),
      ]),
      .toolResult(id: "c", "fine"),
    ]
    for isStream in [true, false] {
      let request = ChatRequest(
        model: "m", messages: messages, tools: [Tool(name: "f", description: "d", isStrict: true)], options: options,
        isStream: isStream)
      let encoded = try Self.dialect.encode(request, for: .cohere)
      let again = try server.read(ServedRequest(path: "/v2/chat", body: encoded.body))
      #expect(again == request)
      #expect(try Self.dialect.encode(again, for: .cohere).body == encoded.body)
    }
  }

  @Test func whatClientsSend() throws {
    func read(_ body: String) throws -> ChatRequest {
      try server.read(ServedRequest(path: "/v2/chat", body: Array(body.utf8)))
    }
    let tool =
      #"{"role":"tool","tool_call_id":"c","content":[{"type":"document","document":{"data":{"a":1}}},{"type":"text","text":"x"}]}"#
    let message = try read(#"{"model":"m","messages":[\#(tool)],"thinking":{"type":"enabled"},"tool_choice":"NONE"}"#)
    #expect(
      message.messages == [
        Message(role: .tool, content: [.toolResult(ToolResult(callID: "c", content: [#"{"a":1}"#, "x"]))])
      ])
    #expect(!message.isStream && message.options.extra["thinking"] == ["type": "enabled"])
    for body in [
      "", "[]", "{}", #"{"model":"m"}"#, #"{"model":"m","messages":[]}"#, #"{"model":"m","messages":[{"role":"x"}]}"#,
      #"{"model":"m","messages":[1]}"#, #"{"model":"m","messages":[{"role":"user","content":"a"}],"k":"x"}"#,
      #"{"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{}]}"#,
      #"{"model":"m","messages":[{"role":"user","content":"a"}],"stop_sequences":[1]}"#,
    ] { #expect(throws: SpateError.self) { try read(body) } }
  }

  // MARK: Answers

  @Test(arguments: SeededRandom.seeds(150)) func N4_eventsToBytesToEvents(_ seed: UInt64) {
    let events = RandomAnswer.events(seed: seed, finishes: ["COMPLETE", "MAX_TOKENS", "TOOL_CALL", "odd"])
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
    // Words and thoughts come in the same pieces, of the same blocks.
    func pieces(_ events: [StreamEvent]) -> [StreamEvent] {
      events.filter {
        switch $0 {
        case .text, .reasoning, .toolInputStart, .toolInputDelta: true
        default: false
        }
      }
    }
    let isSame = pieces(streamed.events) == pieces(events)
    #expect(isSame, "seed \(seed)")
    // Rule D16 from the other side; calls stand in fields of their own.
    func parts(_ decoded: Decoded) -> [ContentPart] {
      decoded.answer.message.content.filter { if case .toolCall = $0 { false } else { true } }
    }
    let isSameTurn = parts(streamed) == parts(whole)
    #expect(isSameTurn, "seed \(seed)")
  }

  @Test func plansAndCitationsAreReadAgain() {
    let citation: JSONValue = ["start": 0, "end": 1, "type": "TEXT_CONTENT"]
    let plan = NativePart(dialect: .cohere, type: "tool_plan", value: ["tool_plan": "I will"])
    let events: [StreamEvent] = [
      .start(RandomAnswer.start), .part(WholePart(.native(plan))), .text(TextDelta("a")),
      .source(Source(native: citation, dialect: .cohere)), .logprobs(LogprobsDelta(choice: 0, native: ["text": "a"])),
      .finish(Finish(reason: .stop, native: nil)),
    ]
    for body in [RandomAnswer.stream(events, by: server), server.document(of: events, for: RandomAnswer.request)] {
      let answer = Decoded([body], dialect: Self.dialect).answer
      #expect(answer.parts == [.native(plan)] && answer.logprobs == [["text": "a"]])
      #expect(
        answer.message.content.contains(
          .annotated(AnnotatedText("a", citations: [citation], seal: Seal(dialect: .cohere)))))
    }
    // A plan that came piece by piece is not said twice.
    let live: [StreamEvent] = [.raw(RawEvent(type: "tool_plan", bytes: Array("I will".utf8)))] + events
    #expect(Decoded([RandomAnswer.stream(live, by: server)], dialect: Self.dialect).answer.parts == [.native(plan)])
  }

  @Test func refusalsAreWords() {
    let events: [StreamEvent] = [.refusal(TextDelta("no")), .finish(Finish(reason: .refusal, native: nil))]
    #expect(Decoded([RandomAnswer.stream(events, by: server)], dialect: Self.dialect).answer.text == "no")
    let whole = server.document(of: events, for: RandomAnswer.request)
    #expect(Decoded([whole], dialect: Self.dialect).answer.text == "no")
  }

  @Test(arguments: [400, 401, 404, 429, 500]) func C11_errorsAreReadAsErrors(_ status: Int) throws {
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
    let models = [ModelInfo(id: "a", contextLength: 7, native: ["description": "d"])]
    let asked = ServedRequest(method: "GET", path: "/v1/models", query: "endpoint=chat", body: [])
    let read = try Self.dialect.decodeModelList(server.modelList(models, for: asked)).models
    #expect(read.map(\.id) == ["a"] && read[0].contextLength == 7)
  }
}
