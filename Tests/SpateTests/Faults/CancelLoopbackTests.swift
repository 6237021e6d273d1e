// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import SpateTestSupport
import Testing

/// Cancelling over real sockets at every moment of a call: one outcome, the socket closed, and nothing afterwards
/// (trust.md P16). `spate-soak cancel` measures how soon.
@Suite(.serialized, .timeLimit(.minutes(10))) struct CancelLoopbackTests {
  static let script = Script(
    text: "One two three four", reasoning: "Let me count.",
    toolCalls: [ToolCall(id: "call_1", name: "zoo", arguments: #"{"n": 1, "m": 2}"#)])

  /// Runs `body` with a simulator and a transport, of which nothing is left afterwards.
  func withSimulator(
    _ answers: [String: Answer] = [:], fallback: Answer = .script(script), recovery: Recovery = .none,
    _ body: (Simulator, Client, CurlTransport) async throws -> Void
  ) async throws {
    let simulator = try Simulator(answers: answers, fallback: fallback)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    let client = Client(
      provider: .compatible(baseURL: simulator.baseURL), recovery: recovery, environment: .fixed([:]),
      transport: transport)
    try await body(simulator, client, transport)
    try await eventually { transport.handlesInUse == 0 }
  }

  /// Reads what is left of a stream: the end must be the cancel, once.
  func expectCancelled(
    _ events: inout ResponseStream.Iterator, _ stream: ResponseStream, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    var finishes = 0
    let thrown = await code {
      while let event = try await events.next() { if case .finish = event { finishes += 1 } }
    }
    #expect(thrown == .cancelled && finishes == 0, sourceLocation: sourceLocation)
    #expect(try await events.next() == nil, sourceLocation: sourceLocation)
    #expect(stream.snapshot.outcome == .cancelled, sourceLocation: sourceLocation)
    #expect(await code { try await stream.response } == .cancelled, sourceLocation: sourceLocation)
  }

  /// After each piece of the answer, when nothing more has come, and when all the rest lies unread.
  @Test(arguments: Dialects9.all) func P16_atEveryEvent(dialect: DialectID) async throws {
    let places: [Place] =
      (0...3).map(Place.thought) + (1...4).map(Place.text) + (0...3).map(Place.call)
    let silent = Dictionary(
      uniqueKeysWithValues: places.enumerated().map { index, place in
        ("silent-\(index)", Answer.script(Self.script).with(.at(place, .stall(afterByte: 0))))
      })
    let unended = Answer.script(Self.script).with(.at(.text(4), .stall(afterByte: 0)))
    try await withSimulator(silent, fallback: unended) { simulator, client, _ in
      let provider = Dialects9.provider(dialect, at: simulator)
      for index in places.indices {
        let stream = client.model("silent-\(index)", provider: provider).stream("Hi")
        let reader = Task { await code { for try await _ in stream {} } }
        try await eventually { simulator.requests.last?.model == "silent-\(index)" }
        _ = await code { try await stream.start() }
        stream.cancel()
        #expect(await reader.value == .cancelled)
        #expect(stream.snapshot.outcome == .cancelled)
        try await eventually { simulator.requests.last?.clientLeft == true }
      }
      for count in 0..<6 {
        let stream = client.model("unended", provider: provider).stream("Hi")
        var events = stream.makeAsyncIterator()
        for _ in 0..<count { _ = try await events.next() }
        stream.cancel()
        try await expectCancelled(&events, stream)
        if count > 0 { try await eventually { simulator.requests.last?.clientLeft == true } }
      }
    }
  }

  @Test func P16_duringTheWaitForARetry() async throws {
    let busy = Answer.failure(Failure(status: 503, retryAfter: .seconds(30)))
    try await withSimulator(["busy": busy], recovery: Recovery()) { simulator, client, _ in
      for isTask in [false, true] {
        let before = simulator.requestCount
        let stream = client.stream("Hi", model: "busy")
        var events = stream.makeAsyncIterator()
        guard case .retry(let retry)? = try await events.next() else {
          Issue.record("no retry")
          return
        }
        #expect(retry.delay >= .seconds(30))
        if isTask {
          let task = Task { try await stream.response }
          task.cancel()
          #expect(await isCancellation { try await task.value })
        }
        stream.cancel()
        try await expectCancelled(&events, stream)
        #expect(stream.snapshot.failedAttempts.count == 1)
        // Whatever was still to come would have come before this.
        #expect(try await client.stream("Hi", model: "other").response.outcome == .complete)
        #expect(simulator.requestCount == before + 2)
      }
    }
  }

  /// The next request is just about to go out, or has just gone.
  @Test func P16_betweenTwoRequests() async throws {
    // What follows never ends by itself.
    let silent = Answer.script(Self.script).with(.stall(afterByte: 0))
    let refused = Answer.series([.failure(Failure(status: 503)), silent])
    let cut = Answer.series([.script(Self.script).with(.at(.text(2), .cut(afterByte: 0))), silent])
    let backoff = Backoff(base: .milliseconds(2), cap: .milliseconds(2))
    let answers = Dictionary(
      uniqueKeysWithValues: (0..<100).map { ("m\($0)", $0 % 2 == 0 ? refused : cut) })
    try await withSimulator(answers) { simulator, _, transport in
      var random = SeededRandom(seed: 7)
      for number in 0..<100 {
        // One quota a call.
        let client = Client(
          provider: .compatible(baseURL: simulator.baseURL), environment: .fixed([:]), transport: transport)
        let stream = client.stream(
          "Hi", model: "m\(number)", recovery: Recovery(maxRetries: 2, backoff: backoff, onCut: .restart))
        var events = stream.makeAsyncIterator()
        while let event = try await events.next() { if case .retry = event { break } }
        for _ in 0..<Int.random(in: 0...200, using: &random) { await Task.yield() }
        stream.cancel()
        try await expectCancelled(&events, stream)
        let seen = stream.snapshot
        try await eventually { transport.handlesInUse == 0 }
        #expect(stream.snapshot == seen)
      }
      let requests = Dictionary(grouping: simulator.requests) { $0.model ?? "" }
      #expect(requests.values.allSatisfy { (1...3).contains($0.count) })
    }
  }

  @Test func P16_duringTheUpload() async throws {
    let silent = SilentPort(.accepts)
    try await withSimulator { _, client, transport in
      let question = String(repeating: "word ", count: 4 << 20)
      let provider = Provider.compatible(baseURL: silent.origin)
      let stream = client.model("m", provider: provider).stream(question)
      let reader = Task { await code { for try await _ in stream {} } }
      try await eventually { transport.handlesInUse == 1 }
      // A turn of the loop later the first bytes are out; the port's buffers do not hold them all.
      for _ in 0..<100 { await Task.yield() }
      stream.cancel()
      #expect(await reader.value == .cancelled)
      #expect(stream.snapshot.outcome == .cancelled)
    }
  }

  @Test func P16_duringTheConnect() async throws {
    let wall = SilentPort(.ignores)
    try await withSimulator { _, client, transport in
      let stream = client.model("m", provider: .compatible(baseURL: wall.origin)).stream("Hi")
      let reader = Task { await code { for try await _ in stream {} } }
      try await eventually { transport.handlesInUse == 1 }
      stream.cancel()
      #expect(await reader.value == .cancelled)
      #expect(stream.snapshot.outcome == .cancelled)
    }
  }

  /// All who run are let go, whether they have begun to answer or not.
  @Test func P16_duringARace() async throws {
    let answers: [String: Answer] = [
      "mute": .script(Self.script).with(.stall(afterByte: 0)),
      "thinking": .script(Self.script).with(.at(.thought(2), .stall(afterByte: 0))),
      "speaking": .script(Self.script).with(.at(.text(2), .stall(afterByte: 0))),
    ]
    try await withSimulator(answers) { simulator, client, _ in
      for models in [["mute", "mute"], ["mute", "mute", "mute"], ["mute", "speaking"], ["thinking", "mute"]] {
        let before = simulator.requests.count
        let stream = client.model(racing: models.map { Candidate($0) }).stream("Hi")
        let reader = Task { await code { for try await _ in stream {} } }
        // Who loses may be let go before its request arrives.
        let isOpen = models.allSatisfy { $0 == "mute" }
        try await eventually { simulator.requests.count >= before + (isOpen ? models.count : 1) }
        if models.contains("speaking") { try await eventually { !stream.snapshot.text.isEmpty } }
        if models.contains("thinking") { try await eventually { !stream.snapshot.reasoning.isEmpty } }
        stream.cancel()
        #expect(await reader.value == .cancelled)
        #expect(stream.snapshot.outcome == .cancelled)
        try await eventually { simulator.requests.dropFirst(before).allSatisfy(\.clientLeft) }
      }
    }
  }
}
