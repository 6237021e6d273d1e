// SPDX-License-Identifier: Apache-2.0

import Spate
import Testing

/// Answers that come whole, and lists of models.
@Suite(.timeLimit(.minutes(10))) struct RespondTests {
  func client(_ transport: ScriptedTransport, key: String? = nil) -> Client {
    var provider = Provider.compatible(baseURL: "http://localhost/v1")
    if key != nil {
      provider.keyVariables = ["KEY"]
      provider.needsKey = true
    }
    return Client(
      provider: provider, recovery: .none, environment: .fixed(key.map { ["KEY": $0] } ?? [:]), transport: transport)
  }

  static let answer = ScriptedAnswer([
    .head(200, contentType: "application/json"),
    .body(
      #"{"id":"a","model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Four."},"#
        + #""finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#),
  ])

  @Test func anAnswerInOnePieceIsAskedForAndRead() async throws {
    let transport = ScriptedTransport(Self.answer)
    let response = try await client(transport).respond(to: "2 + 2?", model: "m")
    #expect(response.text == "Four." && response.outcome == .complete && response.usage?.output == 2)
    let request = try #require(transport.requests.first)
    let sent = try JSONValue(parsing: request.body)
    #expect(sent["stream"]?.bool != true && sent["stream_options"] == nil)
    #expect(!request.expectsStream)
    #expect(transport.requests.count == 1 && transport.timerCount == 0 && transport.runningCount == 0)
  }

  @Test func P19_anAnswerInOnePieceHasTenMinutesAndNoFirstByteClock() async throws {
    var steps = Self.answer.steps
    steps.insert(.pause(.seconds(599)), at: 0)
    let patient = ScriptedTransport(ScriptedAnswer(steps))
    #expect(try await client(patient).respond(to: "2 + 2?", model: "m").text == "Four.")
    #expect(patient.now == .seconds(599))

    let stuck = ScriptedTransport(ScriptedAnswer([.pause(.seconds(601)), .hang]))
    let error = await #expect(throws: SpateError.self) { try await client(stuck).respond(to: "2 + 2?", model: "m") }
    #expect(error?.code == .timeout && error?.phase == .total)
    #expect(stuck.now == .seconds(600) && stuck.runningCount == 0)
  }

  @Test func C1_anAnswerInOnePieceThatIsCutIsAnError() async throws {
    let whole = Self.answer.steps
    let transport = ScriptedTransport(
      ScriptedAnswer(whole.dropLast() + [.body(#"{"id":"a","choices":[{"index":0,"mess"#)]),
      .status(429, body: #"{"error":{"message":"slow down"}}"#))
    let cut = await #expect(throws: SpateError.self) { try await client(transport).respond(to: "x", model: "m") }
    #expect(cut?.code == .truncated)
    let refused = await #expect(throws: SpateError.self) { try await client(transport).respond(to: "x", model: "m") }
    #expect(refused?.code == .rateLimit && refused?.message == "slow down")
  }

  @Test func cancellingTheTaskEndsTheRequest() async throws {
    let transport = ScriptedTransport(ScriptedAnswer([.head(200), .pause(.seconds(300)), .hang]))
    let client = client(transport)
    let task = Task { try await client.respond(to: "x", model: "m", timeouts: Timeouts(total: Timeouts.never)) }
    await transport.waitForRequests(1)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    // The transport ends it on a thread of its own; the suite's time limit ends a wait for ever.
    while transport.runningCount > 0 { await Task.yield() }
  }

  // MARK: Lists of models

  @Test func modelsAreListedWithWhatTheProviderSays() async throws {
    let list = #"""
      {"object":"list","data":[{"id":"m-1","object":"model","created":1700000000,"owned_by":"us"},
      {"id":"m-2","name":"Second","context_length":8192,"top_provider":{"max_completion_tokens":512}},{"no":"id"},
      {"id":"m-3","context_window":131072,"max_completion_tokens":65536}]}
      """#
    let transport = ScriptedTransport(.status(200, body: list))
    let models = try await client(transport, key: "sk-canary-0123456789").models()
    #expect(models.map(\.id) == ["m-1", "m-2", "m-3"])
    #expect(models[0].created == 1_700_000_000 && models[0].owner == "us" && models[0].contextLength == nil)
    #expect(models[1].name == "Second" && models[1].contextLength == 8192 && models[1].outputLimit == 512)
    #expect(models[2].contextLength == 131_072 && models[2].outputLimit == 65_536)
    #expect(models[2].native["context_window"]?.int == 131_072)
    let request = try #require(transport.requests.first)
    #expect(request.method == "GET" && request.url == "http://localhost/v1/models" && request.body.isEmpty)
    #expect(request.fields["Authorization"] == "Bearer sk-canary-0123456789")
  }

  @Test(arguments: [
    (401, #"{"error":{"message":"bad key sk-canary-0123456789"}}"#, SpateError.Code.auth), (200, "<html>", .decode),
    (200, "{}", .decode),
    (500, "", .server),
  ])
  func aListThatIsNoneIsAnError(_ status: Int, _ body: String, _ code: SpateError.Code) async throws {
    let transport = ScriptedTransport(.status(status, body: body))
    let error = await #expect(throws: SpateError.self) {
      try await client(transport, key: "sk-canary-0123456789").models()
    }
    #expect(error?.code == code && error?.provider == "compatible")
    #expect(error?.message.contains("sk-canary-0123456789") == false)
  }

  @Test func aListAtTheTopIsOneToo() async throws {
    let transport = ScriptedTransport(.status(200, body: #"[{"id":"a"},{"id":"b","display_name":"B"}]"#))
    let models = try await client(transport).models()
    #expect(models.map(\.id) == ["a", "b"] && models[1].name == "B")
  }

  @Test func withoutAProviderThereIsNobodyToAsk() async throws {
    let error = await #expect(throws: SpateError.self) {
      try await Client(recovery: .none, environment: .fixed([:]), transport: ScriptedTransport()).models()
    }
    #expect(error?.code == .badRequest)
    let missing = await #expect(throws: SpateError.self) {
      try await Client(recovery: .none, environment: .fixed([:]), transport: ScriptedTransport()).models(of: .openAI)
    }
    #expect(missing?.code == .missingKey)
  }
}
