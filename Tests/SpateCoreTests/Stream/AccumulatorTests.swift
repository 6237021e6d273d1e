// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import Testing

@Suite struct AccumulatorTests {
  private func partial(_ events: StreamEvent...) -> PartialResponse {
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    return accumulator.partial
  }

  @Test func startsEmpty() {
    let empty = Accumulator().partial
    #expect(empty == PartialResponse() && empty.choices.count == 1 && empty.text.isEmpty && empty.outcome == nil)
  }

  @Test func everyEventIsKept() {
    let source = Source(url: "u", native: [:])
    let warning = StreamWarning(.lateBreak, "m")
    let detail = BlockSeal(Seal(signature: "S"))
    let answer = partial(
      .start(ResponseStart(id: "r", model: "m", created: 1)), .text(TextDelta("a")), .text(TextDelta("b")),
      .reasoning(TextDelta("h")), .reasoningDetail(detail), .refusal(TextDelta("n")), .refusal(TextDelta("o")),
      .audio(AudioDelta(id: "x", data: "AA", transcript: "t")), .audio(AudioDelta(transcript: "u")), .source(source),
      .logprobs(LogprobsDelta(choice: 0, native: [1])), .usage(Usage(input: 1)), .usage(Usage(output: 2)),
      .warning(warning), .raw(RawEvent(type: "x", bytes: [1])),
      .finish(Finish(reason: .length, native: "max", metadata: ["k": 1])))
    #expect(answer.id == "r" && answer.model == "m" && answer.created == 1 && answer.chunkCount == 5)
    #expect(answer.text == "ab" && answer.reasoning == "h" && answer.refusal == "no")
    #expect(answer.reasoningDetails == [detail] && answer.audioTranscript == "tu" && answer.audio == ["AA"])
    #expect(answer.sources == [source] && answer.logprobs == [[1]] && answer.warnings == [warning])
    // Rule U1: the last report counts, no sum.
    #expect(answer.usage == Usage(output: 2) && answer.metadata == ["k": 1])
    #expect(answer.finish == .length && answer.nativeFinish == "max" && answer.outcome == .limited)
  }

  @Test func callsAreAssembledAndThenReplaced() {
    let whole = ToolCall(id: "a", name: "f", arguments: "{}")
    let events: [StreamEvent] = [
      .toolInputStart(ToolInputStart(index: 0, id: "a", name: "f")),
      .toolInputDelta(ToolInputDelta(index: 0, arguments: "{")),
      .toolInputStart(ToolInputStart(index: 7, id: "b", name: "g")),
      .toolInputDelta(ToolInputDelta(index: 0, arguments: "}")),
      .toolInputDelta(ToolInputDelta(index: 7, arguments: "[")),
      .toolInputDelta(ToolInputDelta(index: 3, arguments: "of no call")),
    ]
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    let open = [
      ToolCall(id: "a", name: "f", arguments: "{}", isComplete: false),
      ToolCall(id: "b", name: "g", arguments: "[", isComplete: false),
    ]
    #expect(accumulator.partial.toolCalls == open)
    accumulator.add(.toolCall(whole))
    #expect(accumulator.partial.toolCalls == [whole, open[1]])
    accumulator.add(.toolCall(ToolCall(id: "c", name: "h", arguments: "")))
    #expect(accumulator.partial.toolCalls.map(\.id) == ["a", "b", "c"])
  }

  @Test func callsThatShareAnIDStayApart() {
    func call(_ arguments: String) -> StreamEvent {
      .toolCall(ToolCall(id: "a", name: "f", arguments: arguments, isComplete: false))
    }
    let answer = partial(
      .toolInputStart(ToolInputStart(index: 0, id: "a", name: "f")),
      .toolInputStart(ToolInputStart(index: 1, id: "a", name: "f")),
      .toolInputStart(ToolInputStart(index: 0, choice: 1, id: "a", name: "f")), call("1"), call("2"))
    #expect(answer.toolCalls.map(\.arguments) == ["1", "2"] && answer.choices[1].toolCalls.map(\.arguments) == [""])
  }

  @Test func T13_answersInAnyOrder() {
    let answer = partial(
      .text(TextDelta("c", choice: 2)), .text(TextDelta("a")), .text(TextDelta("b", choice: 1)),
      .text(TextDelta("C", choice: 2)), .reasoning(TextDelta("z", choice: .max)),
      .finish(
        Finish(
          reason: .stop, native: nil,
          choices: [
            ChoiceFinish(choice: 0, reason: .error, native: "x"), ChoiceFinish(choice: 2, reason: .length, native: "l"),
          ])))
    #expect(answer.choices.map(\.index) == [0, 1, 2, Int(Int32.max)])
    #expect(answer.choices.map(\.text) == ["a", "b", "cC", ""])
    #expect(answer.choices.map(\.finish) == [.stop, nil, .length, nil])
  }

  @Test func hostileNumbers() {
    let answer = partial(
      .text(TextDelta("a", choice: -1)), .text(TextDelta("b", choice: .min)), .text(TextDelta("c")),
      .toolInputStart(ToolInputStart(index: -1, choice: 1, id: "x", name: "f")),
      .toolInputStart(ToolInputStart(index: .min, choice: 1, id: "y", name: "f")),
      .toolInputDelta(ToolInputDelta(index: -1, choice: 1, arguments: "1")),
      .toolInputDelta(ToolInputDelta(index: .min, choice: 1, arguments: "2")),
      .toolCall(ToolCall(id: "z", name: "f", arguments: "", choice: .max)))
    #expect(answer.text == "abc" && answer.choices.map(\.index) == [0, 1, Int(Int32.max)])
    #expect(answer.choices[1].toolCalls.map(\.arguments) == ["1", "2"])
  }

  @Test func C3_anErrorGetsWhatCame() {
    var accumulator = Accumulator()
    accumulator.add(.text(TextDelta("a")))
    var reason = SpateError(.truncated, "cut")
    reason.nativeFinish = "error"
    let error = accumulator.fail(reason)
    #expect(error.partial?.text == "a" && error.partial?.outcome == .cut && error.code == .truncated)
    #expect(error.partial?.nativeFinish == "error" && error.partial?.finish == .error)
    #expect(reason.partial == nil && accumulator.partial.outcome == .cut)
  }

  @Test func aCopyIsASnapshot() {
    var accumulator = Accumulator()
    accumulator.add(.text(TextDelta("a")))
    let before = accumulator
    accumulator.add(.text(TextDelta("b")))
    #expect(before.partial.text == "a" && accumulator.partial.text == "ab")
  }

  @Test(
    arguments: [
      .text(TextDelta("12345678", choice: 1)), .reasoning(TextDelta("12345678")), .refusal(TextDelta("12345678")),
      .toolInputDelta(ToolInputDelta(index: 0, arguments: "12345678")), .audio(AudioDelta(data: "A", transcript: "b")),
      .logprobs(LogprobsDelta(choice: 0, native: 1)),
    ] as [StreamEvent]) func T9_timeGrowsWithTheBytesOnly(_ event: StreamEvent)
  {
    func time(_ count: Int) -> Duration {
      let times = (0..<3).map { _ in
        var accumulator = Accumulator()
        accumulator.add(.toolInputStart(ToolInputStart(index: 0, id: "a", name: "f")))
        return computingTime { for _ in 0..<count { accumulator.add(event) } }
      }
      return times.min() ?? .zero
    }
    _ = time(1_000)
    let (short, long) = (time(10_000), time(80_000))
    // Quadratic would be 64 times.
    #expect(long < short * 24, "\(short) and \(long)")
  }
}
