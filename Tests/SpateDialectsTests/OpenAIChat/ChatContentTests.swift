// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Words and thoughts in all their forms: rules D11 to D13, D19, T10.
@Suite struct ChatContentTests {
  private func content(_ value: String) -> String { chunk(#"{"content":\#(value)}"#) }

  @Test func D11_arraysOfBlocks() {
    let thinking = #"{"type":"thinking","thinking":[{"type":"text","text":"h"},{"type":"text","text":"m"}]}"#
    let body = stream(
      content("[\(thinking)]"), content(#"[{"type":"text","text":"a"},"b",{"text":"c"}]"#), content(#""d""#),
      content(#"[{"type":"reference","reference_ids":[1]}]"#), content("[]"), content("[null,1]"), stop())
    #expect(
      Decoded.everyWay(body).script == [
        "thought hm", "text a", "text b", "text c", "text d", "raw content.reference", "finish stop",
      ])
  }

  @Test func D11_databricksReasoningBlocks() {
    let block = #"{"type":"reasoning","summary":[{"type":"summary_text","text":"hm","signature":"s"}],"signature":"S"}"#
    #expect(
      Decoded.everyWay(stream(content("[\(block)]"), stop())).script == ["thought hm", "detail S -", "finish stop"])
  }

  @Test func contentOfOtherKinds() {
    let body = stream(content(#"{"city":"Bonn","n":1.50}"#), content("12"), content("true"), content("null"), stop())
    #expect(
      Decoded.everyWay(body).script == [#"text {"city":"Bonn","n":1.50}"#, "text 12", "text true", "finish stop"])
  }

  @Test func D12_emptyDeltasAreNoEvents() {
    let empty = chunk(
      #"{"role":"assistant","content":"","reasoning":"","reasoning_content":"","refusal":"","reasoning_details":[]}"#)
    let decoded = Decoded.everyWay(stream(empty, chunk(#"{"reasoning":"h"}"#), empty, words("a"), empty, stop()))
    #expect(decoded.script == ["thought h", "text a", "finish stop"])
    #expect(decoded.answer.refusal == nil)
  }

  @Test(arguments: ["reasoning_content", "reasoning", "thinking"]) func D13_reasoningUnderAnyName(_ name: String) {
    let body = stream(
      chunk(#"{"content":null,"\#(name)":"h"}"#), chunk(#"{"\#(name)":"m","content":""}"#), words("a"), stop())
    #expect(Decoded.everyWay(body).script == ["thought h", "thought m", "text a", "finish stop"])
  }

  @Test func D13_sameReasoningInTwoFieldsOnce() {
    let all =
      #"{"reasoning":"h","thinking":"h","reasoning_content":"h","reasoning_details":[{"type":"reasoning.text","text":"h"}]}"#
    let blank = #"{"reasoning_content":"","reasoning":"m","reasoning_details":[{"type":"reasoning.text","text":"m"}]}"#
    let decoded = Decoded.everyWay(stream(chunk(all), chunk(blank), stop()))
    #expect(decoded.answer.reasoning == "hm" && decoded.answer.reasoningDetails.count == 2)
  }

  @Test func D13_detailsAlone() {
    let details = #"[{"type":"reasoning.text","text":"h","signature":null},{"type":"reasoning.summary","summary":"m"}]"#
    let sealed = #"[{"type":"reasoning.encrypted","data":"xyz"},{"type":"reasoning.text","signature":"S"}]"#
    let decoded = Decoded.everyWay(
      stream(chunk(#"{"reasoning_details":\#(details)}"#), chunk(#"{"reasoning_details":\#(sealed)}"#), stop()))
    #expect(decoded.script == ["thought hm", "detail - \(details)", "detail S \(sealed)", "finish stop"])
  }

  @Test func D13_reasoningAsAList() {
    #expect(Decoded.everyWay(stream(chunk(#"{"reasoning":[{"text":"h"},"m"]}"#), stop())).answer.reasoning == "hm")
  }

  @Test func D12_D16_streamedDetailsAreMergedForSendingBack() {
    func details(_ list: String) -> String { chunk(#"{"reasoning_details":[\#(list)]}"#) }
    let pieces = [
      details(#"{"type":"reasoning.text","text":"h","index":0,"format":"x"}"#),
      details(#"{"type":"reasoning.text","text":"m","index":0,"format":"x"}"#),
      details(#"{"type":"reasoning.text","signature":"S","index":0,"format":"x"}"#),
      details(
        #"{"type":"reasoning.encrypted","data":"a","index":1},{"type":"reasoning.encrypted","data":"b","index":1}"#),
      details(#"{"type":"reasoning.text","text":"again","index":2}"#),
    ]
    let whole =
      #"[{"type":"reasoning.text","text":"hm","signature":"S","index":0,"format":"x"},"#
      + #"{"type":"reasoning.encrypted","data":"a","index":1},{"type":"reasoning.encrypted","data":"b","index":1},"#
      + #"{"type":"reasoning.text","text":"again","index":2}]"#
    let streamed = Decoded.everyWay(stream(pieces + [words("a"), stop()])).answer.message
    let atOnce = Decoded.everyWay(answer(#"{"content":"a","reasoning_details":\#(whole)}"#)).answer.message
    #expect(streamed == atOnce)
  }

  @Test func T10_surrogatePairsOverDeltas() {
    let body = stream(
      words(#"a\ud83d"#), words(#"\ude42b"#), chunk(#"{"reasoning":"\ud83d"}"#), chunk(#"{"reasoning":"\ude42"}"#),
      stop())
    let decoded = Decoded.everyWay(body)
    #expect(decoded.script == ["text a", "text 🙂b", "thought 🙂", "finish stop"] && decoded.warnings.isEmpty)
  }

  @Test func T10_loneSurrogates() {
    let body = stream(words(#"\ud83d"#), words("b"), words(#"\ude42"#), words(#"c\ud83d"#), stop())
    let decoded = Decoded.everyWay(body)
    #expect(decoded.answer.text == "\u{FFFD}b\u{FFFD}c\u{FFFD}" && decoded.warnings == [.repairedText])
  }

  @Test func T10_surrogatesOfTextReasoningAndAnswersAreKeptApart() {
    let body = stream(
      words(#"\ud83d"#), words(#"\ud83d"#, choice: 1), chunk(#"{"refusal":"\ud83d"}"#), words(#"\ude00"#, choice: 1),
      words(#"\ude42"#), chunk(#"{"refusal":"\ude01"}"#), stop(), stop(choice: 1))
    let decoded = Decoded.everyWay(body)
    #expect(decoded.answer.choices.map(\.text) == ["🙂", "😀"] && decoded.answer.refusal == "😁")
  }

  @Test func T10_surrogatePairsInArguments() {
    func piece(_ text: String) -> String { tool(#""index":0,"id":"a","function":{"name":"f","arguments":"\#(text)"}"#) }
    let decoded = Decoded.everyWay(stream(piece(#"{\"a\":\"\ud83d"#), piece(#"\ude42\"}"#), stop("tool_calls")))
    #expect(decoded.answer.toolCalls.map(\.arguments) == [#"{"a":"🙂"}"#])
    // An escape of the arguments' own JSON is text here: any cut of it is whole scalars.
    let escaped = Decoded.everyWay(stream(piece(#"{\"a\":\"\\ud8"#), piece(#"3d\\ude42\"}"#), stop("tool_calls")))
    #expect(escaped.answer.toolCalls[0].value == ["a": "🙂"] && escaped.answer.toolCalls[0].isComplete)
  }

  @Test func D19_groqUsageAndError() {
    let body = stream(
      words("a"),
      chunk("{}", finish: "stop", more: #","x_groq":{"id":"q","usage":{"prompt_tokens":2,"completion_tokens":1}}"#))
    #expect(Decoded.everyWay(body).script == ["text a", "usage 2/1", "finish stop"])
    let twice =
      #","usage":{"prompt_tokens":2,"completion_tokens":1},"x_groq":{"usage":{"prompt_tokens":2,"completion_tokens":1}}"#
    #expect(Decoded.everyWay(stream(chunk("{}", finish: "stop", more: twice))).script == ["usage 2/1", "finish stop"])
    let failed = #","x_groq":{"error":{"message":"no tool","type":"invalid_request_error","code":"tool_use_failed"}}"#
    let decoded = Decoded.everyWay(stream(words("a"), chunk("{}", more: failed)))
    #expect(decoded.script == ["text a", "error bad_request"] && decoded.failure?.providerCode == "tool_use_failed")
  }
}
