// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// `stream.native` and `includingNative()`.
@Suite(.timeLimit(.minutes(10))) struct NativeViewTests {
  private let payloads = [ChatBytes.head, ChatBytes.text("a"), ChatBytes.finish(), ChatBytes.usage, ChatBytes.done].map
  {
    String($0.dropFirst("data: ".count).dropLast(2))
  }
  private let body = ": ping\n\n" + ChatBytes.answer("a")

  @Test(arguments: [1, 40, 1 << 20]) func givesEveryEventAsItCame(size: Int) async throws {
    let stream = PlayedTransport.answering(body, size: size).stream()
    let events = try await stream.native.all()
    #expect(events.map(\.text) == payloads)
    #expect(events.allSatisfy { $0.type == "message" })
    #expect(events.map { $0.json == nil } == [false, false, false, false, true])
    #expect(try await stream.response.text == "a")
  }

  @Test func costsNothingWhereNobodyAsked() async throws {
    let events = try await PlayedTransport.answering(body).stream().all()
    #expect(!events.contains { if case .native = $0 { true } else { false } })
  }

  @Test func comesAmongTheOtherEventsForWhoWantsBoth() async throws {
    let labels = try await PlayedTransport.answering(ChatBytes.answer("a")).stream().includingNative().all().map(
      \.label)
    #expect(
      labels == [
        "native", "start", "native", "text:a", "native", "native", "usage", "native", "finish:stop",
      ])
  }

  @Test func mayBeAskedForBeforeStart() async throws {
    let stream = PlayedTransport.answering(body).stream()
    let native = stream.native
    try await stream.start()
    #expect(try await native.all().count == 5)
  }

  @Test func isRefusedOnceTheResponseHasBegun() async throws {
    let stream = PlayedTransport.answering(body).stream()
    try await stream.start()
    #expect(await code { try await stream.native.all() } == .badRequest)
    // The stream itself can still be read.
    #expect(try await stream.text.all() == ["a"])
  }

  @Test func anErrorStatusHasNone() async throws {
    let stream = PlayedTransport.answering(#"{"error":{"message":"no"}}"#, status: 400).stream()
    var count = 0
    #expect(await code { for try await _ in stream.native { count += 1 } } == .badRequest)
    #expect(count == 0)
  }
}
