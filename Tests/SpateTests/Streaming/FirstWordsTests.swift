// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

@testable import Spate

/// The first words of a read go out before the rest of it is decoded (docs/decisions/0024).
@Suite(.timeLimit(.minutes(10))) struct FirstWordsTests {
  private static let answer = ChatBytes.answer("a", "b", "c")

  /// A reader that waits, and what it has read.
  private struct Waiting {
    let transport = PlayedTransport(canPutOff: true)
    let stream: ResponseStream
    let labels = Watched<[String]>([])
    let task: Task<Void, any Error>
    let executor: CountingExecutor
    let exchange: PlayedExchange

    init() async throws {
      stream = transport.stream()
      executor = CountingExecutor(transport: transport)
      task = executor.read(stream, into: labels)
      exchange = try await transport.first
      await executor.settle()
    }

    /// What the reader has by now.
    func read() async throws -> [String] {
      try await exchange.settle()
      await executor.settle()
      return labels.now
    }
  }

  @Test func theyComeBeforeTheRestOfTheirRead() async throws {
    let reader = try await Waiting()
    reader.exchange.send(.head(), .body(Self.answer))
    #expect(try await reader.read() == ["start", "text:a"])
    #expect(reader.transport.putOff.now.count == 1)
    reader.transport.goOn()
    #expect(try await reader.read() == ["start", "text:a", "text:b", "text:c", "usage", "finish:stop"])
    reader.exchange.end()
    try await reader.task.value
    #expect(try await reader.stream.response.text == "abc")
  }

  @Test func theEndWaitsForTheRest() async throws {
    let reader = try await Waiting()
    reader.exchange.send([.head(), .body(Self.answer), .end(.success(()))])
    #expect(try await reader.read() == ["start", "text:a"])
    #expect(reader.stream.run.isEnded == false)
    reader.transport.goOn()
    try await reader.task.value
    #expect(try await reader.stream.response.text == "abc")
  }

  /// Rule C3: what had come is in the error, put off or not.
  @Test func C3_aBreakLosesNothingOfTheRest() async throws {
    let reader = try await Waiting()
    let broken = TransportError(.truncated, "the connection broke")
    reader.exchange.send([
      .head(), .body(ChatBytes.head + ChatBytes.text("a") + ChatBytes.text("b")), .end(.failure(broken)),
    ])
    #expect(try await reader.read() == ["start", "text:a"])
    reader.transport.goOn()
    let error = await #expect(throws: SpateError.self) { try await reader.task.value }
    #expect(error?.partial?.text == "ab")
    #expect(reader.labels.now == ["start", "text:a", "text:b"])
  }

  @Test func theNextReadComesBehindTheRest() async throws {
    let reader = try await Waiting()
    reader.exchange.send(.head(), .body(ChatBytes.head + ChatBytes.text("a") + ChatBytes.text("b")))
    reader.exchange.send(.body(ChatBytes.text("c") + ChatBytes.finish() + ChatBytes.done))
    reader.exchange.end()
    try await reader.exchange.settle()
    // Nothing is left for it.
    reader.transport.goOn()
    try await reader.task.value
    #expect(try await reader.stream.response.text == "abc")
  }

  @Test func nothingIsPutOffWithoutAReaderThatWaits() async throws {
    let transport = PlayedTransport(canPutOff: true)
    let stream = transport.stream()
    let response = Task { try await stream.response }
    let exchange = try await transport.first
    exchange.send(.head(), .body(Self.answer))
    exchange.end()
    #expect(try await response.value.text == "abc")
    #expect(transport.putOff.now.isEmpty)
  }

  @Test func wordsThatComeAloneLeaveNothing() async throws {
    let reader = try await Waiting()
    reader.exchange.send(.head(), .body(ChatBytes.head))
    reader.exchange.send(.body(ChatBytes.text("a")))
    #expect(try await reader.read() == ["start", "text:a"])
    // They are not the first any more.
    reader.exchange.send(.body(ChatBytes.text("b") + ChatBytes.text("c") + ChatBytes.finish() + ChatBytes.done))
    reader.exchange.end()
    try await reader.task.value
    #expect(reader.transport.putOff.now.isEmpty)
  }

  @Test func aCancelledReaderNeedsNoRest() async throws {
    let reader = try await Waiting()
    reader.exchange.send(.head(), .body(Self.answer))
    #expect(try await reader.read() == ["start", "text:a"])
    reader.task.cancel()
    await #expect(throws: CancellationError.self) { try await reader.task.value }
    reader.transport.goOn()
    try await reader.exchange.settle()
    #expect(reader.stream.run.failure?.code == .cancelled)
    #expect(reader.stream.run.snapshot.text == "a")
    #expect(reader.exchange.log.now.cancels == 1)
  }

  /// Who reads on the transport's own thread need not wait for what was put off.
  @Test func aReaderOnTheTransportsThreadTakesTheRestItself() async throws {
    let transport = PlayedTransport(canPutOff: true)
    let stream = transport.stream()
    let batches = Watched<[[String]]>([])
    let reading = Task {
      try await stream.forEachBatch { batch in batches.update { $0.append(batch.map(\.label)) } }
    }
    let exchange = try await transport.first
    exchange.send([.head(), .body(Self.answer), .end(.success(()))])
    try await reading.value
    #expect(batches.now == [["start", "text:a"], ["text:b", "text:c", "usage", "finish:stop"]])
    // By then it has nothing to do.
    transport.goOn()
    try await exchange.settle()
  }

  /// The end of the body came with the rest: nothing of it is waited for.
  @Test func whoTakesTheRestAndTheEndLeavesNoClockBehind() async throws {
    let transport = PlayedTransport(canPutOff: true)
    let stream = transport.stream()
    let executor = CountingExecutor(transport: transport)
    let reading = Task(executorPreference: executor) { try await stream.forEachBatch { _ in } }
    let exchange = try await transport.first
    await executor.settle()
    exchange.send([.head(), .body(Self.answer), .end(.success(()))])
    try await reading.value
    transport.goOn()
    try await exchange.settle()
    #expect(transport.timers.now.isEmpty)
  }

  /// Of an attempt that was given up nothing is decoded, and it is no success of its provider's.
  @Test func whatWasPutOffCountsForNothingAfterACancel() async throws {
    let reader = try await Waiting()
    reader.exchange.send([.head(), .body(Self.answer)])
    #expect(try await reader.read() == ["start", "text:a"])
    let run = reader.stream.run
    let ledger = run.plan.client.ledger
    let origin = try #require(run.state.withLock { $0.course.current }?.call.origin)
    _ = ledger.withOrigin(origin) { $0.quota.take(afterTimeout: true) }
    reader.stream.cancel()
    try await reader.exchange.settle()
    let before = ledger.withOrigin(origin) { "\($0)" }
    reader.transport.goOn()
    try await reader.exchange.settle()
    #expect(ledger.withOrigin(origin) { "\($0)" } == before)
    #expect(run.protocolEventCount == 2)
    await #expect(throws: SpateError.self) { try await reader.task.value }
  }

  /// A clock that fires in between finds the answer complete.
  @Test func aClockTakesTheRestFirst() async throws {
    let transport = PlayedTransport(canPutOff: true)
    let client = Client(
      provider: .compatible(baseURL: "http://127.0.0.1:1/v1"), timeouts: Timeouts(total: .seconds(1)),
      recovery: .none, environment: .fixed([:]), transport: transport)
    let labels = Watched<[String]>([])
    let executor = CountingExecutor(transport: transport)
    let task = executor.read(client.stream("Hi", model: "m"), into: labels)
    let exchange = try await transport.first
    await executor.settle()
    exchange.send(.head(), .body(Self.answer))
    try await exchange.settle()
    await executor.settle()
    #expect(labels.now.last == "text:a")
    transport.fireTimers()
    exchange.end()
    try await task.value
    #expect(labels.now.last == "finish:stop")
  }

  /// Any split of a body gives the same events, and so does this one: words that stand on few lines and on many.
  @Test(arguments: ["\n\n", "\r\n\r\n", "\n:\n\n"]) func theEventsAreThoseOfAWholeRead(end: String) async throws {
    let body = Self.answer.replacing("\n\n", with: end)
    let whole = try await PlayedTransport.answering(body, size: 1).stream().all()
    let reader = try await Waiting()
    reader.exchange.send([.head(), .body(body), .end(.success(()))])
    _ = try await reader.read()
    reader.transport.goOn()
    try await reader.task.value
    #expect(reader.labels.now == whole.map(\.label))
  }
}
