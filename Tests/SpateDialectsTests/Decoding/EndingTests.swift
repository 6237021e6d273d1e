// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Complete, cut or failed: rules C and promise P8.
@Suite struct EndingTests {
  private static let reset = SpateError(.connect, "reset")

  @Test func B7_aBrokenBodyIsNoEnd() {
    let cut = stream(words("a"), done: false)
    #expect(Decoded.everyWay(cut, end: .broken(Self.reset)).script == ["text a", "error connect"])
    #expect(Decoded.everyWay("", end: .broken(Self.reset)).script == ["error connect"])
    #expect(Decoded.everyWay("{\"choices\"", end: .broken(Self.reset)).script == ["error connect"])
  }

  @Test func C1_aCutStreamIsNoEnd() {
    let decoded = Decoded.everyWay(stream(words("a"), words("b"), done: false))
    #expect(decoded.script == ["text a", "text b", "error truncated"])
    #expect(decoded.failure?.isRetryable == true && decoded.answer.outcome == .cut)
  }

  @Test func C2_finishWithoutDone() {
    #expect(Decoded.everyWay(stream(words("a"), stop(), done: false)).script == ["text a", "finish stop"])
  }

  @Test func C2_doneWithoutFinish() {
    let decoded = Decoded.everyWay(stream(words("a")))
    #expect(decoded.script == ["text a", "warning missing_finish", "finish unknown"])
    #expect(decoded.answer.outcome == .complete && decoded.answer.nativeFinish == nil)
  }

  @Test func C3_anErrorKeepsWhatCame() {
    let usage = chunk("{}", more: #","usage":{"prompt_tokens":3,"completion_tokens":2}"#)
    let call = tool(#""index":0,"id":"a","function":{"name":"sum","arguments":"{\"x"}"#)
    let thought = chunk(#"{"reasoning":"hm"}"#)
    let decoded = Decoded.everyWay(stream(thought, words("a"), call, usage, done: false))
    #expect(decoded.failure?.code == .truncated)
    #expect(decoded.answer.text == "a" && decoded.answer.reasoning == "hm" && decoded.answer.usage?.input == 3)
    #expect(decoded.answer.toolCalls == [ToolCall(id: "a", name: "sum", arguments: "{\"x", isComplete: false)])
  }

  @Test func C3_whatWasHeldBackIsKept() {
    let decoded = Decoded.everyWay(stream(words(#"a\ud83d"#), done: false))
    #expect(decoded.script == ["text a", "text \u{FFFD}", "warning repaired_text", "error truncated"])
  }

  @Test func C12_abnormalFinishIsVisible() {
    let outcomes: [(String, FinishReason, Outcome)] = [
      ("length", .length, .limited), ("content_filter", .contentFilter, .filtered), ("refusal", .refusal, .refused),
      ("tool_calls", .toolCalls, .complete), ("stop", .stop, .complete), ("sunset", .unknown, .complete),
    ]
    for (word, reason, outcome) in outcomes {
      let decoded = Decoded.everyWay(stream(words("a"), stop(word)))
      #expect(decoded.answer.finish == reason && decoded.answer.nativeFinish == word)
      #expect(decoded.answer.outcome == outcome)
    }
  }

  @Test(arguments: ["stop", "error"]) func C12_refusalWithStopIsARefusal(_ word: String) {
    let decoded = Decoded.everyWay(stream(chunk(#"{"refusal":"I "}"#), chunk(#"{"refusal":"will not"}"#), stop(word)))
    #expect(decoded.answer.refusal == "I will not")
    #expect(word == "stop" ? decoded.answer.outcome == .refused : decoded.failure?.code == .provider)
  }

  @Test func C13_dataAfterTheFinish() {
    let decoded = Decoded.everyWay(stream(words("a"), stop("length"), words("b"), stop(), words("c")))
    #expect(decoded.script == ["text a", "text b", "text c", "finish stop"])
    #expect(decoded.answer.nativeFinish == "stop")
  }

  @Test func C13_finishIsGivenOutOnceAndLast() {
    let decoded = Decoded.everyWay(stream(stop(), stop(), words("a", finish: "stop"), stop()))
    #expect(decoded.script == ["text a", "finish stop"])
  }

  @Test func aBreakAfterTheFinishIsAWarning() {
    let body = stream(words("a"), stop(), done: false)
    let decoded = Decoded.everyWay(body, end: .broken(Self.reset))
    #expect(decoded.script == ["text a", "warning late_break", "finish stop"])
    let document = Decoded.everyWay(answer(#"{"content":"a"}"#), end: .broken(Self.reset))
    #expect(document.script == ["text a", "warning late_break", "finish stop"])
    #expect(Decoded.everyWay(body + "data: [DONE]\n\n", end: .broken(Self.reset)).warnings.isEmpty)
  }

  /// Cut after each byte and ended cleanly: no answer before the finish reason, one from there on.
  @Test(arguments: [
    stream(words("a"), words("b"), stop(), chunk("{}", more: #","usage":{"prompt_tokens":1,"completion_tokens":2}"#)),
    stream(words("a"), tool(#""id":"a","function":{"name":"f","arguments":"{}"}"#), stop("tool_calls"), done: false),
    stream(words("a")), stream(words("stop"), words("é", finish: "length")),
    ": x\n\nevent: message\n" + stream(words(#"\"finish_reason\":\"stop\""#), stop()),
  ]) func P8_neverCompleteBeforeItsFinish(_ text: String) throws {
    let body = Array(text.utf8)
    // The first value or mark that ends the answer, found without the decoder; white space behind is not waited for.
    let ends = [#""finish_reason":"stop"}]"#, #""finish_reason":"tool_calls"}]"#, #""finish_reason":"length"}]"#]
    let marks = ends.compactMap { text.firstRange(of: $0)?.upperBound } + [text.firstRange(of: "[DONE]")?.upperBound]
    let first = try #require(marks.compactMap { $0 }.min())
    var place = text.utf8.distance(from: text.startIndex, to: first)
    if body[place] == UInt8(ascii: "}") { place += 1 }

    var decoder = OpenAIChatDialect().decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    for count in 0...body.count {
      let code = Decoded(finishing: decoder, after: events).failure?.code
      #expect(count < place ? code == .truncated : code == nil, "cut after \(count) of \(place) bytes")
      guard count < body.count else { break }
      if decoder.feed(body.span.extracting(count..<count + 1), into: &events) == .done { break }
    }
  }

  @Test func P8_severalAnswersAreCompleteWhenAllAre() {
    let open = [words("a"), words("b", choice: 1), stop()]
    #expect(Decoded.everyWay(stream(open, done: false)).failure?.code == .truncated)
    #expect(Decoded.everyWay(stream(open + [stop(choice: 1)], done: false)).failure == nil)
    #expect(Decoded.everyWay(stream(open)).answer.choices.map(\.finish) == [.stop, nil])
  }
}
