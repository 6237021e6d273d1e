// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpateCore

/// What no report counts, and what an answer cost: rules U4, U5, U7.
@Suite struct AccumulatorUsageTests {
  private let text = StreamEvent.text(TextDelta("12345678"))
  private func report(_ output: Int?) -> StreamEvent { .usage(Usage(input: 3, output: output)) }
  private let stop = StreamEvent.finish(Finish(reason: .stop, native: "stop"))

  private func partial(_ events: [StreamEvent], failing error: SpateError? = nil) -> PartialResponse {
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    if let error { return accumulator.fail(error).partial ?? PartialResponse() }
    return accumulator.partial
  }

  @Test func U4_everyKindOfTextCounts() {
    let events: [StreamEvent] = [
      .text(TextDelta("1234")), .reasoning(TextDelta("ä")), .refusal(TextDelta("12")),
      .toolInputStart(ToolInputStart(index: 0, id: "c", name: "a long name that is no argument")),
      .toolInputDelta(ToolInputDelta(index: 0, arguments: "{}")),
      .toolCall(ToolCall(id: "c", name: "f", arguments: "{}")),
      .toolCall(ToolCall(id: "d", name: "g", arguments: "{}")), .reasoningDetail(BlockSeal(Seal(signature: "sealed"))),
    ]
    // 4 + 2 + 2 + 2 + 2 bytes.
    #expect(partial(events, failing: SpateError(.truncated, "cut")).usage == Usage(estimatedOutput: 3))
  }

  @Test func U4_onlyWhatCameAfterTheLastReport() {
    let cut = SpateError(.cancelled, "enough")
    #expect(partial([text, report(5), text, text], failing: cut).usage?.estimatedOutput == 4)
    #expect(partial([text, report(5), text, report(9)], failing: cut).usage?.estimatedOutput == nil)
    #expect(partial([report(1), text], failing: cut).usage == Usage(input: 3, output: 1, estimatedOutput: 2))
    // A report that says nothing of what was written counts none of it.
    #expect(partial([text, report(nil)], failing: cut).usage?.estimatedOutput == 2)
  }

  @Test func U4_nothingIsEstimatedWhileItRuns() {
    #expect(partial([text]).usage == nil && partial([text, report(1), text]).usage == Usage(input: 3, output: 1))
  }

  @Test func U4_aFinishedAnswerIsCountedByItsLastReport() {
    #expect(partial([text, report(5), text, stop]).usage?.estimatedOutput == nil)
    #expect(partial([report(1), text, stop]).usage?.estimatedOutput == 2)
    #expect(partial([text, stop]).usage == Usage(estimatedOutput: 2))
    #expect(partial([stop]).usage == nil)
    // A decoder gives a call that came whole behind the report that counts it.
    let call = StreamEvent.toolCall(ToolCall(id: "c", name: "f", arguments: "{}"))
    #expect(partial([report(5), call, stop]).usage?.estimatedOutput == nil)
  }

  @Test(arguments: [(0, 0), (1, 1), (4, 1), (5, 2), (Int.max, Int.max / 4 + 1)])
  func theRuleIsAQuarterRoundedUp(bytes: Int, tokens: Int) {
    #expect(TokenEstimate.tokens(ofBytes: bytes) == tokens)
  }

  @Test func U5_theFinishCarriesUsageAndCost() throws {
    let cost = Cost(total: 0.5, source: .table(date: "2026-11-21"))
    var accumulator = Accumulator { answer in answer.model == "m" && answer.metadata == ["k": 1] ? cost : nil }
    var events: [StreamEvent] = [
      .start(ResponseStart(model: "m")), text, report(5),
      .finish(Finish(reason: .stop, native: nil, metadata: ["k": 1])),
    ]
    accumulator.add(completing: &events)
    guard case .finish(let finish)? = events.last else {
      Issue.record("no finish")
      return
    }
    #expect(finish.usage == Usage(input: 3, output: 5) && finish.cost == cost && accumulator.partial.cost == cost)
    // Who builds an answer of the events of a stream needs no prices.
    var other = Accumulator()
    for event in events { other.add(event) }
    #expect(other.partial.cost == cost && other.partial.usage == finish.usage)
  }

  @Test func U5_aFailedAnswerHasItsCostToo() {
    var accumulator = Accumulator { answer in
      Cost(total: nil, source: .provider, isEstimate: answer.usage?.isEstimate ?? false)
    }
    accumulator.add(text)
    #expect(accumulator.fail(SpateError(.truncated, "cut")).partial?.cost?.isEstimate == true)
  }
}
