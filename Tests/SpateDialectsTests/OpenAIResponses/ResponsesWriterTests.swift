// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// The server's side: events to bytes, and back to the same events. Rules C11, D10, N4.
@Suite struct ResponsesWriterTests {
  private static let start = ResponseStart(id: "resp_1", model: "m", created: 7)
  private static let request = ChatRequest(model: "m", messages: ["hi"], tools: [.custom(name: "sql")])

  private func server() throws -> any ServerDialect { try #require(OpenAIResponsesDialect().server) }

  private func bytes(_ events: [StreamEvent]) throws -> [UInt8] {
    var writer = try server().writer(for: Self.request, start: Self.start)
    return events.flatMap { writer.bytes(of: $0) }
  }

  private func values(_ bytes: [UInt8]) throws -> [JSONValue] {
    try String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").map { frame in
      let lines = frame.split(separator: "\n")
      let value = try JSONValue(parsing: String(lines[1].dropFirst("data: ".count)))
      #expect(lines.count == 2 && lines[0] == "event: \(value["type"]?.string ?? "")")
      return value
    }
  }

  private func decoded(_ bytes: [UInt8]) -> Decoded { Decoded([bytes], dialect: OpenAIResponsesDialect()) }

  @Test func shapeOfAStream() throws {
    let values = try values(
      bytes([
        .start(Self.start), .reasoning(TextDelta("t")), .text(TextDelta("a")), .usage(Usage(input: 1, output: 2)),
        .finish(Finish(reason: .stop, native: nil)),
      ]))
    #expect(
      values.map { $0["type"]?.string?.dropFirst("response.".count) ?? "" } == [
        "created", "in_progress", "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
        "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done", "output_item.added",
        "content_part.added", "output_text.delta", "output_text.done", "content_part.done", "output_item.done",
        "completed",
      ])
    #expect(values.map { $0["sequence_number"]?.int } == Array(0..<values.count))
    let response = try #require(values.last?["response"])
    #expect(response["status"] == "completed" && response["output"]?.array?.count == 2)
    #expect(response["usage"]?["total_tokens"] == 3 && response["output"]?[1]?["content"]?[0]?["text"] == "a")
    #expect(values[0]["response"]?["status"] == "in_progress" && values[0]["response"]?["id"] == "resp_1")
  }

  /// What both sides must agree on; ids of the wire's own and reports in the provider's form are not in it.
  private func essence(_ events: [StreamEvent]) -> [String] {
    events.map { event in
      switch event {
      case .usage(let usage):
        "usage \(usage.input ?? -1) \(usage.output ?? -1) \(usage.cachedInput ?? -1) \(usage.reasoning ?? -1)"
      case .finish(let finish): "finish \(finish.reason) \(finish.native ?? "-") \(finish.outcome)"
      default: "\(event)"
      }
    }
  }

  @Test(arguments: 0..<60) func N4_eventsSurviveTheRoundTrip(_ seed: UInt64) throws {
    var random = RandomResponses(seed: seed)
    for _ in 0..<5 {
      let events = random.events(start: Self.start)
      let got = decoded(try bytes(events))
      let (want, have) = (essence(events), essence(got.events))
      let isSameStream = want == have
      let other = zip(want, have).first { $0 != $1 }
      #expect(isSameStream, "\(want.count) \(have.count) \(other?.0 ?? "")\n\(other?.1 ?? "")")
      // Whole: the same turn, and the same words.
      let whole = decoded(try server().document(of: events, for: Self.request))
      let isSame = whole.answer.message == got.answer.message
      #expect(isSame && whole.answer.finish == got.answer.finish && whole.answer.usage == got.answer.usage)
    }
  }

  @Test func callsInterleavedAndCustom() throws {
    let got = decoded(
      try bytes([
        .start(Self.start), .toolInputStart(ToolInputStart(index: 0, id: "a", name: "f")),
        .toolInputStart(ToolInputStart(index: 1, id: "b", name: "sql")),
        .toolInputDelta(ToolInputDelta(index: 0, arguments: "{")),
        .toolInputDelta(ToolInputDelta(index: 1, arguments: "SELECT")),
        .toolInputDelta(ToolInputDelta(index: 0, arguments: "}")),
        .finish(Finish(reason: .toolCalls, native: nil)),
      ]))
    #expect(got.answer.toolCalls.map(\.arguments) == ["{}", "SELECT"])
    #expect(got.answer.toolCalls.map(\.isCustom) == [false, true] && got.answer.finish == .toolCalls)
    #expect(got.answer.toolCalls.map(\.isComplete) == [true, true])
  }

  @Test func callsThatComeWhole() throws {
    let got = decoded(
      try bytes([
        .start(Self.start), .toolCall(ToolCall(id: "a", name: "f", arguments: "{}")),
        .finish(Finish(reason: .toolCalls, native: nil)),
      ]))
    #expect(got.answer.toolCalls.map(\.id) == ["a"] && got.answer.toolCalls[0].arguments == "{}")
  }

  @Test(
    arguments: [
      (FinishReason.stop, nil, "completed"), (.length, nil, "incomplete:max_output_tokens"),
      (.contentFilter, nil, "incomplete:content_filter"), (.refusal, nil, "completed"), (.unknown, nil, "completed"),
      (.length, "incomplete:new", "incomplete:new"), (.stop, "end_turn", "completed"),
    ] as [(FinishReason, String?, String)])
  func endings(_ reason: FinishReason, _ native: String?, _ word: String) throws {
    let events: [StreamEvent] = [
      .start(Self.start), .text(TextDelta("a")), .finish(Finish(reason: reason, native: native)),
    ]
    let streamed = decoded(try bytes(events))
    let whole = decoded(try server().document(of: events, for: Self.request))
    #expect(streamed.answer.nativeFinish == word && whole.answer.nativeFinish == word)
  }

  @Test func refusalsAndSources() throws {
    let source = Source(url: "https://a.example", title: "A", native: ["x": 1], dialect: .anthropic)
    let got = decoded(
      try bytes([
        .start(Self.start), .text(TextDelta("a")), .source(source), .refusal(TextDelta("no")),
        .logprobs(LogprobsDelta(choice: 0, native: ["content": [["token": "a"]]])),
        .finish(Finish(reason: .refusal, native: nil)),
      ]))
    #expect(got.answer.text == "a" && got.answer.refusal == "no" && got.answer.finish == .refusal)
    #expect(got.answer.sources.map(\.url) == ["https://a.example"] && got.answer.sources.map(\.title) == ["A"])
  }

  @Test func logprobs() throws {
    let list: JSONValue = ["content": [["token": "a", "logprob": -1]]]
    let got = decoded(
      try bytes([
        .start(Self.start), .text(TextDelta("a")), .logprobs(LogprobsDelta(choice: 0, native: list)),
        .finish(Finish(reason: .stop, native: nil)),
      ]))
    #expect(got.answer.logprobs == [list] && got.answer.text == "a")
  }

  @Test func partsOfItsOwnAndImages() throws {
    let native = NativePart(dialect: .openAIResponses, type: "compaction", value: ["type": "compaction", "id": "c"])
    let got = decoded(
      try bytes([
        .start(Self.start), .part(WholePart(.native(native))),
        .part(WholePart(.image(.bytes([1, 2], mediaType: "image/webp")))), .finish(Finish(reason: .stop, native: nil)),
      ]))
    #expect(got.answer.parts.first == .native(native))
    guard case .image(let image)? = got.answer.parts.last else {
      Issue.record("no image")
      return
    }
    #expect(image.source == .bytes([1, 2]) && image.mediaType == "image/webp")
  }

  @Test func C11_errorsAreReadAsErrors() throws {
    var writer = try server().writer(for: Self.request, start: Self.start)
    var bytes = writer.bytes(of: .start(Self.start)) + writer.bytes(of: .text(TextDelta("a")))
    bytes += writer.bytes(of: ServedFailure(status: 429, message: "slow"))
    let got = decoded(bytes)
    #expect(got.failure?.code == .rateLimit && got.failure?.message == "slow" && got.failure?.nativeFinish == "failed")
    #expect(got.answer.text == "a")
    let body = try server().body(of: ServedFailure(status: 401))
    let refused = Decoded([body], context: ResponseContext(status: 401), dialect: OpenAIResponsesDialect())
    #expect(refused.failure?.code == .auth)
  }
}
