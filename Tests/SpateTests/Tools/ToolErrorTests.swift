// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Spate

/// Tools that fail, calls that can not run, and what becomes of them (rules T7, T8).
@Suite(.timeLimit(.minutes(10))) struct ToolErrorTests {
  struct Broken: Error, CustomStringConvertible { var description: String { "no such city" } }

  private func execution(_ bench: ToolBench, _ tools: [any ModelTool], _ loop: ToolLoop = ToolLoop()) async throws
    -> ToolExecution
  {
    let response = try await bench.stream(tools, loop: loop).response
    return try #require(response.rounds.first?.toolResults.first)
  }

  @Test func whatAToolThrowsIsToldToTheModel() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let tool = ExecutableTool("weather", parameters: ["type": "object"]) { _ in throw Broken() }
    let execution = try await execution(bench, [tool])
    #expect(execution.outcome == .failed && execution.result.isError)
    #expect(try bench.toolMessages(1).first?["content"] == "the tool failed: no such city")
  }

  @Test func aToolCanSayThatItFailed() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let tool = ExecutableTool("weather") { (_: ToolBench.Place) -> ToolOutput in .error("ask again") }
    #expect(try await execution(bench, [tool]).outcome == .failed)
    #expect(try bench.toolMessages(1).first?["content"] == "ask again")
  }

  @Test func anUnknownNameIsToldWithTheNamesThereAre() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    #expect(try await execution(bench, [bench.weather("time"), bench.weather("place")]).outcome == .unknownTool)
    #expect(try bench.toolMessages(1).first?["content"] == "there is no tool named weather: there are place, time")
  }

  @Test func T7_brokenArgumentsNeverRunAndAreTold() async throws {
    let bench = ToolBench(.stream(ChatBytes.calls([("weather", #"{"city": Oslo}"#)])), ToolBench.done)
    let execution = try await execution(bench, [bench.weather()])
    #expect(execution.outcome == .malformedArguments && execution.call.arguments == #"{"city": Oslo}"#)
    #expect(bench.log.now.isEmpty)
    #expect(try bench.toolMessages(1).first?["content"] == "the arguments are no JSON")
  }

  @Test func T7_argumentsOfAnotherShapeAreToldWithTheirPlace() async throws {
    let bench = ToolBench(.stream(ChatBytes.calls([("weather", #"{"city": "Oslo", "days": "two"}"#)])), ToolBench.done)
    #expect(try await execution(bench, [bench.weather()]).outcome == .malformedArguments)
    let told = try bench.toolMessages(1).first?["content"]?.string ?? ""
    #expect(told.contains("days") && bench.log.now.isEmpty, "\(told)")
  }

  @Test func T11_argumentsKeepTheirDigits() async throws {
    let bench = ToolBench(.stream(ChatBytes.calls([("weather", #"{"id": 9007199254740993}"#)])), ToolBench.done)
    let tool = ExecutableTool("weather", parameters: ["type": "object"]) { arguments in .json(arguments["id"] ?? nil) }
    _ = try await execution(bench, [tool])
    #expect(try bench.toolMessages(1).first?["content"] == "9007199254740993")
    struct Big: Decodable { var id: Int }
    let typed = ToolBench(.stream(ChatBytes.calls([("weather", #"{"id": 9007199254740993}"#)])), ToolBench.done)
    _ = try await execution(typed, [ExecutableTool("weather") { (big: Big) in big.id }])
    #expect(try typed.toolMessages(1).first?["content"] == "9007199254740993")
  }

  // MARK: Time

  @Test func aToolThatHangsIsGivenUpAndTold() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let started = Watched(false)
    // It does not even mind being cancelled.
    let never = Watched(false)
    let tool = ExecutableTool("weather", parameters: ["type": "object"]) { _ in
      started.update { $0 = true }
      while !never.now { await Task.yield() }
      return .text("too late")
    }
    async let response = bench.stream([tool], loop: ToolLoop(timeout: .seconds(5))).response
    try await started.wait { $0 }
    await bench.transport.advance(by: .seconds(5))
    let execution = try #require(try await response.rounds.first?.toolResults.first)
    never.update { $0 = true }
    #expect(execution.outcome == .timedOut && execution.duration == .seconds(5))
    #expect(bench.transport.timerCount == 0)
  }

  @Test func aToolsOwnTimeCounts() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let started = Watched(false)
    let tool = ExecutableTool("weather", parameters: ["type": "object"], timeout: .seconds(1)) { _ in
      started.update { $0 = true }
      // A task that is cancelled ends.
      try await Watched(false).wait { $0 }
      return .text("never")
    }
    async let response = bench.stream([tool]).response
    try await started.wait { $0 }
    await bench.transport.advance(by: .seconds(1))
    #expect(try await response.rounds.first?.toolResults.first?.outcome == .timedOut)
  }

  @Test func theTotalClockRunsWhileToolsDo() async throws {
    let bench = ToolBench(ToolBench.oslo, timeouts: Timeouts(total: .seconds(30)))
    let started = Watched(false)
    let tool = ExecutableTool("weather", parameters: ["type": "object"], timeout: Timeouts.never) { _ in
      started.update { $0 = true }
      try await Watched(false).wait { $0 }
      return .text("never")
    }
    let stream = bench.stream([tool])
    async let failure = error { try await stream.response }
    try await started.wait { $0 }
    await bench.transport.advance(by: .seconds(30))
    let error = await failure
    #expect(error?.code == .timeout && error?.phase == .total && error?.partial?.toolCalls.count == 1)
    #expect(bench.transport.timerCount == 0)
  }

  // MARK: Thrown instead

  private func error<Result>(_ body: () async throws -> Result) async -> SpateError? {
    do {
      _ = try await body()
      return nil
    } catch { return error as? SpateError }
  }

  @Test func whatIsChosenEndsTheCall() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let failing = ExecutableTool("weather", parameters: ["type": "object"]) { _ in throw Broken() }
    let loop = ToolLoop(failsOn: [.failed, .unknownTool])
    let thrown = await error { try await bench.stream([failing], loop: loop).response }
    #expect(thrown?.code == .tool && thrown?.message.contains("no such city") == true)
    #expect(thrown?.partial?.toolResults.map(\.outcome) == [.failed])
    let other = ToolBench(ToolBench.oslo, ToolBench.done)
    let unknown = await error { try await other.stream([other.weather("time")], loop: loop).response }
    #expect(unknown?.code == .tool)
    #expect(bench.transport.requests.count == 1 && other.transport.requests.count == 1)
  }

  @Test func whatTheRoundsHookThrowsEndsTheCall() async throws {
    let bench = ToolBench(ToolBench.oslo)
    let loop = ToolLoop(prepareRound: { _ in throw Broken() })
    #expect(await error { try await bench.stream([bench.weather()], loop: loop).response }?.code == .tool)
    let own = ToolLoop(prepareRound: { _ in throw SpateError(.limit, "enough") })
    #expect(await error { try await bench.stream([bench.weather()], loop: own).response }?.code == .limit)
  }

  // MARK: Approval

  @Test func callsAreAskedForOneByOne() async throws {
    let calls = ChatBytes.calls([
      ("weather", #"{"city": "Oslo"}"#), ("weather", #"{"city": "Rome"}"#), ("weather", #"{"city": "Bonn"}"#),
    ])
    let bench = ToolBench(.stream(calls), ToolBench.done)
    let asking = Watched(0)
    let loop = ToolLoop(approve: { call in
      #expect(
        asking.update {
          $0 += 1; return $0
        } == 1)
      defer { asking.update { $0 -= 1 } }
      for _ in 0..<10 { await Task.yield() }
      switch call.id {
      case "c0": return .denied("not Oslo")
      case "c1": return .approved(arguments: ["city": "Milan"])
      default: return .approved
      }
    })
    let response = try await bench.stream([bench.weather()], loop: loop).response
    #expect(bench.log.now.sorted() == ["weather Bonn", "weather Milan"])
    let results = response.rounds[0].toolResults.sorted { $0.index < $1.index }
    #expect(results.map(\.outcome) == [.denied, .answered, .answered])
    #expect(results[1].changedArguments == #"{"city":"Milan"}"#)
    #expect(
      try bench.toolMessages(1).map { $0["content"] } == [
        "the call was not approved: not Oslo", "18 degrees in Milan", "18 degrees in Bonn",
      ])
    // The model's own words stay in the conversation.
    let turn = try bench.body(1)["messages"]?[1]?["tool_calls"]?[1]?["function"]?["arguments"]
    #expect(turn == #"{"city": "Rome"}"#)
  }

  // MARK: Answers that are not whole

  @Test func T8_aCallOfALimitedAnswerNeverRuns() async throws {
    let bench = ToolBench(.stream(ChatBytes.calls([("weather", #"{"city": "Oslo"}"#)], finish: "length")))
    let response = try await bench.stream([bench.weather()]).response
    #expect(response.finish == .length && response.outcome == .limited && response.toolCalls.count == 1)
    #expect(bench.log.now.isEmpty && bench.transport.requests.count == 1)
  }

  @Test func T8_aCallOfACutAnswerNeverRuns() async throws {
    let whole = ChatBytes.calls([("weather", #"{"city": "Oslo"}"#), ("weather", #"{"city": "Rome"}"#)])
    let end = try #require(whole.range(of: #""finish_reason""#)).lowerBound
    let bytes = Array(whole[..<end].utf8)
    // At every byte before the answer has an end.
    for length in stride(from: 0, through: bytes.count, by: 7) {
      let body = String(decoding: bytes[..<length], as: UTF8.self)
      let bench = ToolBench(
        ScriptedAnswer([.head(200), .body(body), .failure(TransportError(.truncated, "cut"))]))
      let thrown = await error { try await bench.stream([bench.weather()]).response }
      #expect(thrown != nil && bench.log.now.isEmpty && bench.transport.requests.count == 1)
    }
  }

  @Test func T8_aRefusedOrFilteredAnswerRunsNothing() async throws {
    let bench = ToolBench(.stream(ChatBytes.calls([("weather", #"{"city": "Oslo"}"#)], finish: "content_filter")))
    let response = try await bench.stream([bench.weather()]).response
    #expect(response.outcome == .filtered && bench.log.now.isEmpty)
  }
}
