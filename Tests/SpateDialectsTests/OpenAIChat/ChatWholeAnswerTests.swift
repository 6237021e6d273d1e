// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Answers that come whole, and that they are the same as streamed ones: rule D16.
@Suite struct ChatWholeAnswerTests {
  /// What a stream and a whole answer of the same content must agree on.
  private func same(
    _ streamed: [String], _ message: String, finish: String = "stop", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var stream = Decoded.everyWay(stream(streamed + [stop(finish)]), sourceLocation: sourceLocation).answer
    var whole = Decoded.everyWay(answer(message, finish: finish), sourceLocation: sourceLocation).answer
    #expect(stream.message == whole.message, sourceLocation: sourceLocation)
    // The number of pieces and their metadata differ by nature.
    (stream.chunkCount, whole.chunkCount, stream.metadata, whole.metadata) = (0, 0, [:], [:])
    (stream.reasoningDetails, whole.reasoningDetails) = ([], [])
    #expect(stream == whole, sourceLocation: sourceLocation)
  }

  @Test func D16_text() {
    same([words("Hel"), words("lo 🙂")], #"{"role":"assistant","content":"Hello 🙂","refusal":null}"#)
  }

  @Test func D16_reasoning() {
    same(
      [chunk(#"{"reasoning_content":"h"}"#), chunk(#"{"reasoning_content":"m"}"#), words("a")],
      #"{"content":"a","reasoning_content":"hm"}"#)
    same(
      [chunk(#"{"reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"S"}]}"#)],
      #"{"content":null,"reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"S"}]}"#)
    same(
      [chunk(#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}"#), words("a")],
      #"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"}]}"#)
  }

  @Test func D16_toolCalls() {
    same(
      [
        tool(#""index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\""}"#),
        tool(#""index":0,"function":{"arguments":":1}"}"#),
        tool(#""index":1,"id":"b","type":"custom","custom":{"name":"g","input":"ls"}"#),
      ],
      #"{"content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},"#
        + #"{"id":"b","type":"custom","custom":{"name":"g","input":"ls"}}]}"#, finish: "tool_calls")
    same(
      [chunk(#"{"function_call":{"name":"f","arguments":"{}"}}"#)],
      #"{"content":null,"function_call":{"name":"f","arguments":"{}"}}"#, finish: "function_call")
  }

  @Test func D16_refusalAndLimit() {
    same([chunk(#"{"refusal":"I "}"#), chunk(#"{"refusal":"can not"}"#)], #"{"content":null,"refusal":"I can not"}"#)
    same([words("a")], #"{"content":"a"}"#, finish: "length")
    same([words("a")], #"{"content":"a"}"#, finish: "content_filter")
  }

  @Test(arguments: [
    #"{"function":{"name":"f","arguments":"{\"n\":1}"}},{"function":{"name":"f","arguments":"{\"n\":2}"}}"#,
    #"{"id":"","function":{"name":"f","arguments":"{\"n\":1}"}},{"id":"","function":{"name":"f","arguments":"{\"n\":2}"}}"#,
    #"{"index":0,"id":"x","function":{"name":"f","arguments":"{\"n\":1}"}},{"index":0,"id":"x","function":{"name":"f","arguments":"{\"n\":2}"}}"#,
  ]) func T1_entriesOfAWholeAnswerAreCallsOfTheirOwn(_ entries: String) {
    let decoded = Decoded.everyWay(answer(#"{"content":null,"tool_calls":[\#(entries)]}"#, finish: "tool_calls"))
    #expect(decoded.answer.toolCalls.map(\.value) == [["n": 1], ["n": 2]])
    #expect(decoded.answer.toolCalls.map(\.isComplete) == [true, true])
  }

  @Test func severalAnswers() {
    let one = #"{"index":0,"message":{"content":"a"},"finish_reason":"stop"}"#
    let two = #"{"index":1,"message":{"content":"b"},"finish_reason":"length"}"#
    let decoded = Decoded.everyWay(#"{"id":"r1","choices":[\#(one),\#(two)]}"#)
    #expect(decoded.answer.choices.map(\.text) == ["a", "b"])
    #expect(decoded.answer.choices.map(\.finish) == [.stop, .length])
  }

  /// `message` counts in a whole answer, `delta` in a stream, where both are sent.
  @Test func theMessageCounts() {
    let body = #"{"choices":[{"delta":{"content":"no"},"message":{"content":"a"},"text":"a","finish_reason":"stop"}]}"#
    #expect(Decoded.everyWay(body).answer.text == "a")
    #expect(Decoded.everyWay(#"{"choices":[{"text":"a","finish_reason":"stop"}]}"#).answer.text == "a")
  }

  @Test func errorsBesideTheAnswer() {
    let body = answer(#"{"content":"a"}"#, finish: "error", more: #","error":{"message":"m","code":502}"#)
    let decoded = Decoded.everyWay(body)
    #expect(decoded.script == ["text a", "error server"] && decoded.failure?.status == 502)
    #expect(decoded.failure?.nativeFinish == "error" && decoded.answer.text == "a")
  }

  @Test(arguments: ["null", "\"\"", "{}", "[]", "false"]) func C6_anErrorThatSaysNothingIsNone(_ error: String) {
    #expect(Decoded.everyWay(answer(#"{"content":"a"}"#, more: #","error":\#(error)"#)).failure == nil)
    #expect(
      Decoded.everyWay(stream(chunk(#"{"content":"a"}"#, finish: "stop", more: #","error":\#(error)"#))).failure == nil)
  }

  @Test func missingFinish() {
    let decoded = Decoded.everyWay(#"{"choices":[{"message":{"content":"a"},"finish_reason":null}]}"#)
    #expect(decoded.script == ["text a", "warning missing_finish", "finish unknown"])
  }
}
