// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// The simulated provider's answers, byte by byte over real sockets: scripts and recordings.
@Suite(.timeLimit(.minutes(10))) struct SimulatorTests: SimulatorSuite {
  // MARK: Scripts

  @Test func streamsAScriptAsOpenAIDoes() async throws {
    try await withSimulator { simulator, transport in
      let answer = await Collector.post(simulator.baseURL + Self.chat, Self.request(), on: transport)
      #expect(answer.status == 200)
      #expect(answer.failure == nil)
      #expect(answer.fields["content-type"] == "text/event-stream")
      let events = answer.events
      #expect(events.last == "[DONE]")
      let chunks = try events.dropLast().map { try JSONValue(parsing: $0) }
      #expect(chunks.allSatisfy { $0["object"]?.string == "chat.completion.chunk" })
      #expect(Set(chunks.compactMap { $0["id"]?.string }).count == 1)
      #expect(chunks.allSatisfy { $0["model"]?.string == "m" })
      #expect(chunks.first?["choices"]?.array?.first?["delta"]?["role"]?.string == "assistant")
      let words = chunks.compactMap { $0["choices"]?.array?.first?["delta"]?["content"]?.string }
      #expect(words == ["Hello,", " world."])
      let finishes = chunks.compactMap { $0["choices"]?.array?.first?["finish_reason"]?.string }
      #expect(finishes == ["stop"])
    }
  }

  @Test(arguments: [true, false]) func scriptsHaveTheIdOfTheirRequest(stream: Bool) async throws {
    try await withSimulator { simulator, transport in
      let body = Self.request(stream: stream)
      let answer = await Collector.post(simulator.baseURL + Self.chat, body, on: transport)
      #expect(answer.fields["x-request-id"] == "req-simulated-1")
    }
  }

  @Test func D10_usageComesOnlyWhenAskedFor() async throws {
    try await withSimulator { simulator, transport in
      let without = await Collector.post(simulator.baseURL + Self.chat, Self.request(), on: transport)
      #expect(!without.text.contains("usage"))
      let with = await Collector.post(simulator.baseURL + Self.chat, Self.request(usage: true), on: transport)
      let usage = try with.events.dropLast().compactMap { try JSONValue(parsing: $0)["usage"]?.object }
      #expect(usage.count == 1)
      #expect(usage.first?["prompt_tokens"]?.int == 2)
      #expect(usage.first?["completion_tokens"]?.int == 2)
      #expect(usage.first?["total_tokens"]?.int == 4)
    }
  }

  @Test(arguments: [
    "", "one", "Hello, world.", "  two  spaces \n\n and\tlines\n", "👩‍👩‍👧‍👦 e\u{301} 漢字 🇩🇪", "\r\nend\r\n", "\u{0}\u{1F}\"\\",
  ])
  func thePiecesJoinedAreTheText(text: String) async throws {
    for size in [nil, 1, 2, 3, 1000, 0, -1] as [Int?] {
      let script = Script(text: text, reasoning: text, pieceSize: size)
      try await withSimulator(fallback: .script(script)) { simulator, transport in
        let client = Client(
          provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed([:]),
          transport: transport)
        let stream = client.stream("Hi", model: "m")
        var joined = ""
        for try await piece in stream.text {
          #expect(!piece.isEmpty)
          if let size, size > 0 { #expect(piece.count <= size) }
          joined += piece
        }
        #expect(Array(joined.utf8) == Array(text.utf8))
        #expect(try await Array(stream.response.reasoning.utf8) == Array(text.utf8))
      }
    }
  }

  @Test func aScriptCallsTools() async throws {
    let script = Script(
      text: "Let me see.", reasoning: "Two cities.",
      toolCalls: [
        ToolCall(id: "a", name: "weather", arguments: #"{"city": "Bonn"}"#),
        ToolCall(id: "b", name: "weather", arguments: #"{"city": "Köln", "days": [1, 2]}"#),
        ToolCall(id: "c", name: "now", arguments: ""),
      ], usage: Usage(input: 7, output: 9))
    try await withSimulator(fallback: .script(script)) { simulator, transport in
      let client = Client(
        provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed([:]),
        transport: transport)
      let response = try await client.stream("Hi", model: "m").response
      #expect(response.text == "Let me see.")
      #expect(response.reasoning == "Two cities.")
      #expect(response.finish == .toolCalls)
      #expect(response.toolCalls.map(\.id) == ["a", "b", "c"])
      #expect(response.toolCalls.map(\.arguments) == script.toolCalls.map(\.arguments))
      #expect(response.usage?.input == 7)
      #expect(response.usage?.output == 9)
    }
  }

  @Test(arguments: [FinishReason.stop, .length, .contentFilter, .toolCalls])
  func aScriptSaysWhyItStops(reason: FinishReason) async throws {
    try await withSimulator(fallback: .script(Script(text: "a", finish: reason))) { simulator, transport in
      let client = Client(
        provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed([:]),
        transport: transport)
      let response = try await client.stream("Hi", model: "m").response
      #expect(response.finish == reason)
    }
  }

  @Test func aPacedScriptComesPieceByPiece() async throws {
    let script = Script(text: "a b c d e", pace: .milliseconds(3))
    try await withSimulator(fallback: .script(script)) { simulator, transport in
      let start = ContinuousClock.now
      let answer = await Collector.post(simulator.baseURL + Self.chat, Self.request(), on: transport)
      // Role, five words and the end: six waits.
      #expect(ContinuousClock.now - start >= .milliseconds(18))
      #expect(answer.events.count == 8)
      #expect(answer.failure == nil)
    }
  }

  @Test func theModelsNamePicksTheAnswer() async throws {
    let answers: [String: Answer] = ["a": .script(Script(text: "I am a.")), "b": .script(Script(text: "I am b."))]
    try await withSimulator(answers) { simulator, transport in
      let client = Client(
        provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed([:]),
        transport: transport)
      for (model, text) in [("a", "I am a."), ("b", "I am b."), ("c", "Hello, world."), ("a", "I am a.")] {
        let response = try await client.stream("Hi", model: model).response
        #expect(response.text == text)
      }
      #expect(simulator.requestCount == 4)
    }
  }

  @Test func anAnswerThatIsNotStreamedIsOneDocument() async throws {
    let script = Script(
      text: "Hello, world.", reasoning: "Hm.", toolCalls: [ToolCall(id: "a", name: "f", arguments: "{}")])
    try await withSimulator(fallback: .script(script)) { simulator, transport in
      let answer = await Collector.post(simulator.baseURL + Self.chat, Self.request(stream: false), on: transport)
      #expect(answer.status == 200)
      #expect(answer.fields["content-type"] == "application/json")
      let choice = answer.json?["choices"]?.array?.first
      #expect(answer.json?["object"]?.string == "chat.completion")
      #expect(choice?["message"]?["content"]?.string == "Hello, world.")
      #expect(choice?["message"]?["tool_calls"]?.array?.count == 1)
      #expect(choice?["finish_reason"]?.string == "tool_calls")
      #expect(answer.json?["usage"]?["total_tokens"]?.int == 6)
    }
  }

  // MARK: Recordings

  @Test func aRecordingIsServedByteForByteWithEveryWriteSize() async throws {
    let body =
      Array("data: {\"a\":1}\r\n\r\n: ping\n\ndata: \u{FEFF}é\n\ndata: [DONE]".utf8) + [0x00, 0xFF, 0xC3, 0x0A]
    for size in Array(0...body.count + 1) {
      let recording = Recording(body: body, status: 203, contentType: "text/x-recorded; a=b", writeSize: size)
      try await withSimulator(fallback: .recording(recording)) { simulator, transport in
        let answer = await Collector.post(simulator.baseURL + Self.chat, Self.request(), on: transport)
        #expect((answer.body == body) == true, "write size \(size)")
        #expect(answer.status == 203)
        #expect(answer.fields["content-type"] == "text/x-recorded; a=b")
        #expect(answer.failure == nil)
      }
    }
  }

  @Test func aLargeRecordingIsServedWhole() async throws {
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    for size in [0, 1 << 16, 12_345] {
      try await withSimulator(fallback: .recording(Recording(body: body, writeSize: size))) { simulator, transport in
        let answer = await Collector.post(simulator.baseURL + Self.chat, Self.request(), on: transport)
        #expect((answer.body == body) == true, "write size \(size)")
      }
    }
  }

  @Test func anEmptyRecordingIsAnEmptyBody() async throws {
    for status in [200, 500] {
      try await withSimulator(fallback: .recording(Recording(body: [], status: status))) { simulator, transport in
        let answer = await Collector.post(simulator.baseURL + Self.chat, Self.request(), on: transport)
        #expect(answer.status == status)
        #expect(answer.body.isEmpty)
        #expect(answer.failure == nil)
      }
    }
  }

  @Test func aPacedRecordingWaitsBetweenItsWrites() async throws {
    let recording = Recording(body: Array("abcdef".utf8), writeSize: 1, pace: .milliseconds(3))
    try await withSimulator(fallback: .recording(recording)) { simulator, transport in
      let start = ContinuousClock.now
      let answer = await Collector.post(simulator.baseURL + Self.chat, Self.request(), on: transport)
      #expect(ContinuousClock.now - start >= .milliseconds(15))
      #expect(answer.text == "abcdef")
    }
  }
}
