// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Rounds that fail, are made again or cut: no tool runs twice.
@Suite(.timeLimit(.minutes(10))) struct ToolRecoveryTests {
  private static let refusal = RecoveryRunTests.refusal
  private static func cut(_ body: String) -> ScriptedAnswer {
    ScriptedAnswer([.head(200), .body(body), .failure(TransportError(.truncated, "cut"))])
  }

  @Test func R1_aRetriedRoundRunsNoToolTwice() async throws {
    let bench = ToolBench(
      Self.refusal, ToolBench.oslo, Self.refusal, Self.cut(""), ToolBench.done, recovery: Recovery(maxRetries: 2))
    let stream = bench.stream([bench.weather()])
    let response = try await stream.response
    #expect(bench.log.now == ["weather Oslo"] && response.text == "It is 18 degrees.")
    // Numbered through the whole call, and kept with it and with its round.
    #expect(response.failedAttempts.map(\.number) == [1, 3, 4])
    #expect(response.rounds[0].failedAttempts.map(\.number) == [1])
    // The tool's answer is in each request of the second round.
    for number in 2...4 { #expect(try bench.toolMessages(number).count == 1) }
    let keys = bench.transport.requests.map { $0.fields["Idempotency-Key"] }
    #expect(keys[0] == keys[1] && keys[2] == keys[3] && keys[3] == keys[4] && keys[1] != keys[2])
  }

  /// Retries are counted anew in each round: a long loop is not given up for one of each.
  @Test func eachRoundHasItsOwnRetries() async throws {
    let bench = ToolBench(
      Self.refusal, ToolBench.oslo, Self.refusal, ToolBench.oslo, Self.refusal, ToolBench.done,
      recovery: Recovery(maxRetries: 1))
    #expect(try await bench.stream([bench.weather()]).response.rounds.count == 2)
  }

  @Test func aCutRoundIsRestartedWithoutItsCalls() async throws {
    let half = ChatBytes.head + ChatBytes.text("Let") + ChatBytes.call(0, id: "c9", name: "weather", #"{"city": "Ri"#)
    let bench = ToolBench(
      ToolBench.oslo, Self.cut(half), ToolBench.done, recovery: Recovery(maxRetries: 1, onCut: .restart))
    let stream = bench.stream([bench.weather()])
    let labels = try await names(stream)
    #expect(labels.contains("restarted:3:0:1") && labels.last == "finish:stop")
    #expect(bench.log.now == ["weather Oslo"])
    let response = try await stream.response
    #expect(response.rounds.count == 1 && response.toolCalls.isEmpty && response.text == "It is 18 degrees.")
  }

  @Test func aCutRoundKeepsWhatTheToolsAnswered() async throws {
    let bench = ToolBench(ToolBench.oslo, Self.cut(ChatBytes.head + ChatBytes.text("It is")))
    let stream = bench.stream([bench.weather()])
    var failure: SpateError?
    do { _ = try await stream.response } catch { failure = error as? SpateError }
    #expect(failure?.code == .truncated && failure?.outcome == .cut)
    #expect(failure?.partial?.text == "It is" && failure?.partial?.rounds.first?.toolResults.count == 1)
    var talk = Conversation(["How is Oslo?"])
    talk.append(try #require(failure?.partial))
    #expect(talk.messages.map(\.role) == [.user, .assistant, .tool, .assistant] && talk.openCalls.isEmpty)
  }

  @Test func laterRoundsGoToWhoAnswered() async throws {
    // Two models: the first refuses, the second answers and gets the next round too.
    let bench = ToolBench(
      Self.refusal, ToolBench.oslo, ToolBench.done,
      recovery: Recovery(
        maxRetries: 0, fallbacks: [Candidate("m2", provider: .compatible(baseURL: "http://localhost/v1"))]))
    _ = try await bench.stream([bench.weather()]).response
    #expect(try (0..<3).map { try bench.body($0)["model"] } == ["m", "m2", "m2"])
  }

  @Test func aRaceIsRunOnce() async throws {
    let bench = ToolBench { request, _ in
      let body = String(decoding: request.body, as: UTF8.self)
      if body.contains("tool_call_id") { return ToolBench.done }
      return body.contains(#""m2""#) ? ScriptedAnswer([.head(200), .body(ChatBytes.head), .hang]) : ToolBench.oslo
    }
    let model = bench.client.model(racing: ["m", "m2"])
    let response = try await model.stream("Hi", tools: [bench.weather()]).response
    #expect(response.text == "It is 18 degrees." && bench.log.now == ["weather Oslo"])
    // The winner alone is asked again; the other may not even have been asked.
    let models = try bench.transport.requests.map { try JSONValue(parsing: $0.body)["model"]?.string ?? "" }
    #expect(models.count { $0 == "m" } == 2 && models.count { $0 == "m2" } <= 1 && models.last == "m")
  }

  // MARK: Cancelling

  /// A tool that tells when it began, and when its task was cancelled.
  private func waiting(_ bench: ToolBench) -> ExecutableTool {
    ExecutableTool("weather", parameters: ["type": "object"]) { [log = bench.log] _ in
      log.update { $0.append("began") }
      do { try await Watched(false).wait { $0 } } catch { log.update { $0.append("cancelled") } }
      return .text("late")
    }
  }

  @Test func L2_cancellingEndsToolsAndWaiters() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let stream = bench.stream([waiting(bench)])
    async let read = code { for try await _ in stream {} }
    try await bench.log.wait { $0 == ["began"] }
    async let response = code { try await stream.response }
    stream.cancel()
    #expect(await read == .cancelled)
    #expect(await response == .cancelled)
    try await bench.log.wait { $0 == ["began", "cancelled"] }
    #expect(bench.transport.requests.count == 1 && bench.transport.timerCount == 0)
    #expect(stream.snapshot.outcome == .cancelled && stream.snapshot.toolCalls.count == 1)
  }

  @Test func L2_aCancelledTaskEndsTools() async throws {
    let bench = ToolBench(ToolBench.oslo)
    let stream = bench.stream([waiting(bench)])
    let task = Task { try await stream.response }
    try await bench.log.wait { $0 == ["began"] }
    task.cancel()
    #expect(await isCancellation { try await task.value })
    try await bench.log.wait { $0 == ["began", "cancelled"] }
  }

  @Test func aDroppedStreamEndsTools() async throws {
    let bench = ToolBench(ToolBench.oslo)
    do {
      for try await event in bench.stream([waiting(bench)]) {
        if case .toolStart = event { break }
      }
    }
    // Whether it had begun or not: nobody waits for it.
    try await eventually { bench.transport.timerCount == 0 }
    if !bench.log.now.isEmpty { try await bench.log.wait { $0.last == "cancelled" } }
    #expect(bench.transport.requests.count == 1)
  }

  /// Cancels at every event: nothing hangs, nothing runs afterwards.
  @Test func cancellingAtEveryEvent() async throws {
    for place in 0..<20 {
      let bench = ToolBench(ToolBench.oslo, ToolBench.done)
      let stream = bench.stream([bench.weather()])
      var count = 0
      do {
        for try await _ in stream {
          count += 1
          if count > place { stream.cancel() }
        }
      } catch { #expect((error as? SpateError)?.code == .cancelled) }
      try await eventually { bench.transport.timerCount == 0 && bench.transport.runningCount == 0 }
    }
  }
}
