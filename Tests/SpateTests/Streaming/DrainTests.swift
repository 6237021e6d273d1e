// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// After the provider's last word the body's end is waited for, so that the connection can be used again (rule B11).
@Suite(.timeLimit(.minutes(10))) struct DrainTests {
  @Test func B11_theReaderDoesNotWaitForTheBodysEnd() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.answer("Hi"))) }
    let stream = transport.stream()
    #expect(try await stream.text.all() == ["Hi"])
    #expect(try await stream.response.outcome == .complete)
    let exchange = try await transport.first
    try await transport.timers.wait { $0.count == 1 }
    #expect(transport.timers.now.map(\.delay) == [.milliseconds(250)])
    #expect(exchange.log.now.cancels == 0)

    exchange.end()
    try await exchange.log.wait { $0.isEnded }
    #expect(transport.timers.now.isEmpty)
    #expect(exchange.log.now.cancels == 0)
  }

  @Test func B11_droppingAnEndedStreamStillDrains() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.answer("Hi"))) }
    do { _ = try await transport.stream().response }
    let exchange = try await transport.first
    exchange.send(.body("\n\n"))
    exchange.end()
    try await exchange.log.wait { $0.isEnded }
    #expect(exchange.log.now.cancels == 0)
  }

  @Test func B11_aBodyThatDoesNotEndIsGivenUpAfterItsTime() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.answer("Hi"))) }
    let stream = transport.stream()
    _ = try await stream.response
    try await transport.timers.wait { $0.count == 1 }
    transport.fireTimers()
    let exchange = try await transport.first
    try await exchange.log.wait { $0.isEnded }
    #expect(exchange.log.now.cancels == 1)
    #expect(try await stream.response.text == "Hi")
    #expect(stream.snapshot.outcome == .complete)
  }

  @Test func B11_aBodyThatGoesOnForeverIsGivenUpAfterItsBytes() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(), .body(ChatBytes.answer("Hi")))
      for _ in 0..<100 { exchange.send(.body(String(repeating: "x", count: 4 << 10))) }
    }
    let stream = transport.stream()
    #expect(try await stream.response.text == "Hi")
    let exchange = try await transport.first
    try await exchange.log.wait { $0.isEnded }
    #expect(exchange.log.now.cancels >= 1)
    #expect(try await stream.response.text == "Hi")
  }

  @Test func drainedBytesAreBounded() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(), .body(ChatBytes.answer("Hi")))
      exchange.send(.body(String(repeating: "x", count: 64 << 10)))
      exchange.send(.endOfTurn)
    }
    let stream = transport.stream()
    _ = try await stream.response
    let exchange = try await transport.first
    try await exchange.log.wait { $0.pieces == 2 }
    try await exchange.settle()
    #expect(exchange.log.now.cancels == 0)
    exchange.send(.body("x"))
    try await exchange.log.wait { $0.cancels == 1 }
  }

  @Test func aFailedAnswerIsDrainedToo() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(#"data: {"error":"bad"}"# + "\n\n")) }
    let stream = transport.stream()
    #expect(await code { try await stream.response } == .provider)
    let exchange = try await transport.first
    #expect(exchange.log.now.cancels == 0)
    exchange.end()
    try await exchange.log.wait { $0.isEnded }
    #expect(exchange.log.now.cancels == 0)
  }

  @Test func aBreakWhileDrainingChangesNothing() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(), .body(ChatBytes.answer("Hi")))
      exchange.end(TransportError(.truncated, "gone"))
    }
    let stream = transport.stream()
    #expect(try await stream.all().last?.label == "finish:stop")
    try await transport.first.log.wait { $0.isEnded }
    #expect(try await stream.response.outcome == .complete)
    #expect(try await stream.response.warnings.isEmpty)
  }
}
