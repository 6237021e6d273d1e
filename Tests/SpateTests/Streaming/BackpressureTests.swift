// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// A slow reader pauses the transfer; nothing grows and nothing is lost (rules L8, L9; trust.md 1.7).
@Suite(.timeLimit(.minutes(10))) struct BackpressureTests {
  /// Words with their number, about 1 KiB each.
  static func word(_ number: Int) -> String { "\(number)" + String(repeating: ".", count: 1000) + " " }

  static func transport(words: Int, size: Int) -> PlayedTransport {
    let body = (0..<words).map { ChatBytes.text(word($0)) }.joined() + ChatBytes.finish() + ChatBytes.done
    return PlayedTransport { exchange in
      exchange.send(.head())
      for piece in PlayedExchange.Step.pieces(body, size: size) { exchange.send(piece) }
      exchange.end()
    }
  }

  @Test func L8_aReaderThatDoesNotReadPausesAtTheWindow() async throws {
    let transport = Self.transport(words: 2000, size: 16 << 10)
    let stream = transport.stream()
    try await stream.start()
    let exchange = try await transport.first
    try await exchange.log.wait { $0.pauses == 1 }
    try await exchange.settle()
    let held = exchange.log.now
    #expect(held.bytes > 256 << 10)
    #expect(held.bytes <= 272 << 10)
    #expect(held.resumes == 0)

    // Nothing more comes, however long nobody reads.
    for _ in 0..<100 { await Task.yield() }
    #expect(exchange.log.now.bytes == held.bytes)

    var number = 0
    for try await word in stream.text {
      if word != Self.word(number) { Issue.record("word \(number) is \(word.prefix(20))") }
      number += 1
    }
    #expect(number == 2000)
    let log = exchange.log.now
    #expect(log.resumes >= 1)
    #expect(log.resumes <= log.pauses)
    #expect(try await stream.response.finish == .stop)
  }

  @Test func L9_aSlowReaderLosesNothing() async throws {
    let transport = Self.transport(words: 3000, size: 50_000)
    var expected = 0
    for try await word in transport.stream().text {
      if word != Self.word(expected) { Issue.record("word \(expected) is \(word.prefix(20))") }
      expected += 1
      if expected % 50 == 0 { for _ in 0..<20 { await Task.yield() } }
    }
    #expect(expected == 3000)
  }

  @Test func bytesWithoutEventsDoNotPause() async throws {
    let ping = ": " + String(repeating: "x", count: 100_000) + "\n\n"
    let transport = PlayedTransport { exchange in
      exchange.send(.head())
      for _ in 0..<10 { exchange.send(.body(ping)) }
      exchange.send(.body(ChatBytes.answer("Hi")))
      exchange.end()
    }
    #expect(try await transport.stream().text.all() == ["Hi"])
  }

  @Test func oneEventLargerThanTheWindowIsRead() async throws {
    let word = String(repeating: "w", count: 1 << 20)
    let transport = PlayedTransport.answering(ChatBytes.answer(word, "end"), size: 64 << 10)
    let words = try await transport.stream().text.all()
    #expect(words.count == 2)
    #expect((words.first == word) == true)
  }

  @Test func aPausedStreamCanBeCancelled() async throws {
    let transport = Self.transport(words: 2000, size: 64 << 10)
    let stream = transport.stream()
    try await stream.start()
    let exchange = try await transport.first
    try await exchange.log.wait { $0.pauses == 1 }
    stream.cancel()
    try await exchange.log.wait { $0.isEnded }
    #expect(exchange.log.now.cancels == 1)
    #expect(await code { try await stream.response } == .cancelled)
  }

  @Test func aPausedStreamThatBreaksGivesWhatCame() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head())
      for number in 0..<400 { exchange.send(.body(ChatBytes.text(Self.word(number)))) }
      exchange.end(TransportError(.truncated, "gone"))
    }
    let stream = transport.stream()
    var count = 0
    let thrown = await code { for try await _ in stream.text { count += 1 } }
    #expect(thrown == .truncated)
    #expect(count == 400)
  }

  @Test func aResumeThatIsOwedBeforeTheTransferIsKnownIsNotLost() async throws {
    // The transport delivers everything before `start` has returned.
    let transport = EagerTransport()
    let client = Client(
      provider: .compatible(baseURL: "http://127.0.0.1:1/v1"), recovery: .none, environment: .fixed([:]),
      transport: transport)
    let stream = client.stream("Hi", model: "m")
    // Not on the pool: `start` holds its thread until a task lets it go on.
    let opener = Task(executorPreference: ThreadExecutor()) { try await stream.start() }
    try await transport.isPaused.wait { $0 }
    var events = stream.makeAsyncIterator()
    #expect(try await events.next() != nil)
    transport.mayReturn.update { $0 = true }
    _ = try await opener.value
    try await transport.resumes.wait { $0 == 1 }
    stream.cancel()
  }
}

/// Delivers more than the window from within `start`, on a thread of its own, before `start` returns.
private final class EagerTransport: Transport {
  let isPaused = Watched(false)
  let mayReturn = Watched(false)
  let resumes = Watched(0)
  private let thread = SerialThread()

  func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer {
    thread.run {
      sink.head(HTTPHead(status: 200))
      let piece = Array(ChatBytes.text(String(repeating: "x", count: 300 << 10)).utf8)
      if case .pause = sink.body(piece.span) { self.isPaused.update { $0 = true } }
      sink.turnEnded()
    }
    while !mayReturn.now { SerialThread.yield() }
    return Handle(transport: self, sink: sink)
  }

  var now: Duration { .zero }

  func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
    PlayedTransport().schedule(after: delay, body)
  }

  final class Handle: Transfer {
    let transport: EagerTransport
    let sink: any ByteSink

    init(transport: EagerTransport, sink: any ByteSink) {
      self.transport = transport
      self.sink = sink
    }

    func resume() { transport.resumes.update { $0 += 1 } }

    func cancel() { transport.thread.run { self.sink.end(.failure(TransportError(.cancelled, "cancelled"))) } }
  }
}
