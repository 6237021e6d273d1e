// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// What chunks may lack, repeat and add: rules D1 to D7, D17, D18.
@Suite struct ChatChunkTests {
  @Test func D1_chunkWithoutChoices() {
    let usage = #"{"id":"r1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#
    let decoded = Decoded.everyWay(stream(words("a"), stop(), usage, #"{"choices":[],"moderation":{}}"#))
    #expect(decoded.script == ["text a", "usage 3/1", "finish stop"])
  }

  @Test(arguments: [#"{"id":"r1"}"#, "{}", #"{"choices":null}"#, #"{"choices":{}}"#, #"{"choices":[null,1,"a"]}"#])
  func D2_choicesAbsentOrOdd(_ odd: String) {
    #expect(Decoded.everyWay(stream(odd, words("a"), odd, stop(), odd)).script == ["text a", "finish stop"])
  }

  @Test func D3_azureFirstChunk() {
    let first = #"{"choices":[],"created":0,"id":"","model":"","prompt_filter_results":[{"prompt_index":0}]}"#
    let decoded = Decoded.everyWay(stream(first, words("a"), stop()))
    #expect(decoded.events.first == .start(ResponseStart(id: "r1", model: "m", created: 0)))
    #expect(decoded.answer.id == "r1" && decoded.answer.model == "m")
    #expect(decoded.answer.metadata["prompt_filter_results"] == [["prompt_index": 0]])
  }

  @Test func D4_choiceWithoutDelta() {
    let filter = #"{"choices":[{"index":0,"finish_reason":null,"content_filter_offsets":{"end":5}}]}"#
    let decoded = Decoded.everyWay(stream(words("a"), filter, #"{"choices":[{"delta":null}]}"#, stop()))
    #expect(decoded.script == ["text a", "finish stop"])
    #expect(decoded.answer.metadata["choice"]?["content_filter_offsets"] == ["end": 5])
  }

  @Test(arguments: ["", "null"]) func D5_blankFinishReasons(_ word: String) {
    let cut = Decoded.everyWay(stream(words("a", finish: word), words("b", finish: word), done: false))
    #expect(cut.script == ["text a", "text b", "error truncated"])
    #expect(Decoded.everyWay(stream(words("a", finish: word), stop())).script == ["text a", "finish stop"])
  }

  @Test func D5_unknownFinishReasonsAreKept() {
    let decoded = Decoded.everyWay(stream(words("a"), stop(#"sun\nset"#)))
    #expect(decoded.script == ["text a", "warning unknown_finish", "finish unknown"])
    #expect(decoded.answer.nativeFinish == "sun\nset" && decoded.answer.outcome == .complete)
  }

  @Test func D6_finishReasonOnEveryChunk() {
    let decoded = Decoded.everyWay(stream(words("a", finish: "stop"), words("b", finish: "stop"), stop("length")))
    #expect(decoded.script == ["text a", "text b", "finish length"])
  }

  @Test func D7_finishWithTheLastWords() {
    #expect(
      Decoded.everyWay(stream(words("a"), words("b", finish: "length"))).script.suffix(2) == [
        "text b", "finish length",
      ])
  }

  @Test(arguments: [nil, 1]) func D17_idAndIndexChangeWithEachChunk(_ choices: Int?) {
    let chunks = (0..<3).map {
      #"{"id":"c\#($0)","model":"m\#($0)","choices":[{"index":\#($0),"delta":{"content":"\#($0)"}}]}"#
    }
    let end = #"{"id":"c3","choices":[{"index":3,"delta":{},"finish_reason":"stop"}]}"#
    let decoded = Decoded.everyWay(stream(chunks + [end]), context: ResponseContext(choices: choices))
    #expect(decoded.answer.text == "012" && decoded.answer.choices.count == 1 && decoded.answer.finish == .stop)
    #expect(decoded.answer.id == "c0" && decoded.answer.model == "m0")
  }

  @Test func D18_nothingIsRequired() {
    let body = stream(#"{"choices":[{"delta":{"content":"a"}}]}"#, #"{"choices":[{"finish_reason":"stop"}]}"#)
    let decoded = Decoded.everyWay(body)
    #expect(decoded.events.first == .start(ResponseStart()))
    #expect(decoded.script == ["text a", "finish stop"])
  }

  @Test func D18_fieldsOfOtherTypes() {
    let odd = #"{"id":7,"model":null,"created":"x","object":1,"usage":"none","choices":[{"index":"0","delta":[1],"#
    let more = #""finish_reason":3,"logprobs":null,"text":4}]}"#
    let delta = chunk(
      #"{"role":1,"content":null,"refusal":{},"tool_calls":"x","function_call":[],"audio":[],"annotations":3}"#)
    #expect(Decoded.everyWay(stream(odd + more, delta, words("a"), stop())).script == ["text a", "finish stop"])
  }

  @Test func duplicateKeysTheLastCounts() {
    let delta = #"{"content":"x","content":"a","content":"b"}"#
    let choice =
      #"{"delta":{"content":"no","refusal":"no"},"delta":\#(delta),"finish_reason":"length","finish_reason":"stop"}"#
    let body = #"{"id":"no","id":"r1","choices":[{"delta":{"content":"no"}}],"choices":[\#(choice)]}"#
    let decoded = Decoded.everyWay(stream(body))
    #expect(decoded.script == ["text b", "finish stop"] && decoded.answer.id == "r1")
  }

  @Test func escapedKeysCount() {
    let body = #"{"ch\u006fices":[{"d\u0065lta":{"c\u006fntent":"a"},"finish\u005freason":"stop"}]}"#
    #expect(Decoded.everyWay(stream(body)).script == ["text a", "finish stop"])
  }

  /// Perplexity repeats all that came before in `message`; Together repeats the words in `text`.
  @Test func repeatedWordsCountOnce() {
    let both = #"{"choices":[{"message":{"content":"ab"},"delta":{"content":"b"},"text":"b"}]}"#
    let other = #"{"choices":[{"text":"c","delta":{"content":"c"},"message":{"content":"abc"}}]}"#
    #expect(Decoded.everyWay(stream(words("a"), both, other, stop())).answer.text == "abc")
    let legacy = #"{"choices":[{"text":"d","finish_reason":"stop"}]}"#
    #expect(Decoded.everyWay(stream(legacy)).script == ["text d", "finish stop"])
  }

  @Test func N5_unknownFieldsAreKept() {
    let more = #","citations":["u"],"obfuscation":"xxx","p":"ab","service_tier":"flex""#
    let last =
      #"{"choices":[{"index":0,"delta":{"provider_metadata":{"a":1}},"native_finish_reason":"STOP"}],"citations":["u","v"]}"#
    let decoded = Decoded.everyWay(stream(chunk(#"{"content":"a"}"#, more: more), last, stop()))
    #expect(
      decoded.answer.metadata == [
        "citations": ["u", "v"], "service_tier": "flex", "choice": ["native_finish_reason": "STOP"],
        "delta": ["provider_metadata": ["a": 1]],
      ])
  }

  @Test func N6_annotationsAreSources() {
    let citation = #"{"type":"url_citation","url_citation":{"url":"https://a.example","title":"A"}}"#
    let body = stream(words("a"), chunk(#"{"annotations":[\#(citation),{"url":"https://b.example"}]}"#), stop())
    #expect(
      Decoded.everyWay(body).script == [
        "text a", "source https://a.example A", "source https://b.example -", "finish stop",
      ])
  }

  @Test func audio() {
    let body = stream(
      chunk(#"{"audio":{"id":"x","transcript":"a"}}"#), chunk(#"{"audio":{"data":"AAA=","transcript":"b"}}"#), stop())
    let decoded = Decoded.everyWay(body)
    #expect(decoded.script == ["audio x - a", "audio - AAA= b", "finish stop"])
    #expect(decoded.answer.audioTranscript == "ab" && decoded.answer.audio == ["AAA="])
  }
}
