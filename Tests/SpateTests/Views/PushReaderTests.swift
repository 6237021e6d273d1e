// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

@testable import Spate

/// `forEachBatch`: what comes is given to a closure. What it shares with the other ways of reading is in ``SinglePassTests``.
@Suite(.timeLimit(.minutes(10))) struct PushReaderTests {
  private struct Stop: Error {}

  private static let body = ChatBytes.answer("Hel", "lo ", "👋🏽", "é")

  /// A transport that sends `body` in pieces of so many bytes, each a turn.
  private func playing(_ body: String = body, size: Int = 1 << 20) -> PlayedTransport {
    PlayedTransport { exchange in
      exchange.send(.head())
      let bytes = Array(body.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        exchange.send(.body(Array(bytes[start..<min(start + size, bytes.count)])))
      }
      exchange.end()
    }
  }

  @Test(arguments: [1, 50, 1 << 20]) func allEventsComeInOrder(size: Int)
    async throws
  {
    let events = try await PlayedTransport.answering(Self.body, size: size).stream().all()
    let seen = Watched<[StreamEvent]>([])
    try await playing(size: size).stream().forEachBatch { batch in
      #expect(!batch.isEmpty)
      seen.update { $0 += batch }
    }
    let isSame = seen.now == events
    #expect(isSame)
  }

  /// A body of many times the window: the transport pauses and goes on.
  @Test func aLargeBodyComesWhole() async throws {
    let words = (0..<20_000).map { "word \($0) " }
    let seen = Watched("")
    try await playing(
      ChatBytes.head + words.map { ChatBytes.text($0) }.joined() + ChatBytes.finish() + ChatBytes.done, size: 300 << 10
    ).stream()
      .forEachBatch { batch in seen.update { $0 += batch.compactMap(\.text).joined() } }
    let isSame = seen.now == words.joined()
    #expect(isSame)
  }

  @Test func theClosureRunsOnTheTransportsThreadAndTheTaskWaitsOnce() async throws {
    let transport = PlayedTransport()
    let executor = CountingExecutor(transport: transport)
    let stream = transport.stream()
    let places = Watched<[Bool]>([])
    let reading = Task(executorPreference: executor) {
      try await stream.forEachBatch { _ in places.update { $0.append(transport.thread.isCurrent) } }
    }
    let exchange = try await transport.first
    await executor.settle()
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

  /// A stream whose reader waits while an event lies in the run: one that wakes nobody, as that of a retry. `body` gets what
  /// comes from then on.
  private func waiting(
    _ body: @escaping @Sendable ([StreamEvent]) -> Void
  ) async throws -> (PlayedTransport, ResponseStream, Task<Void, any Error>) {
    let transport = PlayedTransport()
    let stream = transport.stream()
    let hasBegun = Watched(false)
    let executor = CountingExecutor(transport: transport)
    let reading = Task(executorPreference: executor) {
      try await stream.forEachBatch { batch in
        if case .start? = batch.first { return hasBegun.update { $0 = true } }
        body(batch)
      }
    }
    let exchange = try await transport.first
    // Parked: what comes before that is given by the task itself.
    await executor.settle()
    exchange.send(.head(), .body(ChatBytes.head))
    try await hasBegun.wait { $0 }
    // Behind the turn, at whose end it was parked again.
    try await exchange.settle()
    stream.run.state.withLock { state in
      var events = [StreamEvent.warning(StreamWarning(.ignoredValue, "queued"))]
      _ = state.deliver(&events, byteCount: 0)
    }
    return (transport, stream, reading)
  }

  @Test func L1_whoCancelsItsTaskHearsNothingMore() async throws {
    let seen = Watched<[String]>([])
    let (_, stream, reading) = try await waiting { batch in seen.update { $0 += batch.map(\.label) } }
    reading.cancel()
    #expect(await isCancellation { try await reading.value })
    #expect(seen.now.isEmpty && stream.snapshot.outcome == .cancelled)
  }

  /// Whoever cancels may hold a lock that the closure wants: also on the transport's thread, in the closure of another stream.
  @Test func aCancelFromElsewhereDoesNotRunTheClosure() async throws {
    let places = Watched<[Bool]>([])
    let canceller = SerialThread()
    let (_, stream, reading) = try await waiting { _ in places.update { $0.append(canceller.isCurrent) } }
    canceller.run { stream.cancel() }
    #expect(await code { try await reading.value } == .cancelled)
    // What had come is not lost.
    #expect(places.now == [false])
  }

  /// The cancel comes between the reader's looking and its parking.
  @Test func L1_aCancelWhileTheRequestIsSentIsToldAsOne() async throws {
    let transport = EagerCancel()
    let client = Client(
      provider: .compatible(baseURL: "http://127.0.0.1:1/v1"), recovery: .none, environment: .fixed([:]),
      transport: transport)
    let reading = Task {
      try await transport.gate.wait { $0 }
      try await client.stream("Hi", model: "m").forEachBatch { _ in Issue.record("nothing comes") }
    }
    transport.reading.update { $0 = reading }
    transport.gate.update { $0 = true }
    #expect(await isCancellation { try await reading.value })
  }

  /// Cancels the reading task when it is asked to send.
  private final class EagerCancel: Transport {
    let reading = Watched<Task<Void, any Error>?>(nil)
    let gate = Watched(false)
    private let network = PlayedTransport()

    func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer {
      reading.now?.cancel()
      return network.start(request, sink: sink)
    }

    var now: Duration { .zero }

    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
      network.schedule(after: delay, body)
    }
  }

  /// Reads in a task that was cancelled before.
  private func readCancelled(_ stream: ResponseStream) async throws {
    let gate = Watched(false)
    let reading = Task {
      try? await gate.wait { $0 }
      try await stream.forEachBatch { _ in Issue.record("nothing is wanted") }
    }
    reading.cancel()
    gate.update { $0 = true }
    try await reading.value
  }

  @Test func aCancelledTaskSendsNothing() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    #expect(await isCancellation { try await self.readCancelled(stream) })
    #expect(transport.exchanges.now.isEmpty)
  }

  @Test func anErrorOfTheClosureEndsTheStream() async throws {
    let transport = PlayedTransport()
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

  @Test func aCancelFromTheClosureIsTheStreamsEnd() async throws {
    let transport = PlayedTransport()
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

  @Test func L1_aTaskThatWasCancelledBeforeEndsAStreamThatHasBegun() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.head)) }
    let stream = transport.stream()
    try await stream.start()
    #expect(await isCancellation { try await self.readCancelled(stream) })
    try await transport.first.log.wait { $0.cancels == 1 && $0.isEnded }
    #expect(stream.snapshot.outcome == .cancelled)
  }

  @Test func whatWasThereBeforeComesToo() async throws {
    let transport = playing()
    let stream = transport.stream()
    try await stream.start()
    try await eventually { stream.snapshot.outcome == .complete }
    let seen = Watched("")
    try await stream.forEachBatch { batch in seen.update { $0 += batch.compactMap(\.text).joined() } }
    #expect(seen.now == "Hello 👋🏽é")
  }

  @Test func P2_aCutThrowsAfterWhatHadCome() async throws {
    let transport = playing(ChatBytes.head + ChatBytes.text("a"), size: 9)
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

    /// Nobody would wake it: the timer of the wait is gone with the loop.
    @Test(arguments: [true, false]) func aStopDuringTheWaitForARetryEndsTheReading(byClosure: Bool) async throws {
      let transport = CurlTransport()
      let client = Client(
        provider: .compatible(baseURL: "http://127.0.0.1:1/v1"),
        recovery: Recovery(maxRetries: 3, backoff: Backoff(base: .seconds(3600), cap: .seconds(3600))),
        environment: .fixed([:]), transport: transport)
      let stream = client.stream("Hi", model: "m")
      let reading = Task {
        await code { if byClosure { try await stream.forEachBatch { _ in } } else { for try await _ in stream {} } }
      }
      try await eventually { !stream.snapshot.failedAttempts.isEmpty }
      transport.stop()
      #expect(await reading.value != nil)
    }
  #endif
}
