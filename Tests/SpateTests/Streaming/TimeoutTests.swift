// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// The four clocks of trust.md 1.5 in virtual time: nothing here waits.
@Suite(.timeLimit(.minutes(10))) struct TimeoutTests {
  typealias Step = ScriptedAnswer.Step

  /// How a stream of this answer ends, with the defaults unless said otherwise.
  func failure(
    _ steps: [Step], timeouts: Timeouts = Timeouts(), advancing: Duration = .zero
  ) async throws -> (error: SpateError?, at: Duration, partial: PartialResponse) {
    let transport = ScriptedTransport(ScriptedAnswer(steps))
    let stream = transport.client(timeouts: timeouts).stream("Hi", model: "m")
    let response = Task { try await stream.response }
    await transport.waitForRequests(1)
    if advancing > .zero { await transport.advance(by: advancing) }
    var thrown: SpateError?
    do { _ = try await response.value } catch { thrown = error as? SpateError }
    let at = transport.now
    try await eventually { transport.runningCount == 0 && transport.timerCount == 0 }
    return (thrown, at, stream.snapshot)
  }

  @Test func firstByteFiresWhereNothingComes() async throws {
    let (error, at, _) = try await failure([.hang], advancing: .seconds(120))
    #expect(error?.code == .timeout)
    #expect(error?.phase == .firstByte)
    #expect(error?.isRetryable == true)
    #expect(at == .seconds(120))
    #expect(error?.provider == "compatible")
  }

  @Test func firstByteFiresAfterAHeadThatComesAlone() async throws {
    let (error, at, _) = try await failure([.pause(.seconds(100)), .head(200), .pause(.seconds(100))])
    #expect(error?.phase == .firstByte)
    #expect(at == .seconds(120))
  }

  @Test func firstByteIsNotStoppedByHeartBeats() async throws {
    let beats = (0..<30).flatMap { _ in [Step.pause(.seconds(5)), .body(": OPENROUTER PROCESSING\n\n")] }
    let (error, at, _) = try await failure([.head(200)] + beats)
    #expect(error?.phase == .firstByte)
    #expect(at == .seconds(120))
  }

  @Test func aSlowFirstEventWithinTheTimeIsFine() async throws {
    let steps = [Step.head(200), .pause(.seconds(119)), .body(ChatBytes.answer("Hi"))]
    let (error, _, partial) = try await failure(steps)
    #expect(error == nil)
    #expect(partial.text == "Hi")
  }

  @Test func idleFiresBetweenBytesAndKeepsThePartial() async throws {
    let steps = [Step.head(200), .body(ChatBytes.head + ChatBytes.text("Hel")), .pause(.seconds(61))]
    let (error, at, partial) = try await failure(steps)
    #expect(error?.code == .timeout)
    #expect(error?.phase == .idle)
    #expect(error?.partial?.text == "Hel")
    #expect(error?.outcome == .timedOut)
    #expect(partial.text == "Hel")
    #expect(at == .seconds(60))
  }

  @Test func heartBeatsResetTheIdleClock() async throws {
    let beats = (0..<20).flatMap { _ in [Step.pause(.seconds(59)), .body(": beat\n\n")] }
    let steps =
      [Step.head(200), .body(ChatBytes.head)] + beats
      + [.body(ChatBytes.text("Hi") + ChatBytes.finish() + ChatBytes.done)]
    let (error, _, partial) = try await failure(steps)
    #expect(error == nil)
    #expect(partial.text == "Hi")
  }

  @Test func aByteDripIsNoIdleStream() async throws {
    let bytes = Array(ChatBytes.answer("Hi", " there").utf8)
    let steps = [Step.head(200)] + bytes.flatMap { [Step.pause(.seconds(1)), .body([$0])] }
    let (error, _, partial) = try await failure(steps)
    #expect(error == nil)
    #expect(partial.text == "Hi there")
  }

  @Test func aByteDripIsEndedByTheTotalClock() async throws {
    let bytes = Array(ChatBytes.answer("Hi", String(repeating: "x", count: 1000)).utf8)
    let steps = [Step.head(200)] + bytes.flatMap { [Step.pause(.seconds(1)), .body([$0])] }
    let (error, at, _) = try await failure(steps, timeouts: Timeouts(total: .seconds(600)))
    #expect(error?.phase == .total)
    #expect(error?.isRetryable == false)
    #expect(error?.partial?.text == "Hi")
    #expect(at == .seconds(600))
  }

  @Test func theTotalClockSpansTheConnection() async throws {
    let (error, at, _) = try await failure(
      [.hang], timeouts: Timeouts(total: .seconds(7)), advancing: .seconds(7))
    #expect(error?.phase == .total)
    #expect(at == .seconds(7))
  }

  @Test func afterAFinishReasonTheIdleClockEndsASuccess() async throws {
    let steps = [Step.head(200), .body(ChatBytes.head + ChatBytes.text("Hi") + ChatBytes.finish()), .hang]
    let transport = ScriptedTransport(ScriptedAnswer(steps))
    let stream = transport.client().stream("Hi", model: "m")
    let labels = Task { try await stream.all().map(\.label) }
    await transport.waitForRequests(1)
    await transport.advance(by: .seconds(60))
    #expect(try await labels.value == ["start", "text:Hi", "warning:late_break", "finish:stop"])
    #expect(try await stream.response.outcome == .complete)
    try await eventually { transport.runningCount == 0 && transport.timerCount == 0 }
  }

  @Test func anErrorBodyThatStallsIsTheErrorOfItsStatus() async throws {
    let steps = [Step.head(429, contentType: "application/json"), .body(#"{"error":{"message":"slow down"}}"#), .hang]
    let (error, _, _) = try await failure(steps, advancing: .seconds(60))
    #expect(error?.code == .rateLimit)
  }

  @Test func aSlowReaderIsNotIdle() async throws {
    let piece = ChatBytes.text(String(repeating: "x", count: 300 << 10))
    let steps = [Step.head(200), .body(ChatBytes.head), .body(piece), .body(ChatBytes.finish() + ChatBytes.done)]
    let transport = ScriptedTransport(ScriptedAnswer(steps))
    let stream = transport.client().stream("Hi", model: "m")
    try await stream.start()
    // The socket is paused by now, and an hour goes by.
    await transport.advance(by: .seconds(3600))
    var count = 0
    for try await text in stream.text { count += text.utf8.count }
    #expect(count == 300 << 10)
    try await eventually { transport.runningCount == 0 && transport.timerCount == 0 }
  }

  @Test func theIdleClockRunsAgainAfterAPause() async throws {
    let piece = ChatBytes.text(String(repeating: "x", count: 300 << 10))
    let transport = ScriptedTransport(ScriptedAnswer([.head(200), .body(ChatBytes.head), .body(piece), .hang]))
    let stream = transport.client().stream("Hi", model: "m")
    try await stream.start()
    await transport.advance(by: .seconds(3600))
    var events = stream.makeAsyncIterator()
    while let event = try await events.next() { if case .text = event { break } }
    await transport.advance(by: .seconds(59))
    #expect(stream.run.isEnded == false)
    await transport.advance(by: .seconds(1))
    await #expect(throws: SpateError.self) { _ = try await events.next() }
    #expect(stream.run.failure?.phase == .idle)
    #expect(stream.snapshot.text.utf8.count == 300 << 10)
    #expect(transport.now == .seconds(3660))
  }

  @Test func aCancelledStreamLeavesNoTimer() async throws {
    let transport = ScriptedTransport(ScriptedAnswer([.head(200), .body(ChatBytes.head), .hang]))
    let stream = transport.client(timeouts: Timeouts(total: .seconds(3600))).stream("Hi", model: "m")
    try await stream.start()
    #expect(transport.timerCount > 0)
    stream.cancel()
    try await eventually { transport.runningCount == 0 && transport.timerCount == 0 }
  }

  @Test func clocksLetGoOfADroppedStream() async throws {
    let transport = ScriptedTransport(ScriptedAnswer([.hang]))
    weak var run: StreamRun?
    do {
      let stream = transport.client(timeouts: Timeouts(total: .seconds(3600))).stream("Hi", model: "m")
      run = stream.run
      let waiter = Task { try await stream.start() }
      await transport.waitForRequests(1)
      waiter.cancel()
      _ = try? await waiter.value
    }
    try await eventually { transport.runningCount == 0 && transport.timerCount == 0 && run == nil }
  }

  @Test func timeoutsOfACallWinOverItsModelsAndTheClients() async throws {
    let transport = ScriptedTransport(ScriptedAnswer([.hang]))
    let client = transport.client(timeouts: Timeouts(connect: .seconds(1), firstByte: .seconds(1), idle: .seconds(1)))
    let model = client.model("m", timeouts: Timeouts(connect: .seconds(2), firstByte: .seconds(2)))
    let stream = model.stream("Hi", timeouts: Timeouts(connect: .seconds(3)))
    let response = Task { try await stream.response }
    await transport.waitForRequests(1)
    #expect(transport.requests.map(\.connectTimeout) == [.seconds(3)])
    await transport.advance(by: .seconds(2))
    #expect(await code { try await response.value } == .timeout)
    #expect(stream.run.failure?.phase == .firstByte)
    #expect(transport.now == .seconds(2))
  }

  @Test func theDefaultsAreThoseOfTrust1_5() {
    let stream = Timeouts.standard(isStream: true)
    #expect(stream == Timeouts(connect: .seconds(10), firstByte: .seconds(120), idle: .seconds(60)))
    #expect(Timeouts.standard(isStream: false).total == .seconds(600))
  }
}

extension ScriptedTransport {
  func client(timeouts: Timeouts = Timeouts()) -> Client {
    Client(
      provider: .compatible(baseURL: "http://127.0.0.1:1/v1"), timeouts: timeouts, recovery: .none,
      environment: .fixed([:]),
      transport: self)
  }
}
