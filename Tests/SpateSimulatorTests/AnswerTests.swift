// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// Answers in turn, built-in answers, what a script can say, and the record of the requests.
@Suite(.timeLimit(.minutes(10))) struct AnswerTests {
  static let request = SimulatorTests.request
  static let hello = Answer.script(Script(text: "Hello."))
  static let weather = Tool(
    name: "weather", description: "The weather of a city.",
    parameters: [
      "type": "object",
      "properties": ["city": ["type": "string"], "days": ["type": "integer"], "unit": ["enum": ["C", "F"]]],
      "required": ["city", "unit"],
    ])

  /// Runs `body` with a simulator, and a client and a transport for it.
  func withSimulator(
    _ answers: [String: Answer] = [:], fallback: Answer = .builtIn(),
    _ body: (Simulator, Client, CurlTransport) async throws -> Void
  ) async throws {
    let simulator = try Simulator(answers: answers, fallback: fallback)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    let provider = Provider.compatible(baseURL: simulator.baseURL)
    try await body(
      simulator, Client(provider: provider, recovery: .none, environment: .fixed([:]), transport: transport), transport)
  }

  func code(_ stream: ResponseStream) async -> SpateError.Code? {
    do {
      _ = try await stream.response
      return nil
    } catch { return (error as? SpateError)?.code }
  }

  // MARK: In turn

  @Test func aSeriesGivesOneAnswerARequest() async throws {
    let series = Answer.series([.failure(Failure(status: 429)), Self.hello.with(.cut(afterByte: 10)), Self.hello])
    try await withSimulator(["m": series], fallback: series) { _, client, _ in
      for model in ["m", "other"] {
        var codes: [SpateError.Code?] = []
        for _ in 0..<4 { codes.append(await code(client.stream("Hi", model: model))) }
        #expect(codes == [.rateLimit, .truncated, nil, nil])
      }
    }
  }

  @Test func anEmptySeriesIsTheBuiltInAnswer() async throws {
    try await withSimulator(["m": .series([])]) { _, client, _ in
      let response = try await client.stream("Hi", model: "m").response
      #expect(response.text == Script.welcome.text)
    }
  }

  // MARK: Retry-After

  @Test func aFailureSaysWhenToTryAgain() async throws {
    let answers: [String: Answer] = [
      "seconds": .failure(Failure(status: 429, retryAfter: .seconds(20))),
      "date": .failure(Failure(status: 503, retryAfter: .date(inSeconds: 0))),
      "milliseconds": .failure(Failure(status: 429, retryAfter: .milliseconds(1500))),
      "text": .failure(Failure(status: 429, retryAfter: .text("soon"))),
    ]
    try await withSimulator(answers) { simulator, client, transport in
      func fields(_ model: String) async -> HTTPFields {
        let body = Self.request(model, true, false, "a")
        return await Collector.post(simulator.baseURL + SimulatorTests.chat, body, on: transport).fields
      }
      #expect(await fields("seconds")["retry-after"] == "20")
      #expect(await fields("milliseconds")["retry-after-ms"] == "1500")
      #expect(await fields("text")["retry-after"] == "soon")
      let date = try #require(await fields("date")["retry-after"])
      #expect(
        date.wholeMatch(of: /(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT/) != nil)
      do {
        _ = try await client.stream("Hi", model: "seconds").response
        Issue.record("an answer")
      } catch let error as SpateError { #expect(error.retryAfter == .seconds(20) && error.status == 429) }
    }
  }

  // MARK: The record

  @Test func requestsAreRecordedWithoutValuesOfFields() async throws {
    try await withSimulator(fallback: Self.hello) { simulator, client, transport in
      _ = try await client.stream("Hi", model: "m").response
      _ = await Collector.send("GET", simulator.baseURL + "/models?key=secret", on: transport)
      let requests = simulator.requests
      #expect(requests.map(\.method) == ["POST", "GET"])
      #expect(requests.map(\.path) == ["/v1/chat/completions", "/v1/models"])
      #expect(requests.first?.fieldNames.map { $0.lowercased() }.contains("content-type") == true)
      #expect(try JSONValue(parsing: requests[0].body)["model"] == "m")
      #expect(requests.allSatisfy { !$0.clientLeft })
    }
  }

  @Test func aClientThatLeavesIsRecorded() async throws {
    try await withSimulator(fallback: Self.hello.with(.stall(afterByte: 300))) { simulator, client, _ in
      let stream = client.stream("Hi", model: "m")
      let task = Task {
        do {
          for try await _ in stream {}
          return SpateError.Code?.none
        } catch { return (error as? SpateError)?.code }
      }
      while stream.snapshot.id == nil, !Task.isCancelled { await Task.yield() }
      #expect(!simulator.requests[0].clientLeft)
      stream.cancel()
      _ = await task.value
      while !simulator.requests[0].clientLeft, !Task.isCancelled { await Task.yield() }
      #expect(stream.snapshot.outcome == .cancelled && stream.snapshot.text.isEmpty)
    }
  }

  // MARK: Scripts

  @Test func aScriptDeclines() async throws {
    try await withSimulator(fallback: .script(Script(text: "", refusal: "I had rather not."))) { _, client, _ in
      let response = try await client.stream("Hi", model: "m").response
      #expect(response.refusal == "I had rather not." && response.finish == .refusal && response.outcome == .refused)
    }
  }

  @Test func severalAnswersComeInterleaved() async throws {
    let script = Script(text: "a b c", reasoning: "hm", alternatives: ["d", "e f"])
    try await withSimulator(fallback: .script(script)) { simulator, client, transport in
      let stream = client.stream("Hi", model: "m", options: ChatOptions(n: 4))
      var order: [Int32] = []
      for try await event in stream { if case .text(let delta) = event { order.append(delta.choice) } }
      let response = try await stream.response
      #expect(response.choices.map(\.text) == ["a b c", "d", "e f", "a b c"])
      #expect(response.choices.map(\.reasoning) == ["hm", "hm", "hm", "hm"])
      #expect(response.choices.map(\.finish) == [.stop, .stop, .stop, .stop])
      #expect(order == [0, 1, 2, 3, 0, 2, 3, 0, 3])
      #expect(response.usage?.output == 9 + 4)
      let many = #"{"model":"m","n":129,"messages":[{"role":"user","content":"a"}]}"#
      #expect(await Collector.post(simulator.baseURL + SimulatorTests.chat, many, on: transport).status == 400)
    }
  }

  @Test func aSeedGivesTheSameBytesWhateverTheWrites() async throws {
    let body = Array((0..<3000).map { UInt8(truncatingIfNeeded: $0) })
    for seed in [1, 2, 3] as [UInt64] {
      let recording = Recording(body: body, writeSize: 50, writeSeed: seed)
      try await withSimulator(fallback: .recording(recording)) { simulator, _, transport in
        let answer = await Collector.post(
          simulator.baseURL + SimulatorTests.chat, Self.request("m", true, false, "a"), on: transport)
        let isSame = answer.body == body
        #expect(isSame, "seed \(seed)")
      }
    }
  }

  @Test func jitterAndDelayLeaveTheWordsAlone() async throws {
    let script = Script(
      text: "a b c d", pace: .milliseconds(1), delay: .milliseconds(5), jitter: 1, seed: 7)
    try await withSimulator(fallback: .script(script)) { _, client, _ in
      let start = ContinuousClock.now
      let response = try await client.stream("Hi", model: "m").response
      #expect(response.text == "a b c d")
      #expect(ContinuousClock.now - start >= .milliseconds(5))
    }
  }

  // MARK: Built-in answers

  @Test func everyBuiltInAnswerCanBeReadBothWays() async throws {
    try await withSimulator { simulator, client, transport in
      for one in BuiltIn.allCases {
        let response = try await client.stream("Hello, you", model: one.rawValue).response
        #expect(!(response.text + (response.refusal ?? "")).isEmpty, "\(one)")
        let whole = await Collector.post(
          simulator.baseURL + SimulatorTests.chat, Self.request(one.rawValue, false, false, "Hello, you"), on: transport
        )
        let message = whole.json?["choices"]?[0]?["message"]
        #expect(message?["content"]?.string == response.text, "\(one)")
        #expect(message?["refusal"]?.string == response.refusal, "\(one)")
      }
      #expect(try await client.stream("Hello, you", model: "echo").response.text == "Hello, you")
      #expect(try await !client.stream("Hi", model: "thinker").response.reasoning.isEmpty)
      #expect(try await client.stream("Hi", model: "refuser").response.finish == .refusal)
      #expect(try await client.stream("Hi", model: "cutoff").response.finish == .length)
      #expect(try await client.stream("Hi", model: "of another name").response.text == Script.welcome.text)
    }
  }

  @Test func toolsOfARequestAreCalledAndTheirResultsRead() async throws {
    try await withSimulator { _, client, _ in
      for model in ["simulator", "caller"] {
        let first = try await client.stream("How is it in Bonn?", model: model, tools: [Self.weather]).response
        #expect(first.finish == .toolCalls && first.toolCalls.count == 1)
        let call = try #require(first.toolCalls.first)
        #expect(call.isComplete && call.name == "weather" && call.value == ["city": "Bonn", "unit": "C"])
        let messages: [Message] = ["How is it in Bonn?", first.message, .toolResult(id: call.id, "12 degrees")]
        let second = try await client.stream(messages, model: model, tools: [Self.weather]).response
        #expect(second.finish == .stop && second.text.contains("12 degrees"))
      }
      let none = ChatOptions(toolChoice: ToolChoice.none)
      let response = try await client.stream("Hi", model: "simulator", tools: [Self.weather], options: none).response
      #expect(response.toolCalls.isEmpty && response.text == Script.welcome.text)
    }
  }

  @Test func severalToolsAreCalledAtOnceUnlessForbidden() async throws {
    let tools = ["a", "b", "c"].map { Tool(name: $0) }
    try await withSimulator { _, client, _ in
      let all = try await client.stream("Hi", model: "caller", tools: tools).response
      #expect(all.toolCalls.map(\.name) == ["a", "b", "c"] && Set(all.toolCalls.map(\.id)).count == 3)
      let one = try await client.stream(
        "Hi", model: "caller", tools: tools, options: ChatOptions(parallelTools: false)
      ).response
      #expect(one.toolCalls.map(\.name) == ["a"])
      let named = try await client.stream(
        "Hi", model: "caller", tools: tools, options: ChatOptions(toolChoice: .tool("b"))
      ).response
      #expect(named.toolCalls.map(\.name) == ["b"])
    }
  }

  @Test func theBuiltInAnswersAreListed() async throws {
    try await withSimulator(["mine": Self.hello]) { simulator, _, transport in
      let answer = await Collector.send("GET", simulator.baseURL + "/models", on: transport)
      let data = answer.json?["data"]?.array ?? []
      #expect(data.compactMap { $0["id"]?.string } == ["mine"] + BuiltIn.allCases.map(\.rawValue))
      #expect(data.dropFirst().allSatisfy { $0["description"]?.string?.isEmpty == false })
    }
  }
}
