// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// The server's side: events to bytes, and back to the same events. Rules D2, D10, N4.
@Suite struct ChatWriterTests {
  private static let start = ResponseStart(id: "r1", model: "m", created: 7)

  private func bytes(_ events: [StreamEvent], includesUsage: Bool = false) -> [UInt8] {
    var writer = ChatStreamWriter(start: Self.start, includesUsage: includesUsage)
    return events.flatMap { writer.bytes(of: $0) }
  }

  private func chunks(_ events: [StreamEvent], includesUsage: Bool = false) throws -> [JSONValue] {
    try String(decoding: bytes(events, includesUsage: includesUsage), as: UTF8.self).split(separator: "\n\n")
      .map { String($0.dropFirst("data: ".count)) }.filter { $0 != "[DONE]" }.map { try JSONValue(parsing: $0) }
  }

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

  @Test func C11_anErrorInAStreamIsReadAsOneAndEndsIt() throws {
    let before = bytes([.start(Self.start), .text(TextDelta("half"))])
    let error = ChatStreamWriter.failure("too \"many\"", type: "server_error", code: "overloaded")
    let decoded = Decoded([before + error])
    #expect(decoded.failure?.message == "too \"many\"" && decoded.failure?.providerCode == "overloaded")
    #expect(decoded.answer.text == "half")
    #expect(error.suffix(ChatStreamWriter.lastWord.count) == ChatStreamWriter.lastWord[...])
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

  @Test(arguments: [
    (FinishReason.stop, "stop"), (.length, "length"), (.toolCalls, "tool_calls"), (.contentFilter, "content_filter"),
    (.refusal, "refusal"), (.pause, "pause_turn"), (.error, "error"),
  ]) func C12_finishWords(_ reason: FinishReason, _ word: String) throws {
    let events: [StreamEvent] = [.text(TextDelta("a")), .finish(Finish(reason: reason, native: nil))]
    #expect(try chunks(events).last?["choices"]?[0]?["finish_reason"] == .string(word))
    #expect(
      try JSONValue(parsing: ChatAnswerWriter.bytes(of: events))["choices"]?[0]?["finish_reason"] == .string(word))
    if reason != .error {
      #expect(Decoded([bytes(events)]).answer.finish == reason)
      #expect(Decoded([ChatAnswerWriter.bytes(of: events)]).answer.finish == reason)
    }
  }

  @Test func C12_aFinishWithoutAReasonIsGivenNone() throws {
    let events: [StreamEvent] = [.text(TextDelta("a")), .finish(Finish(reason: .unknown, native: nil))]
    #expect(try chunks(events).allSatisfy { $0["choices"]?[0]?["finish_reason"]?.isNull == true })
    let decoded = Decoded([bytes(events)])
    #expect(decoded.answer.finish == .unknown && decoded.answer.nativeFinish == nil && decoded.failure == nil)
    #expect(decoded.answer.warnings.map(\.code) == [.missingFinish])
    let odd = bytes([.text(TextDelta("a")), .finish(Finish(reason: .unknown, native: "odd"))])
    #expect(Decoded([odd]).answer.nativeFinish == "odd")
    let whole = try JSONValue(parsing: ChatAnswerWriter.bytes(of: events))
    #expect(whole["choices"]?[0]?["finish_reason"]?.isNull == true)
  }

  @Test func C12_aRefusalInWordsEndsAsOpenAIEndsIt() throws {
    let events: [StreamEvent] = [.refusal(TextDelta("no")), .finish(Finish(reason: .refusal, native: nil))]
    #expect(try chunks(events).last?["choices"]?[0]?["finish_reason"] == "stop")
    #expect(Decoded([bytes(events)]).answer.finish == .refusal)
    #expect(Decoded([ChatAnswerWriter.bytes(of: events)]).answer.finish == .refusal)
  }

  @Test func wordsOfOtherProvidersAreKeptOrTranslated() {
    let finish = StreamEvent.finish(Finish(reason: .stop, native: "end_turn"))
    for (keeps, word) in [(true, "end_turn"), (false, "stop")] {
      var writer = ChatStreamWriter(start: Self.start, includesUsage: false, keepsNativeWords: keeps)
      #expect(writer.chunks(of: finish).map { $0.choices[0].finishWord } == [word])
    }
    var writer = ChatStreamWriter(start: Self.start, includesUsage: false, keepsNativeWords: false)
    let odd = writer.chunks(of: .finish(Finish(reason: .unknown, native: "odd")))
    #expect(odd.map { $0.choices[0].finishWord } == ["odd"] && odd.map { $0.choices[0].finishReason } == [.unknown])
  }

