// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// The reader is resumed at most once a turn of the transport's loop, and nowhere else (architecture.md, principle 3).
@Suite(.timeLimit(.minutes(10))) struct WakeUpTests {
  @Test func wakesTheReaderAtMostOnceATurn() async throws {
    let transport = PlayedTransport()
    let executor = CountingExecutor(transport: transport)
    let stream = transport.stream()
    let labels = Watched<[String]>([])
    let reading = executor.read(stream, into: labels)
    let exchange = try await transport.first
    await executor.settle()
    exchange.send(.head(), .body(ChatBytes.head))
    var number = 0
    for _ in 0..<20 {
      var steps: [PlayedExchange.Step] = []
      for _ in 0..<10 {
        steps.append(.body(ChatBytes.text("\(number)")))
        number += 1
      }
      exchange.send(steps + [.endOfTurn])
      // The reader is waiting again before the next turn, so that each turn has somebody to wake.
      let count = number
      try await labels.wait { $0.count == count + 1 }
      await executor.settle()
    }
    exchange.send(.body(ChatBytes.finish()), .body(ChatBytes.usage + ChatBytes.done))
    exchange.end()
    try await reading.value
    // A turn is counted after it has woken the reader.
    try await exchange.log.wait { $0.isEnded }
    let callers = executor.callers.now
    #expect(callers.count >= 20)
    #expect(callers.count <= exchange.log.now.turns)
    #expect(callers.allSatisfy { $0 == "turnEnded" }, "\(Set(callers))")
    #expect(labels.now.count == 203)
  }

  @Test func wakesNobodyForBytesWithoutEvents() async throws {
    let transport = PlayedTransport()
    let executor = CountingExecutor(transport: transport)
    let stream = transport.stream()
    let labels = Watched<[String]>([])
    let reading = executor.read(stream, into: labels)
    let exchange = try await transport.first
    await executor.settle()
    exchange.send(.head())
    for _ in 0..<50 { exchange.send(.body(": ping\n\n")) }
    try await exchange.settle()
    #expect(executor.callers.now.isEmpty)
    exchange.send(.body(ChatBytes.answer("a")))
    exchange.end()
    try await reading.value
    #expect(executor.callers.now.count == 1)
  }

  @Test func wakesWhoWaitsForTheResponseOnce() async throws {
    let transport = PlayedTransport()
    let executor = CountingExecutor(transport: transport)
    let stream = transport.stream()
    let reading = Task(executorPreference: executor) { try await stream.response }
    let exchange = try await transport.first
    await executor.settle()
    exchange.send(.head())
    for number in 0..<50 { exchange.send(.body(ChatBytes.text("\(number)"))) }
    exchange.send(.body(ChatBytes.finish() + ChatBytes.done))
    exchange.end()
    _ = try await reading.value
    #expect(executor.callers.now == ["turnEnded"])
  }

  @Test func wakesAtTheEndWhereABodySaidNothing() async throws {
    let transport = PlayedTransport()
    let executor = CountingExecutor(transport: transport)
    let stream = transport.stream()
    let reading = executor.read(stream)
    let exchange = try await transport.first
    await executor.settle()
    exchange.end(TransportError(.connect, "refused"))
    #expect(await code { try await reading.value } == .connect)
    #expect(executor.callers.now == ["end"])
  }
}
