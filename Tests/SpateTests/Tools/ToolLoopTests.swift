// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Spate

/// Calls whose tools Spate runs, round by round, in one stream.
@Suite(.timeLimit(.minutes(10))) struct ToolLoopTests {
  @Test func aToolRunsAndItsAnswerGoesBack() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let stream = bench.stream([bench.weather()])
    let labels = try await names(stream)
    #expect(
      labels == [
        "round 1", "start", "text:Let me see.", "call:weather", #"input:{"city":"#, #"input: "Oslo"}"#,
        "usage", "called:weather", "end 1 tool_calls", "run weather", "answered weather",
        "round 2", "start", "text:It is 18 ", "text:degrees.", "usage", "end 2 stop", "finish:stop",
      ])
    #expect(bench.log.now == ["weather Oslo"])

    let second = try bench.body(1)["messages"]
    #expect(second?.array?.count == 3)
    #expect(second?[1]?["tool_calls"]?[0]?["id"] == "c0")
    #expect(second?[1]?["tool_calls"]?[0]?["function"]?["arguments"] == #"{"city": "Oslo"}"#)
    #expect(second?[1]?["content"] == "Let me see.")
    #expect(second?[2] == ["role": "tool", "tool_call_id": "c0", "content": "18 degrees in Oslo"])
    // The schema is that of the arguments' type.
    let function = try bench.body(0)["tools"]?[0]?["function"]
    #expect(function?["parameters"]?["required"] == ["city"])
    #expect(try bench.body(1)["tools"] == bench.body(0)["tools"])
  }

  @Test func theResponseIsTheLastRoundsWithAllBeforeIt() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let stream = bench.stream([bench.weather()])
    let response = try await stream.response
    #expect(response.text == "It is 18 degrees." && response.finish == .stop && response.toolCalls.isEmpty)
    #expect(response.rounds.count == 1)
    let first = try #require(response.rounds.first)
    #expect(first.text == "Let me see." && first.finish == .toolCalls && first.toolCalls.map(\.id) == ["c0"])
    #expect(first.toolResults.map(\.outcome) == [.answered] && first.usage?.input == 3)
    // The sum of both.
    #expect(response.usage?.input == 6 && response.usage?.output == 4)
    #expect(response.turns.map(\.role) == [.assistant, .tool, .assistant])
    var talk = Conversation(["How is Oslo?"])
    talk.append(response)
    #expect(talk.messages.map(\.role) == [.user, .assistant, .tool, .assistant] && talk.openCalls.isEmpty)
    #expect(stream.snapshot.rounds == response.rounds)
  }

  @Test func theEventsBuildTheSameResponse() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let stream = bench.stream([bench.weather()])
    var accumulator = Accumulator()
    for try await event in stream { accumulator.add(event) }
    let isSame = accumulator.partial == stream.snapshot
    #expect(isSame)
    let again = try await stream.response
    #expect(accumulator.partial.usage == again.usage && accumulator.partial.rounds == again.rounds)
  }

  // MARK: Several calls

  @Test func callsOfOneTurnRunAtOnceAndAnswerInTheirOrder() async throws {
    let calls = ChatBytes.calls([("first", "{}"), ("second", "{}"), ("third", "")])
    let bench = ToolBench(.stream(calls), ToolBench.done)
    let started = Watched(0)
    // Each waits for all to have started: one after the other they never would.
    let tools = ["first", "second", "third"].map { name in
      ExecutableTool(name, parameters: ["type": "object"]) { _ in
        started.update { $0 += 1 }
        try await started.wait { $0 == 3 }
        bench.log.update { $0.append(name) }
        // The last ends first.
        if name != "third" { try await bench.log.wait { $0.contains("third") } }
        return .text("\(name)'s")
      }
    }
    let response = try await bench.stream(tools).response
    #expect(response.rounds[0].toolResults.count == 3)
    #expect(try bench.toolMessages(1).map { $0["content"] } == ["first's", "second's", "third's"])
    #expect(try bench.toolMessages(1).map { $0["tool_call_id"] } == ["c0", "c1", "c2"])
  }

  @Test func noMoreToolsRunAtOnceThanTheCap() async throws {
    let calls = ChatBytes.calls((0..<5).map { _ in ("slow", "{}") })
    let bench = ToolBench(.stream(calls), ToolBench.done)
    let running = Watched((now: 0, most: 0, all: 0))
    let tool = ExecutableTool("slow", parameters: ["type": "object"]) { _ in
      running.update {
        $0.now += 1
        $0.most = max($0.most, $0.now)
        $0.all += 1
      }
      // The first two for each other.
      try await running.wait { $0.all >= 2 }
      for _ in 0..<100 { await Task.yield() }
      running.update { $0.now -= 1 }
      return .text("done")
    }
    _ = try await bench.stream([tool], loop: ToolLoop(maxParallel: 2)).response
    #expect(running.now.most == 2)
    #expect(try bench.toolMessages(1).count == 5)
  }

  @Test func T1_interleavedCallsRunWithTheirOwnArguments() async throws {
    let body =
      ChatBytes.head + ChatBytes.call(0, id: "a", name: "weather", #"{"city":"#)
      + ChatBytes.call(1, id: "b", name: "weather", #"{"city":"#) + ChatBytes.call(0, #""Oslo"}"#)
      + ChatBytes.call(1, #""Bergen","days":2}"#) + ChatBytes.finish("tool_calls") + ChatBytes.done
    let bench = ToolBench(.stream(body), ToolBench.done)
    _ = try await bench.stream([bench.weather()]).response
    #expect(bench.log.now.sorted() == ["weather Bergen", "weather Oslo"])
    #expect(try bench.toolMessages(1).map { $0["tool_call_id"] } == ["a", "b"])
  }

  @Test func T6_aCallWithoutArgumentsRuns() async throws {
    struct None: Decodable {}
    for arguments in ["", " ", "{}"] {
      let bench = ToolBench(.stream(ChatBytes.calls([("now", arguments)])), ToolBench.done)
      let tool = ExecutableTool("now") { (_: None) in "noon" }
      _ = try await bench.stream([tool]).response
      #expect(try bench.toolMessages(1).map { $0["content"] } == ["noon"])
    }
  }

  // MARK: The bounds

  @Test func theRoundsAreBounded() async throws {
    let bench = ToolBench(ToolBench.oslo)
    let response = try await bench.stream([bench.weather()], loop: ToolLoop(maxRounds: 3)).response
    #expect(bench.transport.requests.count == 3 && bench.log.now.count == 2)
    #expect(response.finish == .toolCalls && response.toolCalls.count == 1 && response.toolResults.isEmpty)
    #expect(response.warnings.map(\.code) == [.toolRounds])
    var talk = Conversation()
    talk.append(response)
    #expect(talk.openCalls.map(\.id) == ["c0"])
  }

  @Test func aConditionOfTheCallersEndsIt() async throws {
    let bench = ToolBench(ToolBench.oslo)
    let loop = ToolLoop(stopWhen: { answer in answer.rounds.count == 1 })
    let response = try await bench.stream([bench.weather()], loop: loop).response
    #expect(bench.transport.requests.count == 2)
    // The tools of its last round have run.
    #expect(response.toolResults.count == 1 && response.finish == .toolCalls && bench.log.now.count == 2)
    #expect(response.turns.map(\.role) == [.assistant, .tool, .assistant, .tool])
  }

  @Test func eachRoundCanBeChanged() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.oslo, ToolBench.done)
    let loop = ToolLoop(prepareRound: { round in
      bench.log.update { $0.append("prepare \(round.number) after \(round.previous.map(\.toolResults.count))") }
      if round.number == 3 {
        round.options.toolChoice = ToolChoice.none
        round.tools = []
        round.messages.append("In one line.")
      }
    })
    _ = try await bench.stream([bench.weather()], loop: loop, options: ChatOptions(toolChoice: .required)).response
    #expect(bench.log.now == ["weather Oslo", "prepare 2 after [1]", "weather Oslo", "prepare 3 after [1, 1]"])
    #expect(try bench.body(0)["tool_choice"] == "required")
    // Else the model would have to call for ever.
    #expect(try bench.body(1)["tool_choice"] == nil)
    #expect(try bench.body(2)["tools"] == nil)
    #expect(try bench.body(2)["messages"]?.array?.last?["content"] == "In one line.")
  }

  @Test func eachRoundIsARequestOfItsOwn() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    _ = try await bench.stream([bench.weather()]).response
    let keys = bench.transport.requests.map { $0.fields["Idempotency-Key"] }
    #expect(keys.count == 2 && keys[0] != nil && keys[0] != keys[1])
  }

  @Test func aToolOfTheCallersEndsTheLoop() async throws {
    let calls = ChatBytes.calls([("weather", #"{"city": "Oslo"}"#), ("mine", "{}")])
    let bench = ToolBench(.stream(calls))
    let response = try await bench.stream([bench.weather(), Tool(name: "mine")]).response
    #expect(response.toolResults.map(\.call.name) == ["weather"] && bench.transport.requests.count == 1)
    var talk = Conversation()
    talk.append(response)
    #expect(talk.openCalls.map(\.name) == ["mine"])
  }

  @Test func withoutToolsThatRunThereIsNoLoop() async throws {
    let bench = ToolBench(ToolBench.oslo)
    let labels = try await names(bench.stream([Tool(name: "weather")]))
    #expect(labels.first == "start" && labels.last == "finish:tool_calls")
  }

  /// Anthropic's `pause_turn`: what came is sent on as it is.
  @Test func aPausedTurnIsSentOn() async throws {
    let paused = CutTests.begun + CutTests.delta("Searching") + CutTests.ended.replacing("end_turn", with: "pause_turn")
    let ended = CutTests.begun + CutTests.delta("Found.") + CutTests.ended
    let bench = ToolBench(.stream(paused), .stream(ended), provider: .anthropic)
    let response = try await bench.stream([bench.weather()]).response
    #expect(response.text == "Found." && response.rounds.map(\.finish) == [.pause])
    #expect(try bench.body(1)["messages"]?.array?.last?["role"] == "assistant")
  }

  // MARK: What can not be

  @Test func whatIsWrongWithAToolIsThrownByTheFirstRead() async {
    enum Plain: String, Decodable { case a }
    struct Bad: Decodable { var plain: Plain }
    let bench = ToolBench(ToolBench.done)
    let noName = ExecutableTool("get weather", parameters: ["type": "object"]) { _ in .text("") }
    let long = ExecutableTool(String(repeating: "a", count: 65), parameters: ["type": "object"]) { _ in .text("") }
    let noSchema = ExecutableTool("bad") { (_: Bad) in "" }
    let providers = ExecutableTool(.provider(["type": "web_search"], dialect: .openAIChat)) { _ in .text("") }
    for tool in [noName, long, noSchema, providers] {
      #expect(tool.problem != nil)
      #expect(await code { try await bench.stream([tool]).response } == .badRequest)
    }
    #expect(await code { try await bench.stream([bench.weather(), bench.weather()]).response } == .badRequest)
    let many = ChatOptions(n: 2)
    #expect(await code { try await bench.stream([bench.weather()], options: many).response } == .badRequest)
    #expect(bench.transport.requests.isEmpty)
  }

  @Test func blockingReadsAreRefused() {
    let bench = ToolBench(ToolBench.done)
    var codes: [SpateError.Code] = []
    for item in bench.stream([bench.weather()]).blocking {
      if case .failure(let error) = item { codes.append(error.code) }
    }
    #expect(codes == [.badRequest])
    do throws(SpateError) {
      _ = try bench.stream([bench.weather()]).blocking.response()
      Issue.record("it was read")
    } catch { #expect(error.code == .badRequest) }
    #expect(bench.transport.requests.isEmpty)
  }
}
