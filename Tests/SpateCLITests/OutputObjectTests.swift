// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@testable import SpateCLI

/// The JSON that scripts rely on (architecture.md, part 4), byte for byte.
@Suite struct OutputObjectTests {
  func text(_ event: StreamEvent) -> String { String(decoding: EventObject(event: event).bytes, as: UTF8.self) }

  @Test func everyEventHasItsLine() {
    let lines: [(StreamEvent, String)] = [
      (.start(ResponseStart(id: "i", model: "m", created: 5)), #"{"type":"start","id":"i","model":"m","created":5}"#),
      (.start(ResponseStart()), #"{"type":"start","id":null,"model":null,"created":null}"#),
      (.text(TextDelta("a\n\"é")), #"{"type":"text","text":"a\n\"é"}"#),
      (
        .text(TextDelta("a", choice: 2, block: 1)), #"{"type":"text","text":"a","choice":2,"block":1}"#
      ), (.reasoning(TextDelta("h")), #"{"type":"reasoning","text":"h"}"#),
      (.refusal(TextDelta("no")), #"{"type":"refusal","text":"no"}"#),
      (
        .reasoningDetail(BlockSeal(Seal(signature: "s", details: [1]))),
        #"{"type":"reasoning_detail","signature":"s","details":[1]}"#
      ),
      (
        .toolInputStart(ToolInputStart(index: 0, id: "c", name: "f")),
        #"{"type":"tool_input_start","index":0,"id":"c","name":"f"}"#
      ),
      (
        .toolInputDelta(ToolInputDelta(index: 1, choice: 3, arguments: "{")),
        #"{"type":"tool_input_delta","index":1,"choice":3,"arguments":"{"}"#
      ),
      (
        .toolCall(ToolCall(id: "c", name: "f", arguments: "{}")),
        #"{"type":"tool_call","id":"c","name":"f","arguments":"{}","complete":true}"#
      ),
      (
        .toolCall(ToolCall(id: "c", name: "f", arguments: "{", isComplete: false, choice: 1)),
        #"{"type":"tool_call","id":"c","name":"f","arguments":"{","complete":false,"choice":1}"#
      ), (.audio(AudioDelta(id: "a", data: "AA==")), #"{"type":"audio","id":"a","data":"AA=="}"#),
      (
        .source(Source(url: "u", title: nil, native: ["x": 1])),
        #"{"type":"source","url":"u","title":null,"native":{"x":1}}"#
      ), (.logprobs(LogprobsDelta(choice: 0, native: [:])), #"{"type":"logprobs","native":{}}"#),
      (
        .usage(Usage(input: 1, output: 2)),
        #"{"type":"usage","usage":{"input":1,"output":2,"cached_input":null,"cache_write":null,"reasoning":null}}"#
      ),
      (
        .warning(StreamWarning(.lateBreak, "w")), #"{"type":"warning","code":"late_break","message":"w"}"#
      ), (.raw(RawEvent(type: "t", bytes: [0x61])), #"{"type":"raw","name":"t","data":"a"}"#),
      (
        .finish(Finish(reason: .stop, native: "end_turn")),
        #"{"type":"finish","finish":"stop","native_finish":"end_turn","outcome":"complete"}"#
      ),
      (
        .finish(
          Finish(
            reason: .length, native: nil,
            choices: [
              ChoiceFinish(choice: 0, reason: .length, native: "length"),
              ChoiceFinish(choice: 1, reason: nil, native: nil),
            ], metadata: ["k": "v"])),
        #"{"type":"finish","finish":"length","native_finish":null,"outcome":"limited","#
          + #""choices":[{"choice":0,"finish":"length","native_finish":"length"},"#
          + #"{"choice":1,"finish":null,"native_finish":null}],"metadata":{"k":"v"}}"#
      ),
    ]
    for (event, line) in lines { #expect(text(event) == line) }
  }

  @Test func anErrorsLineSaysHowItEnded() {
    var error = SpateError(.rateLimit, "slow")
    error.status = 429
    error.retryAfter = .milliseconds(1500)
    error.requestID = "r"
    #expect(
      String(decoding: EventObject.bytes(of: error), as: UTF8.self)
        == #"{"type":"error","outcome":"failed","error":{"code":"rate_limit","message":"slow","status":429,"#
        + #""provider_code":null,"phase":null,"retry_after":1.5,"request_id":"r","retryable":true,"attempts":1}}"#)
  }

  @Test func noEventHoldsALineEnd() {
    for event in [
      StreamEvent.text(TextDelta("a\r\nb\u{2028}c")), .raw(RawEvent(type: "\n", bytes: Array("\n".utf8))),
      .warning(StreamWarning(.lateBreak, "a\nb")),
    ] { #expect(!EventObject(event: event).bytes.contains(0x0A)) }
  }

  /// An answer of these events.
  func answer(_ events: StreamEvent...) -> PartialResponse {
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    return accumulator.partial
  }

  func json(_ object: ResponseObject) -> String { String(decoding: object.bytes, as: UTF8.self) }

  @Test func aWholeAnswerHasEveryMember() {
    let answer = answer(
      .start(ResponseStart(id: "i", model: "m")), .reasoning(TextDelta("hm")), .text(TextDelta("Hi")),
      .toolCall(ToolCall(id: "c", name: "f", arguments: #"{"a":1}"#)),
      .usage(Usage(input: 1, output: 2, cachedInput: 0)), .warning(StreamWarning(.missingFinish, "w")),
      .finish(Finish(reason: .toolCalls, native: "tool_use")))
    #expect(
      json(ResponseObject(answer: answer, error: nil, eventCount: 7))
        == #"{"text":"Hi","reasoning":"hm","refusal":null,"#
        + #""tool_calls":[{"id":"c","name":"f","arguments":{"a":1},"arguments_raw":null}],"#
        + #""finish":"tool_calls","native_finish":"tool_use","outcome":"complete","#
        + #""usage":{"input":1,"output":2,"cached_input":0,"cache_write":null,"reasoning":null},"#
        + #""error":null,"model":"m","id":"i","events":7,"choices":null,"#
        + #""warnings":[{"code":"missing_finish","message":"w"}]}"#)
  }

  @Test func argumentsThatAreNoJSONAreRaw() {
    for (arguments, expected) in [
      ("", #""arguments":{},"arguments_raw":null"#), (" \n", #""arguments":{},"arguments_raw":null"#),
      (#"{"a":"#, #""arguments":null,"arguments_raw":"{\"a\":""#), ("[1]", #""arguments":[1],"arguments_raw":null"#),
    ] {
      let answer = answer(.toolCall(ToolCall(id: "c", name: "f", arguments: arguments)))
      #expect(json(ResponseObject(answer: answer, error: nil, eventCount: 0)).contains(expected))
    }
    let custom = answer(.toolCall(ToolCall(id: "c", name: "f", arguments: "{}", isCustom: true)))
    #expect(
      json(ResponseObject(answer: custom, error: nil, eventCount: 0)).contains(
        #""arguments":null,"arguments_raw":"{}""#))
  }

  @Test func severalAnswersAreListed() {
    let two = answer(
      .text(TextDelta("a")), .text(TextDelta("b", choice: 1)),
      .finish(
        Finish(
          reason: .stop, native: "stop",
          choices: [
            ChoiceFinish(choice: 0, reason: .stop, native: "stop"),
            ChoiceFinish(choice: 1, reason: .length, native: "length"),
          ])))
    #expect(
      json(ResponseObject(answer: two, error: nil, eventCount: 0)).contains(
        #""choices":[{"text":"a","finish":"stop","native_finish":"stop"},"#
          + #"{"text":"b","finish":"length","native_finish":"length"}]"#))
  }

  @Test func bucketsAreShownInChatOnly() {
    let answer = answer(.usage(Usage(input: 1, output: 2)), .finish(Finish(reason: .stop, native: nil)))
    #expect(!json(ResponseObject(answer: answer, error: nil, eventCount: 0)).contains("usage_buckets"))
    #expect(
      json(ResponseObject(answer: answer, error: nil, eventCount: 0, showsBuckets: true)).contains(
        #""usage_buckets":{"uncached_input":"#))
  }

  // MARK: Usage and cost

  private func chat(_ answer: PartialResponse) -> String {
    json(ResponseObject(answer: answer, error: nil, eventCount: 0, showsBuckets: true))
  }

  @Test func U5_theCostIsShownInChat() {
    var answer = answer(.usage(Usage(input: 1, output: 2)), .finish(Finish(reason: .stop, native: nil)))
    #expect(chat(answer).contains(#""reasoning":null},"cost":null,"usage_buckets":{"#))
    answer.cost = Cost(total: 0.000102, source: .table(date: "2026-03-21"))
    let table = #""cost":{"usd":0.000102,"source":"table","price_date":"2026-03-21","estimate":false}"#
    #expect(chat(answer).contains(table))
    #expect(!json(ResponseObject(answer: answer, error: nil, eventCount: 0)).contains("cost"))
    answer.cost = Cost(total: 5, source: .provider, isEstimate: true)
    #expect(chat(answer).contains(#""cost":{"usd":5,"source":"provider","estimate":true}"#))
    // A part of it is no cost.
    answer.cost = Cost(total: nil, source: .provider)
    #expect(chat(answer).contains(#""cost":null"#))
  }

  /// The usage is the provider's: without a report it is null, whatever was estimated.
  @Test func U4_anEstimateStandsApart() {
    let cut = answer(.text(TextDelta("Hello")), .finish(Finish(reason: .stop, native: nil)))
    #expect(cut.usage?.estimatedOutput == 2)
    #expect(chat(cut).contains(#""usage":null,"usage_estimate":{"output":2},"cost":null,"error""#))
    let decoded = json(ResponseObject(answer: cut, error: nil, eventCount: 0))
    #expect(decoded.contains(#""usage":null,"error""#))
    let counted = answer(
      .usage(Usage(input: 3, output: 1)), .text(TextDelta("Hello")), .finish(Finish(reason: .stop, native: nil)))
    let counts = #""usage":{"input":3,"output":1,"cached_input":null,"cache_write":null,"reasoning":null}"#
    #expect(chat(counted).contains(counts + #","usage_estimate":{"output":2},"cost":null,"usage_buckets":{"#))
  }

  @Test func U5_theFinishLineHasTheCost() {
    var finish = Finish(reason: .stop, native: "stop")
    finish.cost = Cost(total: 0.00014, source: .provider)
    #expect(
      text(.finish(finish))
        == #"{"type":"finish","finish":"stop","native_finish":"stop","outcome":"complete","#
        + #""cost":{"usd":0.00014,"source":"provider","estimate":false}}"#)
  }

  @Test(arguments: [
    (FinishReason.stop, "complete"), (.length, "limited"), (.refusal, "refused"), (.contentFilter, "filtered"),
    (.pause, "paused"), (.toolCalls, "complete"), (.unknown, "complete"),
  ])
  func anAnswersOutcomeIsASuccess(reason: FinishReason, outcome: String) {
    let object = ResponseObject(
      answer: answer(.text(TextDelta("a")), .finish(Finish(reason: reason, native: nil))), error: nil, eventCount: 1)
    #expect(json(object).contains(#""finish":"\#(reason.rawValue)","native_finish":null,"outcome":"\#(outcome)""#))
    #expect(object.exitStatus == .success)
  }

  @Test(arguments: [
    (SpateError.Code.truncated, true, "cut", SpateCLI.ExitStatus.cut), (.truncated, false, "cut", .failure),
    (.timeout, true, "timeout", .cut), (.timeout, false, "timeout", .failure),
    (.cancelled, true, "cancelled", .failure), (.auth, false, "failed", .failure),
    (.overloaded, true, "failed", .failure), (.missingKey, false, "failed", .failure),
  ])
  func aFailuresOutcomeHasItsStatus(code: SpateError.Code, hasText: Bool, outcome: String, status: SpateCLI.ExitStatus)
  {
    var accumulator = Accumulator()
    if hasText { accumulator.add(.text(TextDelta("Hel"))) }
    let error = accumulator.fail(SpateError(code, "words"))
    let object = ResponseObject(answer: accumulator.partial, error: error, eventCount: 0)
    #expect(object.exitStatus == status)
    #expect(json(object).contains(#""finish":"error","native_finish":null,"outcome":"\#(outcome)""#))
    #expect(json(object).contains(#""error":{"code":"\#(code)","message":"words""#))
  }

  @Test func theModelOfAFailureIsTheOneThatWasAsked() {
    var error = SpateError(.connect, "gone")
    error.model = "gpt-4o"
    #expect(
      json(ResponseObject(answer: PartialResponse(), error: error, eventCount: 0)).contains(#""model":"gpt-4o""#))
  }
}
