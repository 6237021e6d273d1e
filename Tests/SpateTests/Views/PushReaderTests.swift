// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

@testable import Spate

/// `forEachBatch`: what comes is given to a closure. What it shares with the other ways of reading is in ``SinglePassTests``.
@Suite(.timeLimit(.minutes(10))) struct PushReaderTests {
  private struct Stop: Error {}

  private static let body = ChatBytes.answer("Hel", "lo ", "👋🏽", "é")

  /// A transport that sends `body` in pieces of so many bytes, each a turn.
  private func playing(_ body: String = body, size: Int = 1 << 20, knowsItsThread: Bool) -> PlayedTransport {
    PlayedTransport(knowsItsThread: knowsItsThread) { exchange in
      exchange.send(.head())
      let bytes = Array(body.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        exchange.send(.body(Array(bytes[start..<min(start + size, bytes.count)])))
      }
      exchange.end()
    }
  }

  @Test(arguments: [1, 50, 1 << 20], [true, false]) func allEventsComeInOrder(size: Int, knowsItsThread: Bool)
    async throws
  {
    let events = try await PlayedTransport.answering(Self.body, size: size).stream().all()
    let seen = Watched<[StreamEvent]>([])
    try await playing(size: size, knowsItsThread: knowsItsThread).stream().forEachBatch { batch in
      #expect(!batch.isEmpty)
      seen.update { $0 += batch }
    }
    let isSame = seen.now == events
    #expect(isSame)
  }

  /// A body of many times the window: the transport pauses and goes on.
  @Test(arguments: [true, false]) func aLargeBodyComesWhole(knowsItsThread: Bool) async throws {
    let words = (0..<20_000).map { "word \($0) " }
    let seen = Watched("")
    try await playing(
      ChatBytes.head + words.map { ChatBytes.text($0) }.joined() + ChatBytes.finish() + ChatBytes.done, size: 300 << 10,
      knowsItsThread: knowsItsThread
    ).stream()
      .forEachBatch { batch in seen.update { $0 += batch.compactMap(\.text).joined() } }
    let isSame = seen.now == words.joined()
    #expect(isSame)
  }

  @Test func theClosureRunsOnTheTransportsThreadAndTheTaskWaitsOnce() async throws {
    let transport = PlayedTransport(knowsItsThread: true)
    let executor = CountingExecutor(transport: transport)
    let stream = transport.stream()
    let places = Watched<[Bool]>([])
    let reading = Task(executorPreference: executor) {
      try await stream.forEachBatch { _ in places.update { $0.append(transport.thread.isCurrent) } }
    }
    let exchange = try await transport.first
    exchange.send(.head(), .body(ChatBytes.head))
    for number in 0..<50 {
      exchange.send(.body(ChatBytes.text("\(number)")))
      try await exchange.settle()
    }
    exchange.send(.body(ChatBytes.finish() + ChatBytes.done))
    try await reading.value
    #expect(places.now == Array(repeating: true, count: 52))
    // It began, and it was resumed.
    #expect(executor.jobCount.now == 2)
  }

  @Test(arguments: [true, false]) func L1_whoCancelsHearsNothingMoreAndDoesNotRunTheClosure(knowsItsThread: Bool)
    async throws
  {
    let transport = PlayedTransport(knowsItsThread: knowsItsThread)
    let stream = transport.stream()
    let count = Watched(0)
    let reading = Task { try await stream.forEachBatch { _ in count.update { $0 += 1 } } }
    let exchange = try await transport.first
    exchange.send(.head(), .body(ChatBytes.head + ChatBytes.text("a")))
    try await count.wait { $0 == 1 }
    // Not ended as a turn: it waits in the run when the cancel comes.
    exchange.send([.body(Array(ChatBytes.text("b").utf8))])
    try await eventually { stream.snapshot.text == "ab" }
    reading.cancel()
    #expect(await isCancellation { try await reading.value })
    try await exchange.log.wait { $0.cancels == 1 && $0.isEnded }
    #expect(count.now <= 2 && stream.snapshot.outcome == .cancelled)
  }

  @Test func aCancelledTaskSendsNothing() async throws {
    let transport = PlayedTransport(knowsItsThread: true)
    let stream = transport.stream()
    let gate = Watched(false)
    let reading = Task {
      try? await gate.wait { $0 }
      try await stream.forEachBatch { _ in Issue.record("nothing comes") }
    }
    reading.cancel()
    gate.update { $0 = true }
    #expect(await isCancellation { try await reading.value })
    #expect(transport.exchanges.now.isEmpty)
  }

  @Test(arguments: [true, false]) func anErrorOfTheClosureEndsTheStream(knowsItsThread: Bool) async throws {
    let transport = PlayedTransport(knowsItsThread: knowsItsThread)
    let stream = transport.stream()
    let reading = Task {
      try await stream.forEachBatch { batch in if batch.contains(where: { $0.text == "b" }) { throw Stop() } }
    }
    let exchange = try await transport.first
    exchange.send(.head(), .body(ChatBytes.head + ChatBytes.text("a")))
    exchange.send(.body(ChatBytes.text("b")))
    await #expect(throws: Stop.self) { try await reading.value }
    try await exchange.log.wait { $0.cancels == 1 && $0.isEnded }
    #expect(stream.snapshot.text == "ab" && stream.snapshot.outcome == .cancelled)
  }

  @Test(arguments: [true, false]) func aCancelFromTheClosureIsTheStreamsEnd(knowsItsThread: Bool) async throws {
    let transport = PlayedTransport(knowsItsThread: knowsItsThread)
    let stream = transport.stream()
    let count = Watched(0)
    let reading = Task {
      await code {
        try await stream.forEachBatch { _ in
          count.update { $0 += 1 }
          stream.cancel()
        }
      }
    }
    let exchange = try await transport.first
    exchange.send(.head(), .body(ChatBytes.head + ChatBytes.text("a")))
    #expect(await reading.value == .cancelled)
    #expect(count.now == 1)
  }

  /// Whoever cancels may hold a lock that the closure wants.
  @Test(arguments: [true, false]) func aCancelFromElsewhereDoesNotRunTheClosure(knowsItsThread: Bool) async throws {
    let transport = PlayedTransport(knowsItsThread: knowsItsThread)
    let stream = transport.stream()
    let held = Lock([String]())
    let hasBegun = Watched(false)
    let reading = Task {
      await code {
        try await stream.forEachBatch { batch in
          hasBegun.update { $0 = true }
          held.withLock { $0 += batch.compactMap(\.text) }
        }
      }
    }
    let exchange = try await transport.first
    exchange.send(.head(), .body(ChatBytes.head + ChatBytes.text("a")))
    try await hasBegun.wait { $0 }
    exchange.send([.body(Array(ChatBytes.text("b").utf8))])
    try await eventually { stream.snapshot.text == "ab" }
    held.withLock { _ in stream.cancel() }
    #expect(await reading.value == .cancelled)
    // What had come is not lost.
    #expect(held.withLock { $0 } == ["a", "b"])
  }

  @Test func whatWasThereBeforeComesToo() async throws {
    let transport = playing(knowsItsThread: true)
    let stream = transport.stream()
    try await stream.start()
    try await eventually { stream.snapshot.outcome == .complete }
    let seen = Watched("")
    try await stream.forEachBatch { batch in seen.update { $0 += batch.compactMap(\.text).joined() } }
    #expect(seen.now == "Hello 👋🏽é")
  }

  @Test(arguments: [true, false]) func P2_aCutThrowsAfterWhatHadCome(knowsItsThread: Bool) async throws {
    let transport = playing(ChatBytes.head + ChatBytes.text("a"), size: 9, knowsItsThread: knowsItsThread)
    let seen = Watched("")
    let error = await code {
      try await transport.stream().forEachBatch { batch in seen.update { $0 += batch.compactMap(\.text).joined() } }
    }
    #expect(error == .truncated && seen.now == "a")
  }

  #if canImport(CCurl)
    @Test func aTransportThatWasStoppedDoesNotLeaveItWaiting() async throws {
      let transport = CurlTransport()
      transport.stop()
      let client = Client(
        provider: .compatible(baseURL: "http://127.0.0.1:1/v1"), recovery: .none, environment: .fixed([:]),
        transport: transport)
      let error = await code { try await client.stream("Hi", model: "m").forEachBatch { _ in } }
      #expect(error != nil)
    }
  #endif
}
