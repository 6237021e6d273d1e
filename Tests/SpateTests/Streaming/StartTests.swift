// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// ``ResponseStream/start()``: status errors early, the head otherwise.
@Suite(.timeLimit(.minutes(10))) struct StartTests {
  @Test func givesTheHeadBeforeTheBody() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(200, ["X-Request-ID": "r1", "x-ratelimit-remaining-requests": "9"]))
    }
    let stream = transport.stream()
    let head = try await stream.start()
    #expect(head.status == 200)
    #expect(head.requestID == "r1")
    #expect(head.fields["X-RateLimit-Remaining-Requests"] == "9")
    #expect(try await stream.start() == head)
    #expect(transport.exchanges.now.count == 1)
  }

  @Test func isNoReader() async throws {
    let stream = PlayedTransport.answering(ChatBytes.answer("Hi")).stream()
    try await stream.start()
    #expect(try await stream.text.all() == ["Hi"])
    #expect(try await stream.start().status == 200)
  }

  @Test func throwsTheErrorOfAStatus() async throws {
    let transport = PlayedTransport.answering(#"{"error":{"message":"no such key"}}"#, status: 401)
    let stream = transport.stream()
    #expect(await code { try await stream.start() } == .auth)
    #expect(await code { try await stream.start() } == .auth)
    #expect(await code { try await stream.all() } == .auth)
    #expect(transport.exchanges.now.count == 1)
  }

  @Test func throwsWhatKeptTheResponseFromBeginning() async throws {
    let transport = PlayedTransport { $0.end(TransportError(.dns, "no such host")) }
    let stream = transport.stream()
    #expect(await code { try await stream.start() } == .dns)
    let empty = PlayedTransport { $0.end() }.stream()
    #expect(await code { try await empty.start() } == .connect)
  }

  @Test func throwsCancelledAfterACancel() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    stream.cancel()
    #expect(await code { try await stream.start() } == .cancelled)
    #expect(transport.exchanges.now.isEmpty)
  }

  @Test func manyMayWaitForTheHead() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<10 { group.addTask { try await stream.start().status } }
      try await transport.first.send(.head(201))
      for try await status in group { #expect(status == 201) }
    }
  }

  @Test func theResponseCanBeReadAfterIt() async throws {
    let stream = PlayedTransport.answering(ChatBytes.answer("Hi")).stream()
    try await stream.start()
    #expect(try await stream.response.text == "Hi")
  }

  @Test func aCancelledStarterThrowsAndTheRunGoesOn() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    let starter = Task { try await stream.start() }
    let exchange = try await transport.first
    starter.cancel()
    #expect(await isCancellation { try await starter.value })
    exchange.send(.head(), .body(ChatBytes.answer("Hi")))
    exchange.end()
    #expect(try await stream.response.text == "Hi")
    #expect(exchange.log.now.cancels == 0)
  }

  @Test func L2_aCancelledTaskStartsNothing() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    let starter = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await stream.start()
    }
    #expect(await isCancellation { try await starter.value })
    #expect(transport.exchanges.now.isEmpty)
  }
}
