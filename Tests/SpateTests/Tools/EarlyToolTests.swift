// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import Spate

/// Tools that start while the answer still comes (rule T8 is the caller's to give up).
@Suite(.timeLimit(.minutes(10))) struct EarlyToolTests {
  private static let call =
    ChatBytes.head + ChatBytes.call(0, id: "c0", name: "weather", #"{"city": "#) + ChatBytes.call(0, #""Oslo"}"#)

  /// A network that the test plays, whose second answer is a text.
  private func transport() -> PlayedTransport {
    PlayedTransport { exchange in
      guard exchange.request.body.count > 0,
        String(decoding: exchange.request.body, as: UTF8.self).contains("tool_call_id")
      else { return }
      exchange.send([.head(200), .body(ChatBytes.answer("Done."))])
      exchange.end()
    }
  }

  private func tool(_ log: Watched<[String]>) -> ExecutableTool {
    ExecutableTool("weather") { (place: ToolBench.Place) in
      log.update { $0.append("began \(place.city)") }
      return "18"
    }
  }

  @Test func aToolStartsBeforeTheAnswerEnds() async throws {
    let transport = transport()
    let log = Watched<[String]>([])
    let stream = transport.client.stream("Hi", model: "m", tools: [tool(log)], loop: ToolLoop(startsEarly: true))
    async let labels = names(stream)
    let exchange = try await transport.first
    exchange.send(.head(200), .body(Self.call))
    // Nothing else has come by now.
    try await log.wait { $0 == ["began Oslo"] }
    exchange.send(.body(ChatBytes.call(1, id: "c1", name: "weather", #"{"city": "Rome"}"#)))
    try await log.wait { $0 == ["began Oslo", "began Rome"] }
    exchange.send(.body(ChatBytes.finish("tool_calls") + ChatBytes.done))
    exchange.end()
    let all = try await labels
    #expect(all.count { $0 == "run weather" } == 2 && all.count { $0 == "answered weather" } == 2)
    let (run, end, answered) = (
      all.firstIndex(of: "run weather"), all.firstIndex(of: "end 1 tool_calls"), all.firstIndex(of: "answered weather")
    )
    #expect(try #require(run) < #require(end) && #require(end) < #require(answered))
    #expect(log.now.count == 2)
    #expect(try await stream.response.rounds[0].toolResults.map(\.index) == [0, 1])
  }

  @Test func withoutItNoToolStartsEarly() async throws {
    let transport = transport()
    let log = Watched<[String]>([])
    let stream = transport.client.stream("Hi", model: "m", tools: [tool(log)])
    async let labels = names(stream)
    let exchange = try await transport.first
    exchange.send(.head(200), .body(Self.call))
    try await exchange.settle()
    for _ in 0..<100 { await Task.yield() }
    #expect(log.now.isEmpty)
    exchange.send(.body(ChatBytes.finish("tool_calls") + ChatBytes.done))
    exchange.end()
    #expect(try await labels.last == "finish:stop")
  }

  @Test func T8_whatACutAnswerStartedIsThrownAway() async throws {
    let transport = transport()
    let log = Watched<[String]>([])
    let client = Client(
      provider: .compatible(baseURL: "http://127.0.0.1:1/v1"), recovery: Recovery(onCut: .restart),
      environment: .fixed([:]), transport: transport)
    let stream = client.stream("Hi", model: "m", tools: [tool(log)], loop: ToolLoop(startsEarly: true))
    async let failure = code { for try await _ in stream {} }
    let exchange = try await transport.first
    exchange.send(.head(200), .body(Self.call))
    try await log.wait { $0 == ["began Oslo"] }
    exchange.end(TransportError(.truncated, "cut"))
    // Begun again, the answer might call it again: it is not.
    #expect(await failure == .truncated)
    #expect(stream.snapshot.warnings.map(\.code) == [.notRecovered] && stream.snapshot.toolResults.isEmpty)
    #expect(transport.exchanges.now.count == 1 && log.now.count == 1)
  }

  @Test func T8_whatALimitedAnswerStartedIsThrownAway() async throws {
    let transport = transport()
    let log = Watched<[String]>([])
    let stream = transport.client.stream("Hi", model: "m", tools: [tool(log)], loop: ToolLoop(startsEarly: true))
    async let response = stream.response
    let exchange = try await transport.first
    exchange.send(.head(200), .body(Self.call))
    try await log.wait { $0 == ["began Oslo"] }
    exchange.send(.body(ChatBytes.finish("length") + ChatBytes.done))
    exchange.end()
    let answer = try await response
    #expect(answer.outcome == .limited && answer.toolResults.isEmpty && answer.rounds.isEmpty)
    #expect(answer.warnings.map(\.code) == [.discardedTools])
  }

  /// A racer that fails while the winner streams holds nothing up.
  @Test func aRaceStartsToolsEarlyToo() async throws {
    let bench = ToolBench { request, _ in
      let body = String(decoding: request.body, as: UTF8.self)
      if body.contains("tool_call_id") { return ToolBench.done }
      return body.contains(#""m2""#) ? RecoveryRunTests.refusal : ToolBench.oslo
    }
    let model = bench.client.model(racing: ["m", "m2"])
    let response = try await model.stream("Hi", tools: [bench.weather()], loop: ToolLoop(startsEarly: true)).response
    #expect(response.text == "It is 18 degrees." && bench.log.now == ["weather Oslo"])
  }

  @Test func aCallIsWholeWhenItsObjectHasClosed() {
    var calls = EarlyCalls()
    func add(_ event: StreamEvent) -> ToolCall? { calls.add(event) }
    #expect(add(.toolInputStart(ToolInputStart(index: 0, id: "a", name: "f"))) == nil)
    #expect(add(.toolInputDelta(ToolInputDelta(index: 0, arguments: #"{"a": "}"#))) == nil)
    #expect(add(.toolInputDelta(ToolInputDelta(index: 0, arguments: #"\"", "b": [{}]"#))) == nil)
    let whole = add(.toolInputDelta(ToolInputDelta(index: 0, arguments: "}")))
    #expect(whole?.arguments == #"{"a": "}\"", "b": [{}]}"# && whole?.id == "a")
    // No object, or one that is broken: its tool does not start early.
    _ = add(.toolInputStart(ToolInputStart(index: 1, id: "b", name: "f")))
    #expect(add(.toolInputDelta(ToolInputDelta(index: 1, arguments: "{a}"))) == nil)
    _ = add(.toolInputStart(ToolInputStart(index: 2, id: "c", name: "f")))
    #expect(add(.toolInputDelta(ToolInputDelta(index: 2, arguments: ""))) == nil)
    // Another answer's, when several were asked for.
    _ = add(.toolInputStart(ToolInputStart(index: 0, choice: 1, id: "d", name: "f")))
    #expect(add(.toolInputDelta(ToolInputDelta(index: 0, choice: 1, arguments: "{}"))) == nil)
  }
}
