// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// The simulator as a server: its routes, what it refuses, its port, and how it stops.
@Suite(.timeLimit(.minutes(10))) struct SimulatorServerTests: SimulatorSuite {
  // MARK: Routes

  @Test func listsItsModels() async throws {
    let answers: [String: Answer] = ["b": .script(.welcome), "a": .script(.welcome)]
    try await withSimulator(answers) { simulator, transport in
      let answer = await Collector.send("GET", simulator.baseURL + "/models", on: transport)
      #expect(answer.status == 200)
      #expect(answer.json?["object"]?.string == "list")
      #expect(answer.json?["data"]?.array?.compactMap { $0["id"]?.string } == ["a", "b"])
    }
    try await withSimulator { simulator, transport in
      let answer = await Collector.send("GET", simulator.baseURL + "/models?limit=1", on: transport)
      #expect(answer.json?["data"]?.array?.compactMap { $0["id"]?.string } == ["simulator"])
    }
  }

  @Test func aRouteThatIsNotThereIsNotFound() async throws {
    try await withSimulator { simulator, transport in
      for (method, path) in [
        ("GET", "/chat/completions"), ("POST", "/models"), ("POST", "/completions"), ("GET", ""), ("DELETE", "/x"),
        ("PUT", "/chat/completions"), ("POST", "/chat/completions/"),
      ] {
        let answer = await Collector.send(method, simulator.baseURL + path, on: transport)
        #expect(answer.status == 404, "\(method) \(path)")
        #expect(answer.json?["error"]?["message"]?.string?.contains(method) == true)
        #expect(answer.json?["error"]?["type"]?.string == "invalid_request_error")
      }
    }
  }

  @Test func aQueryDoesNotChangeTheRoute() async throws {
    try await withSimulator { simulator, transport in
      let answer = await Collector.post(simulator.baseURL + Self.chat + "?api-version=1", Self.request(), on: transport)
      #expect(answer.status == 200)
    }
  }

  @Test(arguments: [
    "", " ", "{", "[]", "null", "hello", "{}", #"{"model":"m"}"#, #"{"messages":[{"role":"user","content":"a"}]}"#,
    #"{"model":"","messages":[{"role":"user","content":"a"}]}"#, #"{"model":1,"messages":[{}]}"#,
    #"{"model":"m","messages":[]}"#, #"{"model":"m","messages":"hi"}"#, #"{"model":"m","messages":[{}]}x"#,
  ])
  func aBodyThatIsNoRequestIsRefused(body: String) async throws {
    try await withSimulator { simulator, transport in
      let answer = await Collector.post(simulator.baseURL + Self.chat, body, on: transport)
      #expect(answer.status == 400)
      #expect(answer.json?["error"]?["message"]?.string?.isEmpty == false)
      // The connection is still good.
      let next = await Collector.post(simulator.baseURL + Self.chat, Self.request(), on: transport)
      #expect(next.status == 200)
    }
  }

  // MARK: Life

  @Test func twoSimulatorsRunAtOnce() async throws {
    let first = try Simulator(fallback: .script(Script(text: "first")))
    let second = try Simulator(fallback: .script(Script(text: "second")))
    defer {
      first.stop()
      second.stop()
    }
    #expect(first.baseURL != second.baseURL)
    for (simulator, text) in [(first, "first"), (second, "second"), (first, "first")] {
      let client = Client(provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed([:]))
      #expect(try await client.stream("Hi", model: "m").response.text == text)
    }
    #expect(first.requestCount == 2)
    #expect(second.requestCount == 1)
  }

  @Test func aTakenPortIsAnError() throws {
    let first = try Simulator()
    defer { first.stop() }
    let port = try #require(first.baseURL.split(separator: ":").last.flatMap { UInt16($0.prefix { $0.isNumber }) })
    let error = #expect(throws: SpateError.self) { try Simulator(port: port) }
    #expect(error?.code == .connect)
    #expect(error?.message.contains("\(port)") == true)
  }

  @Test func stopEndsEverything() async throws {
    let simulator = try Self.portOfItsOwn {
      try Simulator(fallback: .script(Script(text: "a b c", pace: .seconds(3600))), port: $0)
    }
    let client = Client(provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed([:]))
    try await withThrowingTaskGroup(of: SpateError.Code?.self) { group in
      for _ in 0..<5 {
        group.addTask {
          do {
            _ = try await client.stream("Hi", model: "m").response
            return nil
          } catch { return (error as? SpateError)?.code }
        }
      }
      while simulator.requestCount < 5 { await Task.yield() }
      simulator.stop()
      for try await code in group { #expect(code == .truncated || code == .connect) }
    }
    simulator.stop()
    #expect(simulator.requestCount == 5)
    do {
      _ = try await client.stream("Hi", model: "m").response
      Issue.record("it still answers")
    } catch { #expect((error as? SpateError)?.code == .connect) }
  }

  @Test func aStoppedSimulatorsPortIsFreeAgain() throws {
    var port: UInt16 = 0
    let first = try Self.portOfItsOwn {
      port = $0
      return try Simulator(port: $0)
    }
    first.stop()
    let second = try Simulator(port: port)
    #expect(second.baseURL == first.baseURL)
    second.stop()
  }

  /// A simulator on a port below those that the system gives to who asks for any: what it leaves, no other test gets.
  private static func portOfItsOwn(_ make: (UInt16) throws -> Simulator) throws -> Simulator {
    for _ in 0..<100 {
      do { return try make(UInt16.random(in: 10_000..<30_000)) } catch let error as SpateError
        where error.code == .connect
      {
        continue
      }
    }
    return try make(0)
  }

  @Test func itsAnswersAreTheSameInEachRun() async throws {
    var bodies: Set<String> = []
    for _ in 0..<3 {
      try await withSimulator { simulator, transport in
        bodies.insert(
          await Collector.post(simulator.baseURL + Self.chat, Self.request(usage: true), on: transport).text)
      }
    }
    #expect(bodies.count == 1)
  }
}
