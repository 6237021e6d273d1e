// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// The simulated provider as Anthropic's clients see it: the same scripts, found by the path.
@Suite(.timeLimit(.minutes(10))) struct AnthropicSimulatorTests {
  private static let script = Script(
    text: "Hello, world.", reasoning: "Let me think.",
    toolCalls: [ToolCall(id: "t", name: "zoo", arguments: #"{"a":["fox"]}"#)])

  private func withSimulator(
    _ answer: Answer = .script(script), _ body: (Simulator, Client, CurlTransport) async throws -> Void
  ) async throws {
    let simulator = try Simulator(fallback: answer)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    var provider = Provider.anthropic
    provider.baseURL = simulator.origin
    let client = Client(
      provider: provider, recovery: .none, environment: .fixed(["ANTHROPIC_API_KEY": "canary"]), transport: transport)
    try await body(simulator, client, transport)
  }

  @Test func theSameScriptInBothForms() async throws {
    try await withSimulator { simulator, client, _ in
      let streamed = try await client.stream("Hi", model: "m").response
      let whole = try await client.respond(to: "Hi", model: "m")
      for answer in [streamed, whole] {
        #expect(answer.text == "Hello, world." && answer.reasoning == "Let me think.")
        #expect(answer.toolCalls == [ToolCall(id: "t", name: "zoo", arguments: #"{"a":["fox"]}"#)])
        #expect(answer.finish == .toolCalls && answer.usage?.input == 1 && answer.outcome == .complete)
      }
      #expect(streamed.message == whole.message)
      let received = simulator.requests
      #expect(received.map(\.path) == ["/v1/messages", "/v1/messages"])
      let names = Set(received[0].fieldNames.map { $0.lowercased() })
      #expect(names.isSuperset(of: ["x-api-key", "anthropic-version"]) && !names.contains("authorization"))
    }
  }

  @Test func bothDialectsAtOneAddress() async throws {
    try await withSimulator { simulator, client, transport in
      let chat = Client(
        provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed([:]),
        transport: transport)
      let (one, other) = (try await chat.respond(to: "Hi", model: "m"), try await client.respond(to: "Hi", model: "m"))
      #expect(
        one.text == other.text && one.reasoning == other.reasoning && one.toolCalls.count == other.toolCalls.count)
      #expect(one.nativeFinish == "tool_calls" && other.nativeFinish == "tool_use")
    }
  }

  @Test func aTurnGoesBackWithItsThoughtsAndResults() async throws {
    try await withSimulator(.builtIn()) { _, client, _ in
      let tools = [Tool(name: "weather"), Tool(name: "time")]
      let first = try await client.stream("Now", model: "caller", tools: tools).response
      #expect(first.toolCalls.map(\.name) == ["weather", "time"])
      let results = first.toolCalls.map { Message.toolResult(id: $0.id, "\($0.name): fine") }
      let next = try await client.stream([.user("Now"), first.message] + results, model: "caller", tools: tools)
        .response
      #expect(next.text.contains("weather: fine") && next.text.contains("time: fine"))
      let one = try await client.respond(
        to: "Now", model: "caller", tools: tools, options: ChatOptions(parallelTools: false))
      #expect(one.toolCalls.count == 1)
    }
  }

  @Test func faultsAreToldInTheDialectsOwnWords() async throws {
    for (status, code) in [(429, SpateError.Code.rateLimit), (529, .overloaded), (401, .auth), (500, .server)] {
      try await withSimulator(.failure(Failure(status: status, retryAfter: .seconds(7)))) { _, client, _ in
        let error = await #expect(throws: SpateError.self) { _ = try await client.stream("Hi", model: "m").response }
        #expect(error?.code == code && error?.status == status && error?.retryAfter == .seconds(7))
        #expect(error?.requestID == "req_simulated" && error?.provider == "anthropic")
      }
    }
    let broken = Answer.script(Self.script).with(.error(StreamError(message: "no", status: 529), afterByte: 900))
    try await withSimulator(broken) { _, client, _ in
      let error = await #expect(throws: SpateError.self) { _ = try await client.stream("Hi", model: "m").response }
      #expect(error?.code == .overloaded && error?.providerCode == "overloaded_error" && error?.message == "no")
      #expect(error?.partial?.reasoning.isEmpty == false)
    }
    try await withSimulator(Answer.script(Self.script).with(.end(afterByte: 900))) { _, client, _ in
      let error = await #expect(throws: SpateError.self) { _ = try await client.stream("Hi", model: "m").response }
      #expect(error?.code == .truncated)
    }
  }

  @Test func wrongRequestsAndLists() async throws {
    try await withSimulator(.builtIn()) { simulator, client, transport in
      let refused = await Collector.post(simulator.origin + "/v1/messages", #"{"model":"m"}"#, on: transport)
      #expect(refused.status == 400 && refused.json?["error"]?["type"] == "invalid_request_error")
      let models = try await client.models()
      #expect(models.contains { $0.id == "story" })
    }
  }
}
