// SPDX-License-Identifier: Apache-2.0

import SpateSimulator
import Testing

@testable import Spate

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The client over real sockets, against the simulator. One test at a time: they count descriptors.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LoopbackTests {
  static let words = "The quick brown fox jumps over the lazy dog."
  static let calling = Script(
    text: words, reasoning: "Which animals?",
    toolCalls: [ToolCall(id: "call_1", name: "zoo", arguments: #"{"animals": ["fox", "dog"]}"#)])

  /// Runs `body` with a simulator and a transport of its own.
  func withSimulator(
    _ answers: [String: Answer] = [:], fallback: Answer = .script(Script(text: words)),
    _ body: (Simulator, Client) async throws -> Void
  ) async throws {
    let simulator = try Simulator(answers: answers, fallback: fallback)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    try await body(
      simulator,
      Client(
        provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed([:]),
        transport: transport))
    try await eventually { transport.handlesInUse == 0 }
  }

  @Test func readsTheTextOfARealResponse() async throws {
    try await withSimulator { _, client in
      let stream = client.stream("Hi", model: "m")
      var pieces: [String] = []
      for try await text in stream.text { pieces.append(text) }
      #expect(pieces.count == 9)
      #expect(pieces.joined() == Self.words)
      let response = try await stream.response
      #expect(response.text == Self.words)
      #expect(response.model == "m")
      #expect(response.usage?.output == 9)
      #expect(response.outcome == .complete)
    }
  }

  /// Many at once: on the loop's thread one closure runs after the other.
  @Test func closuresGetTheWordsOfRealResponses() async throws {
    try await withSimulator { _, client in
      let texts = await withTaskGroup(of: String?.self) { group in
        for _ in 0..<50 {
          group.addTask {
            let words = Watched("")
            do {
              try await client.stream("Hi", model: "m").forEachBatch { batch in
                words.update { $0 += batch.compactMap(\.text).joined() }
              }
            } catch { return nil }
            return words.now
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(texts == Array(repeating: Self.words, count: 50))
    }
  }

  @Test func readsTheEventsOfARealResponse() async throws {
    try await withSimulator(fallback: .script(Self.calling)) { simulator, client in
      let stream = client.stream("Hi", model: "m")
      let head = try await stream.start()
      #expect(head.status == 200)
      #expect(head.fields["content-type"] == "text/event-stream")
      let labels = try await stream.all().map(\.label)
      #expect(labels.first == "start")
      #expect(labels.last == "finish:tool_calls")
      #expect(labels.filter { $0.hasPrefix("finish") }.count == 1)
      #expect(labels.contains("call:zoo"))
      let response = try await stream.response
      #expect(response.reasoning == "Which animals?")
      #expect(response.toolCalls.map(\.arguments) == [#"{"animals": ["fox", "dog"]}"#])
      #expect(response.toolCalls.allSatisfy { $0.isComplete })
      #expect(simulator.requestCount == 1)
    }
  }

  @Test func aHundredStreamsRunAtOnce() async throws {
    var script = Script(text: Self.words)
    script.pace = .milliseconds(1)
    try await withSimulator(fallback: .script(script)) { simulator, client in
      try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<100 {
          group.addTask {
            let stream = client.stream("Hi", model: "model-\(number)")
            var text = ""
            for try await word in stream.text { text += word }
            let response = try await stream.response
            return response.model == "model-\(number)" ? text : "another's answer"
          }
        }
        for try await text in group { #expect(text == Self.words) }
      }
      #expect(simulator.requestCount == 100)
    }
  }

  @Test func B11_oneConnectionServesStreamAfterStream() async throws {
    try await withSimulator { simulator, client in
      var connections: Set<String> = []
      for number in 0..<20 {
        let stream = client.stream("Hi", model: "m")
        // Each way to read to the end.
        switch number % 3 {
        case 0: _ = try await stream.response
        case 1: _ = try await stream.text.all()
        default: for try await event in stream { if case .finish = event { break } }
        }
        connections.insert(stream.snapshot.id ?? "none")
      }
      #expect(simulator.requestCount == 20)
      // The simulator's ids bear the number of the connection. A loaded machine may open one more.
      #expect(connections.count <= 3, "\(connections)")
    }
  }

  @Test func P18_noDescriptorIsLeft() async throws {
    func descriptors() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
    let before = descriptors()
    for _ in 0..<3 {
      try await withSimulator { _, client in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<20 {
            group.addTask {
              let stream = client.stream("Hi", model: "m")
              switch number % 3 {
              case 0: _ = try await stream.response
              case 1: for try await _ in stream { break }
              default: try await stream.start()
              }
            }
          }
          try await group.waitForAll()
        }
      }
    }
    // Other tests of the process open and close descriptors of their own meanwhile.
    try await eventually { descriptors() <= before + 8 }
  }

  @Test func L1_aCancelClosesTheSocket() async throws {
    // Never ends by itself: a word an hour.
    var script = Script(text: Self.words)
    script.pace = .seconds(3600)
    try await withSimulator(fallback: .script(script)) { simulator, client in
      let early = client.stream("Hi", model: "m")
      for try await _ in early { break }
      let stopped = client.stream("Hi", model: "m")
      try await stopped.start()
      stopped.cancel()
      let task = Task { try await client.stream("Hi", model: "m").response }
      try await eventually { simulator.requestCount == 3 }
      task.cancel()
      #expect(await isCancellation { try await task.value })
      do {
        let dropped = client.stream("Hi", model: "m")
        try await dropped.start()
      }
      #expect(simulator.requestCount == 4)
      let port = try #require(simulator.baseURL.split(separator: ":").last?.prefix { $0.isNumber })
      try await eventually { Self.connections(to: String(port)) == 0 }
    }
  }

  /// Established connections of a port of this machine, as the system counts them.
  static func connections(to port: String) -> Int {
    guard let port = UInt16(port), let table = FileManager.default.contents(atPath: "/proc/net/tcp") else { return 0 }
    let digits = String(port, radix: 16, uppercase: true)
    let name = ":" + String(repeating: "0", count: 4 - digits.count) + digits
    let lines = String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst()
    return lines.count { line in
      let fields = line.split(separator: " ")
      return fields.count > 3 && fields[1].hasSuffix(name) && fields[3] == "01"
    }
  }

  @Test func aStatusErrorIsThrown() async throws {
    let recording = Recording(
      body: Array(#"{"error":{"message":"slow down"}}"#.utf8), status: 429, contentType: "application/json")
    try await withSimulator(fallback: .recording(recording)) { _, client in
      let stream = client.stream("Hi", model: "m")
      #expect(await code { try await stream.start() } == .rateLimit)
      #expect(await code { try await stream.response } == .rateLimit)
    }
  }

  @Test func C1_aRecordingThatStopsEarlyIsCut() async throws {
    let body = Array((ChatBytes.head + ChatBytes.text("Hel") + ChatBytes.text("lo")).utf8)
    try await withSimulator(fallback: .recording(Recording(body: body))) { _, client in
      let stream = client.stream("Hi", model: "m")
      #expect(await code { try await stream.response } == .truncated)
      #expect(stream.snapshot.text == "Hello")
    }
  }

  @Test func aServerThatIsGoneIsAConnectError() async throws {
    let simulator = try Simulator()
    let baseURL = simulator.baseURL
    simulator.stop()
    let client = Client(provider: .compatible(baseURL: baseURL), recovery: .none, environment: .fixed([:]))
    #expect(await code { try await client.stream("Hi", model: "m").response } == .connect)
  }

  @Test func aSlowReaderOfALongAnswerGetsAllOfIt() async throws {
    var script = Script(text: String(repeating: "0123456789abcdef", count: 1 << 16))
    script.pieceSize = 4096
    try await withSimulator(fallback: .script(script)) { _, client in
      let stream = client.stream("Hi", model: "m")
      try await stream.start()
      var text = ""
      for try await piece in stream.text {
        text += piece
        for _ in 0..<5 { await Task.yield() }
      }
      #expect((text == script.text) == true)
    }
  }
}
