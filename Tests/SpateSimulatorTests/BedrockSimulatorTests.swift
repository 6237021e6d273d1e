// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// The simulated provider as Bedrock's clients see it: the same scripts in AWS's frames, in both dialects.
@Suite(.timeLimit(.minutes(10))) struct BedrockSimulatorTests {
  private static let script = Script(
    text: "Hello, world.", reasoning: "Let me think.",
    toolCalls: [ToolCall(id: "t", name: "zoo", arguments: #"{"a":["fox"]}"#)])
  private static let dialects: [DialectID] = [.bedrockConverse, .bedrockInvokeAnthropic]

  private func withSimulator(
    _ dialect: DialectID, _ answer: Answer = .script(script),
    environment: [String: String] = ["AWS_BEARER_TOKEN_BEDROCK": "canary"],
    _ body: (Simulator, Client) async throws -> Void
  ) async throws {
    let simulator = try Simulator(fallback: answer)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    var provider = Provider.bedrock
    (provider.baseURL, provider.dialect) = (simulator.origin, dialect)
    try await body(
      simulator, Client(provider: provider, recovery: .none, environment: .fixed(environment), transport: transport))
  }

  @Test(arguments: dialects) func theSameScriptInBothForms(_ dialect: DialectID) async throws {
    try await withSimulator(dialect) { simulator, client in
      let model = "anthropic.claude-x-v1:0"
      let stream = client.stream("Hi", model: model)
      let head = try await stream.start()
      #expect(head.fields["content-type"] == "application/vnd.amazon.eventstream")
      let streamed = try await stream.response
      let whole = try await client.respond(to: "Hi", model: model)
      for answer in [streamed, whole] {
        #expect(answer.text == "Hello, world." && answer.reasoning == "Let me think.")
        #expect(answer.toolCalls == [ToolCall(id: "t", name: "zoo", arguments: #"{"a":["fox"]}"#)])
        #expect(answer.finish == .toolCalls && answer.usage?.input == 1 && answer.outcome == .complete)
      }
      #expect(streamed.message == whole.message)
      let isConverse = dialect == .bedrockConverse
      let operations = isConverse ? ["converse-stream", "converse"] : ["invoke-with-response-stream", "invoke"]
      #expect(simulator.requests.map(\.path) == operations.map { "/model/anthropic.claude-x-v1%3A0/\($0)" })
      let names = Set(simulator.requests[0].fieldNames.map { $0.lowercased() })
      #expect(names.contains("authorization") && !names.contains("x-amz-date"))
    }
  }

  @Test(arguments: dialects) func withoutAKeyTheRequestIsSigned(_ dialect: DialectID) async throws {
    let environment = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "canary", "AWS_SESSION_TOKEN": "t"]
    try await withSimulator(dialect, environment: environment) { simulator, client in
      let answer = try await client.stream("Hi", model: "m").response
      #expect(answer.text == "Hello, world.")
      let names = Set(simulator.requests[0].fieldNames.map { $0.lowercased() })
      #expect(names.isSuperset(of: ["authorization", "x-amz-date", "x-amz-security-token"]))
    }
    try await withSimulator(dialect, environment: [:]) { simulator, client in
      let error = await #expect(throws: SpateError.self) { _ = try await client.stream("Hi", model: "m").response }
      #expect(error?.code == .missingKey && error?.message.contains("AWS_ACCESS_KEY_ID") == true)
      #expect(simulator.requests.isEmpty)
    }
  }

  @Test(arguments: dialects) func aTurnGoesBackWithItsThoughtsAndResults(_ dialect: DialectID) async throws {
    try await withSimulator(dialect, .builtIn()) { _, client in
      let tools = [Tool(name: "weather"), Tool(name: "time")]
      let first = try await client.stream("Now", model: "caller", tools: tools).response
      #expect(first.toolCalls.map(\.name) == ["weather", "time"])
      let results = first.toolCalls.map { Message.toolResult(id: $0.id, "\($0.name): fine") }
      let next = try await client.stream([.user("Now"), first.message] + results, model: "caller", tools: tools)
        .response
      #expect(next.text.contains("weather: fine") && next.text.contains("time: fine"))
    }
  }

  @Test(arguments: dialects) func faultsAreToldInTheServicesOwnWords(_ dialect: DialectID) async throws {
    let statuses = [
      (429, SpateError.Code.rateLimit, "ThrottlingException"), (503, .overloaded, "ServiceUnavailableException"),
      (403, .auth, "AccessDeniedException"), (500, .server, "InternalServerException"),
      (404, .notFound, "ResourceNotFoundException"),
    ]
    for (status, code, name) in statuses {
      try await withSimulator(dialect, .failure(Failure(status: status, retryAfter: .seconds(7)))) { _, client in
        let error = await #expect(throws: SpateError.self) { _ = try await client.stream("Hi", model: "m").response }
        #expect(error?.code == code && error?.status == status && error?.retryAfter == .seconds(7))
        #expect(error?.providerCode == name && error?.provider == "bedrock")
        #expect(error?.message.contains("/v1") == false)
      }
    }
    let broken = Answer.script(Self.script).with(.error(StreamError(message: "no", status: 503), afterByte: 900))
    try await withSimulator(dialect, broken) { _, client in
      let error = await #expect(throws: SpateError.self) { _ = try await client.stream("Hi", model: "m").response }
      #expect(error?.code == .overloaded && error?.providerCode == "serviceUnavailableException")
      #expect(error?.message == "no" && error?.partial?.reasoning.isEmpty == false)
    }
    try await withSimulator(dialect, Answer.script(Self.script).with(.end(afterByte: 901))) { _, client in
      let error = await #expect(throws: SpateError.self) { _ = try await client.stream("Hi", model: "m").response }
      #expect(error?.code == .truncated && error?.partial?.reasoning.isEmpty == false)
    }
  }

  @Test func wrongRequestsSayWhatIsWrong() async throws {
    let simulator = try Simulator(fallback: .builtIn())
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    for operation in ["converse", "invoke"] {
      let refused = await Collector.post(simulator.origin + "/model/m/\(operation)", "{}", on: transport)
      #expect(refused.status == 400 && refused.json?["message"]?.string?.isEmpty == false)
      #expect(refused.fields["x-amzn-errortype"] == "ValidationException")
    }
  }
}
