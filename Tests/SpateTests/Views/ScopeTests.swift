// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// `withResponse`: what runs is cancelled, and closed, when the closure leaves.
@Suite(.timeLimit(.minutes(10))) struct ScopeTests {
  private func stalled() -> PlayedTransport { PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) } }

  @Test func givesWhatTheClosureGives() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("a", "b"))
    let text = try await transport.client.withResponse("Hi", model: "m") { try await $0.response.text }
    #expect(text == "ab")
    #expect(try await transport.first.log.now.cancels == 0)
  }

  @Test func S32_theSocketIsClosedWhenTheClosureReturns() async throws {
    let transport = stalled()
    var kept: ResponseStream?
    let word = try await transport.client.withResponse("Hi", model: "m") { stream in
      kept = stream
      for try await word in stream.text { return word }
      return ""
    }
    #expect(word == "a")
    let log = try await transport.first.log.now
    #expect(log.cancels == 1 && log.isEnding)
    #expect(kept?.snapshot.outcome == .cancelled)
  }

  @Test func S32_theSocketIsClosedWhenTheClosureThrows() async throws {
    struct Stop: Error {}
    let transport = stalled()
    await #expect(throws: Stop.self) {
      try await transport.client.model("m").withResponse([.user("Hi")]) { stream in
        try await stream.start()
        throw Stop()
      }
    }
    #expect(try await transport.first.log.now.isEnding)
  }

  @Test func aClosureThatKeepsAnIteratorClosesAllTheSame() async throws {
    let transport = stalled()
    var events = try await transport.client.model("m").withResponse("Hi") { stream in
      var events = stream.makeAsyncIterator()
      _ = try await events.next()
      return events
    }
    #expect(try await transport.first.log.now.isEnding)
    while let event = try? await events.next() { #expect(event.label == "text:a") }
  }

  @Test func anUnreadStreamSendsNothing() async throws {
    let transport = stalled()
    try await transport.client.withResponse([.user("Hi")], model: "m") { _ in }
    #expect(transport.exchanges.now.isEmpty)
  }

  @Test func badInputAndFailuresAreThrownByTheRead() async throws {
    let transport = PlayedTransport.answering("", status: 500)
    #expect(
      await code { try await transport.client.withResponse("Hi", model: "m") { try await $0.response } } == .server)
    #expect(
      await code { try await transport.client.withResponse("Hi", model: "") { try await $0.response } } == .badRequest)
  }

  @Test func L1_aCancelledTaskLeavesNoSocket() async throws {
    let transport = stalled()
    let seen = Watched(false)
    let task = Task {
      try await transport.client.withResponse("Hi", model: "m") { stream in
        for try await _ in stream.text { seen.update { $0 = true } }
      }
    }
    try await seen.wait { $0 }
    task.cancel()
    #expect(await isCancellation { try await task.value })
    #expect(try await transport.first.log.now.isEnding)
  }

  @Test @MainActor func theClosureRunsOnItsCallersActor() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("a"))
    var words: [String] = []
    try await transport.client.withResponse("Hi", model: "m") { stream in
      MainActor.preconditionIsolated()
      for try await word in stream.text {
        MainActor.preconditionIsolated()
        words.append(word)
      }
    }
    #expect(words == ["a"])
  }
}
