// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

private typealias Body = AnthropicBodies

/// What the events of a stream mean, each stream at every split.
@Suite struct AnthropicStreamTests {
  @Test func wordsAndNames() {
    let decoded = Decoded.anthropic(
      Body.stream(
        Body.text(), #"{"type":"ping"}"#, Body.words("Grü"), Body.words("ße"), Body.end(), Body.reason(), Body.stop))
    #expect(decoded.script == ["usage 3/1", "text Grü", "text ße", "usage 3/5", "finish stop"])
    #expect(decoded.answer.id == "m1" && decoded.answer.model == "claude" && decoded.answer.nativeFinish == "end_turn")
    // A ping is no event.
    #expect(decoded.eventCount == 7)
  }

  @Test func textMayBeginWithItsBlock() {
    let decoded = Decoded.anthropic(
      Body.stream(Body.begin(#""type":"text","text":"Hel""#), Body.words("lo"), Body.end(), Body.reason(), Body.stop))
    #expect(decoded.answer.text == "Hello")
  }

  @Test func pingsDoNotStopTheFirstByteClock() {
    var decoder = AnthropicDialect().decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    _ = decoder.feed(Array("event: ping\ndata: {\"type\": \"ping\"}\n\n".utf8).span, into: &events)
    #expect(!decoder.hasBegun && events.isEmpty && decoder.eventCount == 0)
    _ = decoder.feed(Array("data: \(Body.start)\n\n".utf8).span, into: &events)
    #expect(decoder.hasBegun && decoder.eventCount == 1)
  }

  @Test func eventNamesAreNotNeeded() {
    let events = [Body.start, Body.text(), Body.words("a"), Body.end(), Body.reason(), Body.stop]
    let decoded = Decoded.anthropic(events.map { "data: \($0)\n\n" }.joined())
    #expect(decoded.answer.text == "a" && decoded.failure == nil)
  }

  // MARK: Thoughts

  @Test func N1_thoughtsKeepTheirSignatureAndTheirPlace() {
    let decoded = Decoded.anthropic(
      Body.stream(
        Body.begin(#""type":"thinking","thinking":"","signature":"""#), Body.thought("h"), Body.thought("m"),
        Body.signature("ErUB+/=="), Body.end(), Body.text(at: 1), Body.words("a", at: 1), Body.end(at: 1),
        Body.tool(at: 2), Body.input("{}", at: 2), Body.end(at: 2), Body.reason("tool_use"), Body.stop))
    #expect(decoded.answer.reasoning == "hm")
    #expect(
      decoded.answer.message.content == [
        .reasoning(Reasoning(text: "hm", signature: "ErUB+/==", dialect: .anthropic)), "a",
        .toolCall(ToolCall(id: "t1", name: "f", arguments: "{}")),
      ])
  }

  @Test func N2_piecesOfASignatureAreAppended() {
    let decoded = Decoded.anthropic(
      Body.stream(
        Body.begin(#""type":"thinking","thinking":"","signature":"ab""#), Body.signature("ab"), Body.signature("bc"),
        Body.end(), Body.reason(), Body.stop))
    #expect(
      decoded.answer.message.content == [.reasoning(Reasoning(text: "", signature: "ababbc", dialect: .anthropic))])
  }

  @Test func N3_redactedThoughtsAreKeptWholeAndNeverShown() {
    let decoded = Decoded.anthropic(
      Body.stream(
        Body.begin(#""type":"redacted_thinking","data":"EmwK+/=""#), Body.end(),
        Body.begin(#""type":"redacted_thinking","data":"2""#, at: 1), Body.end(at: 1), Body.text(at: 2),
        Body.words("a", at: 2), Body.end(at: 2), Body.reason(), Body.stop))
    #expect(decoded.answer.reasoning.isEmpty && decoded.answer.text == "a")
    func redacted(_ data: JSONValue) -> ContentPart {
      .reasoning(
        Reasoning(text: "", details: ["type": "redacted_thinking", "data": data], dialect: .anthropic))
    }
    #expect(decoded.answer.message.content == [redacted("EmwK+/="), redacted("2"), "a"])
  }

  // MARK: What is new to us

  @Test func N5_unknownBlocksDeltasAndEventsDoNotStopTheStream() {
    let decoded = Decoded.anthropic(
      Body.stream(
        #"{"type":"heart_beat_2","n":1}"#, Body.begin(#""type":"hologram","data":"a""#),
        Body.delta(#""type":"hologram_delta","data":"b","n":1"#), Body.end(), Body.text(at: 1),
        Body.delta(#""type":"glow_delta","glow":1"#, at: 1), Body.words("a", at: 1), Body.end(at: 1), Body.reason(),
        Body.stop))
    let part = NativePart(
      dialect: .anthropic, type: "hologram", value: ["type": "hologram", "data": "ab", "n": 1])
    #expect(decoded.answer.message.content == [.native(part), "a"])
    #expect(decoded.script.filter { $0.hasPrefix("raw") } == ["raw heart_beat_2", "raw glow_delta"])
    #expect(decoded.failure == nil)
  }

  @Test func wordsOfABlockThatNeverBeganAreNotLost() {
    let decoded = Decoded.anthropic(
      Body.stream(Body.words("a"), Body.input("x", at: 7), Body.end(at: 9), Body.reason(), Body.stop))
    #expect(decoded.answer.text == "a" && decoded.failure == nil)
    #expect(decoded.script.contains("raw input_json_delta"))
  }

  // MARK: Sources and the provider's tools

  @Test func N6_citationsBelongToTheirBlock() {
    let citation = #"{"type":"web_search_result_location","url":"https://a.example","title":"A","encrypted_index":"x"}"#
    let decoded = Decoded.anthropic(
      Body.stream(
        Body.text(), Body.words("a"), Body.end(), Body.begin(#""type":"text","text":"","citations":[]"#, at: 1),
        Body.delta(#""type":"citations_delta","citation":\#(citation)"#, at: 1), Body.words("b", at: 1),
        Body.end(at: 1), Body.reason(), Body.stop))
    #expect(decoded.answer.sources.map(\.url) == ["https://a.example"] && decoded.answer.sources[0].title == "A")
    let text = AnnotatedText(
      "b",
      citations: [
        [
          "type": "web_search_result_location", "url": "https://a.example", "title": "A", "encrypted_index": "x",
        ]
      ], seal: Seal(dialect: .anthropic))
    #expect(decoded.answer.message.content == ["a", .annotated(text)])
  }

  @Test func providersToolsAreNoCallsOfOurs() {
    let result = #""type":"web_search_tool_result","tool_use_id":"s1","content":[{"url":"u","encrypted_content":"E"}]"#
    let failed =
      #""type":"web_fetch_tool_result","tool_use_id":"s2","content":{"type":"web_fetch_tool_result_error"}"#
    let decoded = Decoded.anthropic(
      Body.stream(
        Body.begin(#""type":"server_tool_use","id":"s1","name":"web_search","input":{}"#), Body.input(#"{\"q\":"#),
        Body.input(#"\"x\"}"#), Body.end(), Body.begin(result, at: 1), Body.end(at: 1), Body.begin(failed, at: 2),
        Body.end(at: 2), Body.text(at: 3), Body.words("a", at: 3), Body.end(at: 3), Body.reason(), Body.stop))
    #expect(decoded.answer.toolCalls.isEmpty && decoded.answer.text == "a")
    let tools = decoded.answer.providerTools
    #expect(tools.map(\.id) == ["s1", "s1", "s2"] && tools.map(\.name) == ["web_search", "web_search", "web_fetch"])
    #expect(tools[0].input == #"{"q":"x"}"# && tools[0].output == nil && tools.map(\.isError) == [false, false, true])
    #expect(tools[0].seal.details?["input"] == ["q": "x"])
    #expect(tools[1].output?[0]?["encrypted_content"] == "E")
    #expect(decoded.script.contains("running s1 web_search"))
    #expect(decoded.answer.message.content.count == 4)
  }

  // MARK: Calls

  @Test func parallelCallsAndTheirPieces() {
    let decoded = Decoded.anthropic(
      Body.stream(
        Body.tool("a", "f", at: 0), Body.input(""), Body.input(#"{\"x\""#), Body.tool("b", "g", at: 1),
        Body.input(#"{\"y\":2}"#, at: 1), Body.input(":1}"), Body.end(), Body.end(at: 1), Body.reason("tool_use"),
        Body.stop))
    #expect(
      decoded.script == [
        "usage 3/1", "call 0 a f", #"input 0 {"x""#, "call 1 b g", #"input 1 {"y":2}"#, "input 0 :1}", "usage 3/5",
        #"called a f {"x":1}"#, #"called b g {"y":2}"#, "finish tool_calls",
      ])
  }

  @Test func T6_aCallWithoutArguments() {
    let decoded = Decoded.anthropic(
      Body.stream(Body.tool(), Body.input(""), Body.end(), Body.reason("tool_use"), Body.stop))
    #expect(decoded.answer.toolCalls.map(\.value) == [[:]] && decoded.answer.toolCalls[0].isComplete)
    #expect(decoded.warnings.isEmpty)
  }

  @Test func argumentsThatComeWithTheBlock() {
    let block = #""type":"tool_use","id":"a","name":"f","input":{"x":1.0}"#
    let whole = Decoded.anthropic(
      Body.stream(Body.begin(block), Body.end(), Body.reason("tool_use"), Body.stop))
    #expect(whole.answer.toolCalls.map(\.arguments) == [#"{"x":1.0}"#])
    let both = Decoded.anthropic(
      Body.stream(Body.begin(block), Body.input(#"{\"y\":2}"#), Body.end(), Body.reason("tool_use"), Body.stop))
    #expect(both.answer.toolCalls.map(\.arguments) == [#"{"y":2}"#])
  }

  @Test func T7_brokenArgumentsAreGivenAsTheyAre() {
    let decoded = Decoded.anthropic(
      Body.stream(Body.tool(), Body.input("{'x'"), Body.end(), Body.reason("tool_use"), Body.stop))
    #expect(decoded.answer.toolCalls.map(\.arguments) == ["{'x'"] && !decoded.answer.toolCalls[0].isComplete)
    #expect(decoded.warnings == [.malformedArguments])
  }

  @Test(arguments: ["max_tokens", "model_context_window_exceeded", "refusal"])
  func T8_aCallThatALimitCutIsNotRun(_ word: String) {
    let decoded = Decoded.anthropic(
      Body.stream(Body.tool(), Body.input("{}"), Body.end(), Body.reason(word), Body.stop))
    #expect(decoded.answer.toolCalls.map(\.isComplete) == [false] && decoded.warnings.isEmpty)
  }

  @Test func T10_surrogatesSplitOverDeltas() {
    let decoded = Decoded.anthropic(
      Body.stream(
        Body.text(), Body.words(#"a\ud83d"#), Body.words(#"\ude42"#), Body.words(#"\ud83d"#), Body.end(),
        Body.reason(), Body.stop))
    #expect(decoded.answer.text == "a🙂\u{FFFD}" && decoded.warnings == [.repairedText])
  }

  @Test func calledByWhomIsKept() {
    let block = #""type":"tool_use","id":"a","name":"f","input":{},"caller":{"type":"direct"}"#
    let call = Decoded.anthropic(Body.stream(Body.begin(block), Body.end(), Body.reason("tool_use"), Body.stop)).answer
      .toolCalls[0]
    #expect(call.seal == Seal(dialect: .anthropic, details: ["caller": ["type": "direct"]]))
  }
}
