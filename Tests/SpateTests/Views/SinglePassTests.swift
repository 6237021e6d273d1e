// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// One reader a run, whichever view it is: the sentences of architecture.md, part 2, for each of them.
@Suite(.timeLimit(.minutes(10))) struct SinglePassTests {
  /// A way of reading: to the end, or until the first element.
  struct Way: Sendable, CustomTestStringConvertible {
    let name: String
    let read: @Sendable (ResponseStream, _ breaks: Bool) async throws -> Void
    var testDescription: String { name }

    init(name: String, read: @escaping @Sendable (ResponseStream, _ breaks: Bool) async throws -> Void) {
      self.name = name
      self.read = read
    }

    init<View: AsyncSequence & Sendable>(_ name: String, _ view: @escaping @Sendable (ResponseStream) -> View) {
      self.name = name
      read = { stream, breaks in
        for try await _ in view(stream) where breaks { break }
      }
    }
  }

  /// Breaks a reading that is no loop.
  private struct Break: Error {}

  static let ways: [Way] = [
    Way("events") { $0 }, Way("text") { $0.text }, Way("chunks") { $0.chunks }, Way("openAI") { $0.openAI },
    Way("textThenResponse") { $0.textThenResponse }, Way("buffered") { $0.buffered(count: 1) },
    Way("bySentence") { $0.buffered(by: .sentence) }, Way("byTime") { $0.buffered(every: .zero) },
    Way("native") { $0.native },
    Way(name: "forEachBatch") { stream, breaks in
      do { try await stream.forEachBatch { _ in if breaks { throw Break() } } } catch is Break {}
    },
  ]

  private static let whole = ChatBytes.answer("a. ", "b")

  private func stalled() -> PlayedTransport {
    PlayedTransport { $0.send(.head(), .body(ChatBytes.head + ChatBytes.text("a. ") + ChatBytes.text("b"))) }
  }

  @Test(arguments: ways) func eachReadsToTheEndAndTheResponseIsThere(_ way: Way) async throws {
    let transport = PlayedTransport.answering(Self.whole, size: 13)
    let stream = transport.stream()
    try await way.read(stream, false)
    #expect(try await stream.response.text == "a. b")
    #expect(transport.exchanges.now.count == 1)
    #expect(stream.snapshot.outcome == .complete)
    try await transport.first.log.wait { $0.isEnded }
    #expect(try await transport.first.log.now.cancels == 0)
  }

  @Test(arguments: ways) func aViewAfterAViewIsRefused(_ way: Way) async throws {
    let stream = PlayedTransport.answering(Self.whole).stream()
    let other = stream.includingNative()
    try await way.read(other, false)
    for next in Self.ways { #expect(await code { try await next.read(other, false) } == .alreadyRead, "\(next.name)") }
    #expect(await code { try await stream.print(to: ClosureSink { _ in }) } == .alreadyRead)
    #expect(try await stream.response.text == "a. b")
  }

  @Test(arguments: ways) func L1_aBreakCancelsAndKeepsThePartial(_ way: Way) async throws {
    let transport = stalled()
    let stream = transport.stream()
    // By time: nothing is given before the window ends.
    let reading = Task { try await way.read(stream, true) }
    if way.name == "byTime" {
      try await transport.timers.wait { !$0.isEmpty }
      transport.fireTimers()
    }
    try await reading.value
    try await transport.first.log.wait { $0.cancels == 1 }
    #expect(await code { try await stream.response } == .cancelled)
    #expect(stream.snapshot.text == "a. b" && stream.snapshot.outcome == .cancelled)
  }

  @Test(arguments: ways) func L1_aCancelledTaskThrowsCancellationError(_ way: Way) async throws {
    let transport = stalled()
    let stream = transport.stream()
    let reading = Task { try await way.read(stream, false) }
    try await transport.first.log.wait { $0.pieces == 1 }
    reading.cancel()
    #expect(await isCancellation { try await reading.value })
    try await transport.first.log.wait { $0.cancels == 1 }
    #expect(stream.snapshot.outcome == .cancelled)
  }

  @Test(arguments: ways) func aCancelFromAnotherTaskThrowsCancelled(_ way: Way) async throws {
    let transport = stalled()
    let stream = transport.stream()
    let reading = Task { await code { try await way.read(stream, false) } }
    try await transport.first.log.wait { $0.pieces == 1 }
    stream.cancel()
    #expect(await reading.value == .cancelled)
  }

  @Test(arguments: ways) func S23_failuresAtTheOpenAndAmidAreThrown(_ way: Way) async throws {
    #expect(await code { try await way.read(PlayedTransport.answering("", status: 429).stream(), false) } == .rateLimit)
    let cut = PlayedTransport.answering(ChatBytes.text("a"), size: 9)
    #expect(await code { try await way.read(cut.stream(), false) } == .truncated)
    #expect(await code { try await way.read(PlayedTransport().client.stream("Hi", model: ""), false) } == .badRequest)
  }

  @Test(arguments: ways) func L4_aViewOfATemporaryStreamIsRead(_ way: Way) async throws {
    let transport = PlayedTransport.answering(Self.whole, size: 50)
    try await way.read(transport.stream(), false)
    try await transport.first.log.wait { $0.isEnded }
    #expect(try await transport.first.log.now.cancels == 0)
  }

  @Test func L4_droppingAViewsIteratorCancelsThoughTheHandleLives() async throws {
    let transport = stalled()
    let stream = transport.stream()
    do {
      var chunks = stream.chunks.makeAsyncIterator()
      #expect(try await chunks.next()?.delta == "a. ")
    }
    try await transport.first.log.wait { $0.cancels == 1 }
    #expect(stream.snapshot.text == "a. b")
  }

  @Test func L4_aChunkThatIsKeptHoldsNoStreamOpen() async throws {
    let transport = stalled()
    var kept: TextChunk?
    do {
      var chunks = transport.stream().chunks.makeAsyncIterator()
      kept = try await chunks.next()
    }
    try await transport.first.log.wait { $0.cancels == 1 }
    #expect(kept?.content == "a. ")
  }

  // MARK: Hops

  /// All events are there: whatever the view, its reader is one job, the one that began it.
  @Test(arguments: ways) func whatIsThereComesWithoutAHop(_ way: Way) async throws {
    let words = (0..<100).map { ChatBytes.text("\($0)") }.joined()
    let transport = PlayedTransport.answering(ChatBytes.head + words + ChatBytes.finish() + ChatBytes.done)
    let stream = transport.stream().includingNative()
    try await stream.start()
    try await eventually { stream.snapshot.outcome == .complete }
    let executor = CountingExecutor(transport: transport)
    try await Task(executorPreference: executor) { try await way.read(stream, false) }.value
    #expect(executor.jobCount.now == 1)
  }

  /// Ten batches of a hundred events: at most a hop a batch, on whichever executor the reader is.
  @Test(arguments: ways) func aBatchIsAtMostOneHop(_ way: Way) async throws {
    let transport = PlayedTransport()
    let executor = CountingExecutor(transport: transport)
    let stream = transport.stream()
    let reading = Task(executorPreference: executor) { try await way.read(stream, false) }
    let exchange = try await transport.first
    await executor.settle()
    exchange.send(.head())
    for batch in 0..<10 {
      exchange.send(.body((0..<100).map { ChatBytes.text("\(batch).\($0)") }.joined()))
      try await exchange.settle()
      await executor.settle()
    }
    exchange.send(.body(ChatBytes.finish() + ChatBytes.done))
    try await reading.value
    // The last turn is counted after it has woken the reader.
    try await exchange.settle()
    let turns = exchange.log.now.turns
    #expect(executor.callers.now.count <= turns && turns <= 12, "\(executor.callers.now.count) hops, \(turns) turns")
    #expect(stream.snapshot.chunkCount == 1000)
  }

  @Test(arguments: ways) @MainActor func aReaderOnTheMainActorStaysThere(_ way: Way) async throws {
    let stream = PlayedTransport.answering(Self.whole, size: 20).stream()
    try await way.read(stream, false)
    MainActor.preconditionIsolated()
    var words = ""
    for try await chunk in PlayedTransport.answering(Self.whole, size: 20).stream().chunks {
      MainActor.preconditionIsolated()
      words += chunk.delta
    }
    #expect(words == "a. b")
  }

  /// A reader that waits leaves its actor when it is parked, not before: on the way to the pool and back it would be hopping
  /// twice for each read.
  @Test func aReaderIsParkedOnItsActor() async {
    let executor = ThreadSerialExecutor()
    #expect(await Waiting(executor: executor).isParkedThere())
  }

  private actor Waiting {
    private let executor: ThreadSerialExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(executor: ThreadSerialExecutor) { self.executor = executor }

    func isParkedThere() async -> Bool { await Self.wait(executor) }

    /// Of no actor by itself, as all that reads is.
    private static func wait(_ executor: ThreadSerialExecutor) async -> Bool {
      var isThere = false
      await suspend { waiter in
        isThere = executor.isCurrent
        waiter.resume()
        return true
      }
      return isThere && executor.isCurrent
    }
  }

  /// `next(isolation:)` is the requirement of the protocol, by which generic code and existentials read.
  @Test func aReaderThatKnowsOnlyTheProtocolStaysOnItsActor() async throws {
    func words() -> TextView { PlayedTransport.answering(Self.whole, size: 20).stream().text }
    #expect(try await Reader().read(generically: words()) == "a. b")
    #expect(try await Reader().read(boxed: words()) == "a. b")
    let events = PlayedTransport.answering(Self.whole, size: 20).stream()
    #expect(try await Reader().read(generically: events.map { $0.text ?? "" }) == "a. b")
  }

  private actor Reader {
    func read<Words: AsyncSequence & Sendable>(generically words: Words) async throws -> String
    where Words.Element == String {
      var all = ""
      for try await word in words {
        preconditionIsolated()
        all += word
      }
      preconditionIsolated()
      return all
    }

    func read(boxed words: any AsyncSequence<String, any Error> & Sendable) async throws -> String {
      var (all, iterator) = ("", words.makeAsyncIterator())
      while let word = try await iterator.next(isolation: self) {
        preconditionIsolated()
        all += word
      }
      return all
    }
  }
}