  // MARK: Tool calls

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

  // MARK: Errors

  @Test(arguments: [
    SpateError.Code.auth, .quota, .rateLimit, .overloaded, .server, .contextLength, .contentFilter,
    .unsupportedParameter, .notFound, .tooLarge, .badRequest,
  ]) func C11_anErrorIsReadAsItsOwnClass(_ code: SpateError.Code) {
    let frame = ChatStreamWriter.frame(of: SpateError(code, "so it is"))
    let before = bytes([.start(Self.start), .text(TextDelta("half"))])
    let decoded = Decoded([before + frame])
    #expect(decoded.failure?.code == code && decoded.failure?.message == "so it is")
    #expect(decoded.answer.text == "half")
  }

  @Test(arguments: [SpateError.Code.truncated, .timeout, .connect, .dns, .decode, .limit])
  func C11_whatBrokeOnTheWayIsTheServersFailure(_ code: SpateError.Code) {
    let decoded = Decoded([ChatStreamWriter.frame(of: SpateError(code, "gone"))])
    #expect(decoded.failure?.code == .server && decoded.failure?.providerCode == code.description)
  }

  @Test func C11_aProvidersOwnCodeIsPassedOn() throws {
    var error = SpateError(.rateLimit, "slow down")
    error.providerCode = "tokens"
    let frame = String(decoding: ChatStreamWriter.frame(of: error), as: UTF8.self)
    #expect(frame.hasPrefix("data: {\"error\":") && frame.hasSuffix("}\n\n") && !frame.contains("[DONE]"))
    #expect(try JSONValue(parsing: String(frame.dropFirst(6)))["error"]?["code"] == "tokens")
  }

  // MARK: Events to bytes to events

