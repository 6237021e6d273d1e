// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@Suite struct CohereDecoderTests {
  private static let dialect = CohereDialect()

  private func stream(_ events: [String], mark: Bool = true) -> String {
    events.map { "data: \($0)\n\n" }.joined() + (mark ? "data: [DONE]\n\n" : "")
  }

  private func everyWay(_ events: String...) -> Decoded {
    Decoded.everyWay(Array(stream(events).utf8), dialect: Self.dialect)
  }

  private func decode(_ events: String...) -> Decoded { Decoded(stream(events), dialect: Self.dialect) }

  private func event(_ type: String, _ index: Int? = nil, _ message: String? = nil) -> String {
    let number = index.map { #","index":\#($0)"# } ?? ""
    return #"{"type":"\#(type)"\#(number)"# + (message.map { #","delta":{"message":{\#($0)}}"# } ?? "") + "}"
  }

  private func words(_ text: String, _ index: Int = 0) -> String {
    event("content-delta", index, #""content":{"text":"\#(text)"}"#)
  }

  private func thought(_ text: String, _ index: Int = 0) -> String {
    event("content-delta", index, #""content":{"thinking":"\#(text)"}"#)
  }

  private let start =
    #"{"id":"r1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}"#

  private func end(_ word: String = "COMPLETE", more: String = "") -> String {
    #"{"type":"message-end","delta":{"finish_reason":"\#(word)","usage":{"billed_units":{"input_tokens":2,"output_tokens":3},"#
      + #""tokens":{"input_tokens":9.0,"output_tokens":6,"reasoning_tokens":2},"cached_tokens":4}\#(more)}}"#
  }

  @Test func thoughtsWordsAndUsageAtEveryCut() {
    let decoded = everyWay(
      start, event("content-start", 0, #""content":{"type":"thinking","thinking":""}"#), thought("hm"),
      event("content-end", 0), event("content-start", 1, #""content":{"type":"text","text":"G"}"#), words("rüße", 1),
      event("content-end", 1), end())
    #expect(decoded.script == ["thought hm", "text G", "text rüße", "usage 9/6", "finish stop"])
    #expect(decoded.answer.id == "r1" && decoded.answer.nativeFinish == "COMPLETE")
    #expect(decoded.answer.message == .assistant([.reasoning(Reasoning(text: "hm", seal: nil)), "Grüße"]))
  }

  @Test func U2_eachTokenIsInOneBucket() {
    let usage = decode(start, words("a"), end()).answer.usage
    #expect(usage?.input == 9 && usage?.output == 6 && usage?.cachedInput == 4 && usage?.reasoning == 2)
    #expect(usage?.buckets.uncachedInput == 5 && usage?.buckets.cacheRead == 4)
    #expect(usage?.buckets.textOutput == 4 && usage?.buckets.reasoningOutput == 2)
    // What is billed is another count: it stays in the report.
    #expect(usage?.native?["billed_units"]?["input_tokens"] == 2)
  }

  @Test func thePlanIsNeitherWordsNorThoughts() {
    let call = #""tool_calls":{"id":"c1","type":"function","function":{"name":"f","arguments":""}}"#
    let decoded = everyWay(
      start, event("tool-plan-delta", nil, #""tool_plan":"I wi""#), event("tool-plan-delta", nil, #""tool_plan":"ll""#),
      event("tool-call-start", 0, call),
      event("tool-call-delta", 0, #""tool_calls":{"function":{"arguments":"{\"a\":"}}"#),
      event("tool-call-delta", 0, #""tool_calls":{"function":{"arguments":"1}"}}"#), event("tool-call-end", 0),
      event("tool-call-start", 1, call.replacing("c1", with: "c2")), event("tool-call-end", 1), end("TOOL_CALL"))
    let plan = NativePart(dialect: .cohere, type: "tool_plan", value: ["tool_plan": "I will"])
    #expect(
      decoded.script == [
        "raw tool_plan", "raw tool_plan", "call 0 c1 f", "input 0 {\"a\":", "input 0 1}", "usage 9/6",
        "part \(ContentPart.native(plan))", "call 1 c2 f", "called c1 f {\"a\":1}", "called c2 f ", "finish tool_calls",
      ])
    #expect(decoded.answer.text == "" && decoded.answer.reasoning == "" && decoded.answer.parts == [.native(plan)])
  }

  @Test func C1_aStreamWithoutItsEndIsCut() {
    for events in [[start], [start, words("a")], [start, words("a"), event("content-end", 0)]] {
      for mark in [true, false] {
        #expect(Decoded(stream(events, mark: mark), dialect: Self.dialect).failure?.code == .truncated)
      }
    }
    #expect(Decoded(stream([start, end()], mark: false), dialect: Self.dialect).failure == nil)
    #expect(Decoded("", dialect: Self.dialect).failure?.code == .truncated)
    #expect(Decoded("data: [DONE]\n\n", dialect: Self.dialect).failure?.code == .truncated)
  }

  @Test(arguments: [
    ("COMPLETE", FinishReason.stop), ("STOP_SEQUENCE", .stop), ("MAX_TOKENS", .length), ("ERROR_LIMIT", .length),
    ("TOOL_CALL", .toolCalls), ("ERROR_TOXIC", .contentFilter), ("USER_CANCEL", .unknown), ("NEW", .unknown),
  ]) func C12_reasonsAreKept(_ word: String, _ reason: FinishReason) {
    let answer = decode(start, words("a"), end(word)).answer
    #expect(answer.finish == reason && answer.nativeFinish == word)
    #expect(answer.warnings.map(\.code) == (reason == .unknown ? [.unknownFinish] : []))
  }

  @Test(arguments: ["ERROR", "TIMEOUT"]) func C12_aFinishThatIsAnErrorIsOne(_ word: String) {
    let decoded = decode(start, words("half"), end(word))
    #expect(decoded.failure?.code == .provider && decoded.failure?.nativeFinish == word)
    #expect(decoded.answer.text == "half" && decoded.answer.usage?.output == 6)
    let named = decode(start, words("half"), end(word, more: #","error":"out of memory""#))
    #expect(named.failure?.message == "out of memory" && named.answer.outcome == .failed)
  }

  @Test func C6_errorsInsideAStream() {
    for error in [
      #"{"error":"too many tokens"}"#, #"{"id":"x","message":"too many tokens"}"#,
      #"{"type":"error","message":"too many tokens"}"#, #"{"type":"error","error":{"message":"too many tokens"}}"#,
    ] {
      let decoded = decode(start, words("half"), error)
      #expect(decoded.failure?.code == .contextLength && decoded.failure?.message == "too many tokens")
      #expect(decoded.answer.text == "half")
    }
    let named = Decoded("event: error\ndata: {\"message\":\"no\"}\n\n", dialect: Self.dialect)
    #expect(named.failure?.message == "no")
  }

  @Test func T8_callsThatALimitCutAreNotWhole() {
    let call = #""tool_calls":{"id":"c1","function":{"name":"f","arguments":"{}"}}"#
    #expect(decode(start, event("tool-call-start", 0, call), end("MAX_TOKENS")).answer.toolCalls[0].isComplete == false)
    #expect(decode(start, event("tool-call-start", 0, call), end("TOOL_CALL")).answer.toolCalls[0].isComplete)
  }

  @Test func N5_eventsThatAreNewToUsAreKept() {
    let decoded = decode(
      start, #"{"type":"debug","prompt":"p"}"#, event("content-start", 0, #""content":{"type":"image"}"#), words("a"),
      #"{"x":1}"#, end())
    #expect(decoded.script == ["raw debug", "raw content", "text a", "raw ", "usage 9/6", "finish stop"])
  }

  @Test func N6_citationsBelongToTheirWords() {
    let citation =
      #"{"start":0,"end":1,"text":"a","sources":[{"type":"document","id":"d","document":{"title":"t","url":"u"}}],"type":"TEXT_CONTENT"}"#
    let plan = #"{"start":0,"end":1,"text":"I","type":"PLAN"}"#
    let decoded = everyWay(
      start, event("tool-plan-delta", nil, #""tool_plan":"I""#), event("citation-start", 0, #""citations":\#(plan)"#),
      thought("hm"), words("a", 1), event("citation-start", 1, #""citations":\#(citation)"#),
      event("citation-end", 1), words("b", 1), end())
    #expect(decoded.answer.sources.map(\.url) == [nil, "u"] && decoded.answer.sources[1].title == "t")
    let written = decoded.answer.message.content
    guard case .annotated(let text)? = written.first(where: { $0.words != nil }) else {
      Issue.record("no citations at the words")
      return
    }
    #expect(text.text == "ab" && text.citations.map(\.description) == [citation] && text.seal?.dialect == .cohere)
    guard case .native(let part)? = written.last else {
      Issue.record("no plan")
      return
    }
    #expect(part.value.description == #"{"tool_plan":"I","citations":[\#(plan)]}"#)
  }

  @Test func logprobsAreKept() {
    let piece =
      #"{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"a"}}},"logprobs":{"text":"a","token_ids":[1]}}"#
    #expect(decode(start, piece, end()).answer.logprobs == [["text": "a", "token_ids": [1]]])
  }

  @Test func T10_halvesOfACharacterAreJoined() {
    #expect(everyWay(start, words(#"\uD83D"#), words(#"\uDE42"#), end()).answer.text == "🙂")
    let broken = decode(start, words(#"\uD83D"#), end())
    #expect(broken.answer.text == "\u{FFFD}" && broken.warnings == [.repairedText])
  }

  @Test func D16_aWholeAnswerIsTheSame() {
    let whole =
      #"{"id":"r1","message":{"role":"assistant","tool_plan":"I","content":[{"type":"thinking","thinking":"hm"},"#
      + #"{"type":"text","text":"a"}],"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}],"#
      + #""citations":[{"start":0}]},"finish_reason":"TOOL_CALL","logprobs":[{"text":"a"}],"extra":1,"#
      + #""usage":{"tokens":{"input_tokens":9,"output_tokens":6}}}"#
    let decoded = Decoded.everyWay(Array(whole.utf8), dialect: Self.dialect)
    let call = #""tool_calls":{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}"#
    let streamed = decode(
      start, event("tool-plan-delta", nil, #""tool_plan":"I""#), thought("hm"), words("a", 1),
      event("citation-start", 0, #""citations":{"start":0}"#), event("tool-call-start", 0, call), end("TOOL_CALL"))
    #expect(decoded.answer.message == streamed.answer.message && decoded.answer.id == "r1")
    #expect(decoded.answer.usage?.input == 9 && decoded.answer.logprobs == [["text": "a"]])
    #expect(decoded.answer.metadata == ["extra": 1] && decoded.answer.finish == .toolCalls)
  }

  @Test func B2_repairedBytesAreSaidToBe() {
    let (before, after) = (#"{"message":{"content":""#, #""},"finish_reason":"COMPLETE"}"#)
    let decoded = Decoded([Array(before.utf8) + [0xFF] + Array(after.utf8)], dialect: Self.dialect)
    #expect(decoded.answer.text == "\u{FFFD}" && decoded.warnings == [.repairedText])
  }

  @Test func wholeAnswersThatAreNone() {
    #expect(Decoded("{}", dialect: Self.dialect).failure?.code == .decode)
    #expect(Decoded(#"{"message":"no"}"#, dialect: Self.dialect).failure?.message == "no")
    #expect(Decoded(#"{"id":"r","message":{"content":"#, dialect: Self.dialect).failure?.code == .truncated)
    let text = Decoded(#"{"message":{"content":"a"},"finish_reason":"COMPLETE"}"#, dialect: Self.dialect)
    #expect(text.answer.text == "a" && text.failure == nil)
    let nothing = Decoded(#"{"message":{}}"#, dialect: Self.dialect)
    #expect(nothing.warnings == [.missingFinish])
  }

  @Test func limitsHold() {
    var context = ResponseContext()
    context.toolCallLimit = 1
    let calls = ["a", "b"].enumerated().map { number, id in
      event("tool-call-start", number, #""tool_calls":{"id":"\#(id)","function":{"name":"f"}}"#)
    }
    #expect(Decoded(stream([start] + calls + [end()]), context: context, dialect: Self.dialect).failure?.code == .limit)
    let blocks = (0..<5000).map { words("a", $0) }
    #expect(Decoded(stream([start] + blocks + [end()]), dialect: Self.dialect).failure?.code == .limit)
  }

  @Test func S15_malformedEventsAreErrors() {
    #expect(decode(start, words("a"), "{no").script == ["text a", "error decode"])
    #expect(decode(start, "[1]").failure?.code == .decode)
    #expect(decode(start, "error: overloaded").failure?.message == "error: overloaded")
  }

  @Test(arguments: [
    (401, #"{"id":"x","message":"invalid api token"}"#, SpateError.Code.auth, "invalid api token"),
    (
      400, #"{"message":"too many tokens: size limit exceeded"}"#, .contextLength,
      "too many tokens: size limit exceeded"
    ),
    (404, #"{"message":"model 'x' not found"}"#, .notFound, "model 'x' not found"),
    (429, #"{"message":"Please wait and try again later"}"#, .rateLimit, "Please wait and try again later"),
    (422, #"{"message":"bad"}"#, .badRequest, "bad"), (500, #"{"message":"internal"}"#, .server, "internal"),
  ]) func errorBodies(_ status: Int, _ body: String, _ code: SpateError.Code, _ message: String) {
    let failure = Decoded(body, context: ResponseContext(status: status), dialect: Self.dialect).failure
    #expect(failure?.code == code && failure?.message == message && failure?.status == status)
  }
}
