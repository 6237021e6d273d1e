// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// The server's side: what each event is written as. Rules D2, D10.
@Suite struct ChatWriterTests: ChatWriterSuite {
  @Test func shapeOfAStream() throws {
    let events: [StreamEvent] = [
      .start(Self.start), .text(TextDelta("a")), .finish(Finish(reason: .stop, native: nil)),
    ]
    let names: JSONObject = ["id": "r1", "object": "chat.completion.chunk", "created": 7, "model": "m"]
    func expected(_ delta: JSONValue, _ finish: JSONValue) -> JSONValue {
      var chunk = names
      chunk["choices"] = [["index": 0, "delta": delta, "logprobs": nil, "finish_reason": finish]]
      return .object(chunk)
    }
    let list = [expected(["role": "assistant"], nil), expected(["content": "a"], nil), expected([:], "stop")]
    #expect(try chunks(events) == list)
    #expect(String(decoding: bytes(events), as: UTF8.self).hasSuffix("}\n\ndata: [DONE]\n\n"))
  }

  @Test func D10_usageOnlyOnRequest() throws {
    let events: [StreamEvent] = [
      .text(TextDelta("a")), .usage(Usage(input: 3, output: 2, cachedInput: 1, reasoning: 1)),
      .finish(Finish(reason: .length, native: "length")),
    ]
    #expect(try !chunks(events).contains { $0["usage"] != nil })
    let asked = try chunks(events, includesUsage: true)
    #expect(asked.map { $0["usage"]?.isNull } == [true, true, false] && asked.last?["choices"] == [])
    #expect(
      asked.last?["usage"] == [
        "prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5, "prompt_tokens_details": ["cached_tokens": 1],
        "completion_tokens_details": ["reasoning_tokens": 1],
      ])
  }

  @Test func theFingerprintIsOnEveryChunk() throws {
    let start = ResponseStart(id: "r", model: "m", created: 1, systemFingerprint: "fp_1")
    var writer = ChatStreamWriter(start: start, includesUsage: true)
    let events: [StreamEvent] = [.start(start), .text(TextDelta("a")), .finish(Finish(reason: .stop, native: "stop"))]
    let decoded = Decoded([events.flatMap { writer.bytes(of: $0) }])
    #expect(decoded.events.first == .start(start))
    #expect(decoded.answer.metadata["system_fingerprint"] == "fp_1")
    #expect(writer.chunks(of: .text(TextDelta("a"))).map(\.systemFingerprint) == ["fp_1"])
  }

  @Test func D2_choicesAreAlwaysSent() throws {
    for chunk in try chunks([.start(Self.start), .finish(Finish(reason: .stop, native: nil))], includesUsage: true) {
      #expect(chunk["choices"]?.array != nil)
    }
  }

  @Test func eventsWithoutAFormAreNotWritten() {
    let events: [StreamEvent] = [
      .warning(StreamWarning(.lateBreak, "m")), .raw(RawEvent(type: "x", bytes: [])), .usage(Usage(input: 1)),
      // Its text is sent as text.
      .reasoningDetail(BlockSeal(Seal(details: [["type": "reasoning.text", "text": "a"]]))),
      .reasoningDetail(BlockSeal(Seal(signature: "s"))),
    ]
    #expect(bytes(events).isEmpty)
  }

  @Test func aSourceOfAnotherDialectBecomesACitation() throws {
    let written = try chunks([.source(Source(url: "u", title: "t", native: nil))])
    let citation: JSONValue = ["type": "url_citation", "url_citation": ["url": "u", "title": "t"]]
    #expect(written.map { $0["choices"]?[0]?["delta"]?["annotations"] } == [[citation]])
  }

  @Test func everyCountIsReadAsItWas() throws {
    var usage = Usage(input: 9, output: 8, cachedInput: 3, cacheWrite: 2, reasoning: 5, reportedCost: 0.25)
    usage.buckets.audioInput = 1
    usage.buckets.audioOutput = 1
    let events: [StreamEvent] = [
      .text(TextDelta("a")), .usage(usage), .finish(Finish(reason: .stop, native: nil)),
    ]
    let streamed = Decoded([bytes(events, includesUsage: true)])
    let whole = Decoded([ChatAnswerWriter.bytes(of: events)])
    for answer in [streamed.answer, whole.answer] {
      let read = try #require(answer.usage)
      #expect(read.input == 9 && read.output == 8 && read.cachedInput == 3 && read.cacheWrite == 2)
      #expect(read.reasoning == 5 && read.reportedCost == 0.25)
      #expect(read.buckets.audioInput == 1 && read.buckets.audioOutput == 1)
    }
  }

  @Test func aWholeAnswerHoldsSealsSourcesAndProbabilities() throws {
    let citation: JSONValue = ["type": "url_citation", "url_citation": ["url": "u"]]
    let seal: JSONValue = ["type": "reasoning.encrypted", "data": "x"]
    let events: [StreamEvent] = [
      .start(Self.start), .reasoningDetail(BlockSeal(Seal(dialect: .openAIChat, details: [seal]))),
      .text(TextDelta("a")),
      .logprobs(LogprobsDelta(choice: 0, native: ["content": [1]])), .text(TextDelta("b")),
      .logprobs(LogprobsDelta(choice: 0, native: ["content": [2]])), .source(Source(url: "u", native: citation)),
      .finish(Finish(reason: .stop, native: nil)),
    ]
    let answer = Decoded([ChatAnswerWriter.bytes(of: events)]).answer
    #expect(answer.text == "ab" && answer.sources == [Source(url: "u", native: citation)])
    #expect(answer.logprobs == [["content": [1, 2]]])
    #expect(answer.reasoningDetails == [BlockSeal(Seal(dialect: .openAIChat, details: [seal]))])
  }

  @Test func aCallWithoutAStartIsWrittenWhole() throws {
    let events: [StreamEvent] = [
      .toolInputStart(ToolInputStart(index: 0, id: "a", name: "f")),
      .toolInputDelta(ToolInputDelta(index: 0, arguments: "{}")),
      .toolCall(ToolCall(id: "a", name: "f", arguments: "{}")),
      .toolCall(ToolCall(id: "b", name: "g", arguments: "[1]")),
      // Two calls of one id: the second has no start.
      .toolCall(ToolCall(id: "a", name: "h", arguments: "{\"x\":1}")),
      .toolCall(ToolCall(id: "c", name: "sh", arguments: "ls", isCustom: true)),
      .toolCall(ToolCall(id: "d", name: "other", arguments: "{}", choice: 1)),
      .finish(
        Finish(
          reason: .toolCalls, native: nil,
          choices: (0...1).map { ChoiceFinish(choice: $0, reason: .toolCalls, native: nil) })),
    ]
    let answer = Decoded([bytes(events)], context: ResponseContext(choices: 2)).answer
    #expect(answer.toolCalls.map(\.name) == ["f", "g", "h", "sh"])
    #expect(answer.toolCalls.map(\.arguments) == ["{}", "[1]", "{\"x\":1}", "ls"])
    #expect(answer.toolCalls.map(\.isCustom) == [false, false, false, true])
    #expect(answer.choices.last?.toolCalls.map(\.name) == ["other"])
    let numbers = try chunks(events).compactMap { $0["choices"]?[0]?["delta"]?["tool_calls"]?[0]?["index"] }
    #expect(numbers == [0, 0, 1, 2, 3, 0])
  }

  @Test func wholeAnswer() throws {
    let call = ToolCall(id: "c", name: "sh", arguments: "ls", isCustom: true)
    let events: [StreamEvent] = [
      .start(Self.start), .reasoning(TextDelta("hm")), .toolCall(call), .usage(Usage(input: 1, output: 2)),
      .finish(Finish(reason: .toolCalls, native: nil)),
    ]
    let custom: JSONValue = ["id": "c", "type": "custom", "custom": ["name": "sh", "input": "ls"]]
    let message: JSONValue = [
      "role": "assistant", "content": nil, "reasoning_content": "hm", "refusal": nil, "tool_calls": [custom],
    ]
    #expect(
      try JSONValue(parsing: ChatAnswerWriter.bytes(of: events)) == [
        "id": "r1", "object": "chat.completion", "created": 7, "model": "m",
        "choices": [["index": 0, "message": message, "logprobs": nil, "finish_reason": "tool_calls"]],
        "usage": ["prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3],
      ])
  }
}