  /// An answer of random events, as a decoder may give it: the numbers of the calls and the answers in order.
  /// `hasAll`: also what a whole answer holds in another form, in one piece.
  private func randomEvents(_ seed: UInt64, hasAll: Bool = true) -> [StreamEvent] {
    var random = SeededRandom(seed: seed)
    let words = ["a", "Grüße", "🙂", "\"\\\n\u{0}", " ", "\u{2028}", "data: [DONE]", "\u{FEFF}", "e\u{301}"]
    var events: [StreamEvent] = [.start(Self.start)]
    var calls: [[ToolCall]] = []
    for choice in 0..<Int32.random(in: 1...3, using: &random) {
      calls.append([])
      // Each answer begins with words, so that it has an end even when nothing else comes.
      events.append(.text(TextDelta("begin", choice: choice)))
    }
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      let choice = Int.random(in: 0..<calls.count, using: &random)
      let text = words.randomElement(using: &random) ?? "a"
      let delta = TextDelta(text, choice: Int32(choice))
      switch Int.random(in: hasAll ? -4..<5 : 0..<5, using: &random) {
      case -4:
        events.append(.logprobs(LogprobsDelta(choice: Int32(choice), native: ["content": [.string(text), nil]])))
      case -3:
        let data = Bool.random(using: &random) ? "AA==" : nil
        events.append(.audio(AudioDelta(id: "x", data: data, transcript: text)))
      case -2:
        let citation: JSONValue = ["url": "https://a.example", "title": .string(text), "start_index": 1]
        let native: JSONValue = ["type": "url_citation", "url_citation": citation]
        events.append(.source(Source(url: "https://a.example", title: text, native: native)))
      case -1:
        let seal: JSONValue = ["type": "reasoning.encrypted", "data": .string(text)]
        events.append(.reasoningDetail(BlockSeal(Seal(dialect: .openAIChat, details: [seal]))))
      case 0: events.append(.text(delta))
      case 1: events.append(.reasoning(delta))
      case 2: events.append(.refusal(delta))
      case 3:
        let index = Int32(calls[choice].count)
        let id = "c\(choice).\(index)"
        calls[choice].append(ToolCall(id: id, name: "f\(index)", arguments: "", choice: choice))
        events.append(.toolInputStart(ToolInputStart(index: index, choice: Int32(choice), id: id, name: "f\(index)")))
        // The start is given out with the first arguments: these come at once, as they do from providers.
        append("[1", to: Int(index), &calls[choice], &events)
      default:
        guard let index = calls[choice].indices.randomElement(using: &random) else { continue }
        append(",\(Int.random(in: 0..<100, using: &random))", to: index, &calls[choice], &events)
      }
    }
    for choice in calls.indices {
      for index in calls[choice].indices where Bool.random(using: &random) {
        append("]", to: index, &calls[choice], &events)
      }
    }
    let native = ["stop", "length", "tool_calls", "content_filter", "eos", "odd"]
    let ends = calls.indices.map { choice in
      ChoiceFinish(choice: Int32(choice), reason: nil, native: native.randomElement(using: &random))
    }
    return events + [
      .usage(Usage(input: 3, output: 2)), .finish(Finish(reason: .stop, native: ends[0].native, choices: ends)),
    ]
  }

  private func append(_ text: String, to index: Int, _ calls: inout [ToolCall], _ events: inout [StreamEvent]) {
    calls[index].arguments += text
    events.append(
      .toolInputDelta(ToolInputDelta(index: Int32(index), choice: Int32(calls[index].choice), arguments: text)))
  }

  /// The events that both sides know: the decoder adds the whole calls, warnings and what the words mean.
  private func common(_ events: [StreamEvent]) -> [StreamEvent] {
    events.filter {
      switch $0 {
      case .toolCall, .warning, .usage, .finish: false
      default: true
      }
    }
  }

  @Test(arguments: SeededRandom.seeds(150)) func N4_eventsToBytesToEvents(_ seed: UInt64) {
    let events = randomEvents(seed)
    let decoded = Decoded([bytes(events, includesUsage: true)], context: ResponseContext(choices: 3))
    var sent = Accumulator()
    for event in events { sent.add(event) }
    let isSame = common(decoded.events) == common(events)
    #expect(isSame && decoded.failure == nil, "seed \(seed)")
    #expect(decoded.answer.usage?.input == 3 && decoded.answer.usage?.output == 2, "seed \(seed)")
    let words = decoded.answer.choices.map(\.nativeFinish)
    #expect(words == sent.partial.choices.map(\.nativeFinish), "seed \(seed)")
    for (choice, other) in zip(decoded.answer.choices, sent.partial.choices) {
      #expect(choice.toolCalls.map(\.arguments) == other.toolCalls.map(\.arguments), "seed \(seed)")
      let mayBeComplete = choice.nativeFinish != "length" && choice.nativeFinish != "content_filter"
      for call in choice.toolCalls {
        #expect(call.isComplete == (mayBeComplete && call.arguments.hasSuffix("]")), "seed \(seed)")
      }
    }
  }

  /// Rule D16 from the other side: the whole answer that is built of the same events is read as the same.
  @Test(arguments: SeededRandom.seeds(150)) func N4_eventsToAWholeAnswerToEvents(_ seed: UInt64) {
    let events = randomEvents(seed, hasAll: false)
    var streamed = Decoded([bytes(events, includesUsage: true)], context: ResponseContext(choices: 3)).answer
    var whole = Decoded([ChatAnswerWriter.bytes(of: events)], context: ResponseContext(choices: 3)).answer
    #expect(streamed.message == whole.message, "seed \(seed)")
    (streamed.chunkCount, streamed.metadata) = (0, [:])
    (whole.chunkCount, whole.metadata) = (0, [:])
    let isSame = streamed == whole
    #expect(isSame, "seed \(seed)")
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

  @Test func C11_errorsAreReadAsErrors() throws {
    let bytes = ChatAnswerWriter.error("slow \"down\"", type: "rate_limit_error", code: "429")
    let failure = try #require(Decoded([bytes], context: ResponseContext(status: 429)).failure)
    #expect(failure.code == .rateLimit && failure.message == "slow \"down\"" && failure.providerCode == "429")
    #expect(try JSONValue(parsing: bytes)["error"]?["param"]?.isNull == true)
  }
}
