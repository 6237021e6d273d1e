// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Several answers, and log probabilities: rules T8, T12, T13.
@Suite struct ChatChoiceTests {
  private static let two = ResponseContext(choices: 2)

  @Test(arguments: [2, nil]) func T13_answersInterleavedAndLate(_ choices: Int?) {
    let body = stream(
      words("a"), words("x", choice: 1), words("b"), stop(), words("y", choice: 1), stop("length", choice: 1))
    let decoded = Decoded.everyWay(body, context: ResponseContext(choices: choices))
    #expect(decoded.script == ["text a", "text#1 x", "text b", "text#1 y", "finish stop"])
    #expect(decoded.answer.choices.map(\.text) == ["ab", "xy"])
    #expect(decoded.answer.choices.map(\.finish) == [.stop, .length] && decoded.answer.choices.map(\.index) == [0, 1])
  }

  @Test func T13_severalAnswersInOneChunkWithIDsOfTheirOwn() {
    func both(_ id: String, _ first: String, _ second: String) -> String {
      #"{"id":"\#(id)","choices":[{"index":1,"delta":{"content":"\#(second)"}},{"index":0,"delta":{"content":"\#(first)"}}]}"#
    }
    let decoded = Decoded.everyWay(stream(both("a", "1", "2"), both("b", "3", "4")), context: Self.two)
    #expect(decoded.answer.choices.map(\.text) == ["13", "24"])
  }

  @Test func T13_answersThatComeInReverse() {
    let body = stream(
      words("c", finish: "length", choice: 2), words("b", finish: "stop", choice: 1), words("a", finish: "stop"))
    let decoded = Decoded.everyWay(body, context: ResponseContext(choices: 3))
    #expect(decoded.answer.choices.map(\.text) == ["a", "b", "c"])
    #expect(decoded.answer.choices.map(\.finish) == [.stop, .stop, .length] && decoded.answer.finish == .stop)
  }

  @Test(arguments: ["-1", "-2147483649", "99999999999999999999", "null", "\"1\"", "0.5"])
  func impossibleIndicesAreTheFirst(_ index: String) {
    let body = stream(#"{"id":"r1","choices":[{"index":\#(index),"delta":{"content":"a"}}]}"#, words("b"), stop())
    #expect(Decoded.everyWay(body, context: Self.two).answer.text == "ab")
  }

  @Test func hugeIndices() {
    let body = stream(words("a"), words("b", choice: 2_147_483_648), stop(), stop(choice: 2_147_483_648))
    let decoded = Decoded.everyWay(body, context: Self.two)
    #expect(decoded.answer.choices.map(\.text) == ["a", "b"])
    #expect(decoded.answer.choices.map(\.finish) == [.stop, .stop])
  }

  @Test func T8_eachAnswerByItsOwnReason() {
    func call(_ choice: Int) -> String {
      tool(#""index":0,"id":"c\#(choice)","function":{"name":"f","arguments":"{}"}"#, choice: choice)
    }
    let body = stream(call(0), call(1), stop("tool_calls"), stop("length", choice: 1))
    let decoded = Decoded.everyWay(body, context: Self.two)
    #expect(decoded.answer.choices.flatMap(\.toolCalls).map(\.isComplete) == [true, false])
  }

  @Test func C12_aRefusalIsItsOwnAnswers() {
    let refusal = chunk(#"{"refusal":"no"}"#, finish: "stop", choice: 1)
    let decoded = Decoded.everyWay(stream(refusal, words("a", finish: "stop")), context: Self.two)
    #expect(decoded.answer.choices.map(\.finish) == [.stop, .refusal] && decoded.answer.outcome == .complete)
    #expect(decoded.answer.choices.map(\.refusal) == [nil, "no"])
  }

  @Test func choicesOfTheFinishOnlyWhenSeveral() throws {
    let one = try #require(Decoded.everyWay(stream(words("a"), stop())).events.last)
    #expect(one == .finish(Finish(reason: .stop, native: "stop")))
    let two = try #require(
      Decoded.everyWay(stream(words("a"), words("b", finish: "eos", choice: 1)), context: Self.two).events.last)
    let ends = [
      ChoiceFinish(choice: 0, reason: nil, native: nil), ChoiceFinish(choice: 1, reason: .stop, native: "eos"),
    ]
    #expect(two == .finish(Finish(reason: .unknown, native: nil, choices: ends)))
  }

  @Test func T12_logprobsAreAppendedByAnswer() {
    func probable(_ token: String, _ choice: Int) -> String {
      #"{"id":"r1","choices":[{"index":\#(choice),"delta":{"content":"\#(token)"},"#
        + #""logprobs":{"content":[{"token":"\#(token)","logprob":-0.10,"top_logprobs":[]}]}}]}"#
    }
    let body = stream(probable("a", 0), probable("x", 1), probable("b", 0), stop(), stop(choice: 1))
    let choices = Decoded.everyWay(body, context: Self.two).answer.choices
    #expect(choices.map { $0.logprobs.compactMap { $0["content"]?[0]?["token"]?.string } } == [["a", "b"], ["x"]])
    #expect(choices[0].logprobs[0]["content"]?[0]?["logprob"]?.description == "-0.10")
  }

  @Test func T12_eventsAreValues() {
    let body = Array(stream(words("a"), words("b"), stop()).utf8)
    var decoder = OpenAIChatDialect().decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    var delivered: [StreamEvent] = []
    for byte in body {
      _ = decoder.feed([byte].span, into: &events)
      #expect(events.starts(with: delivered))
      delivered = events
    }
  }
}
