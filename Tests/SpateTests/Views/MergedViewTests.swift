// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import Spate

/// `ResponseStream.merged`: S18.
@Suite(.timeLimit(.minutes(10))) struct MergedViewTests {
  @Test func S18_severalAtOnceEachWithItsLabel() async throws {
    let streams = ["x", "y", "z"].map { name in
      (name, PlayedTransport.answering(ChatBytes.answer("\(name)1", "\(name)2"), size: 20).stream())
    }
    var texts: [String: String] = [:]
    var finishes = 0
    for try await item in ResponseStream.merged(streams) {
      texts[item.label, default: ""] += item.text ?? ""
      if case .success(.finish) = item.result { finishes += 1 }
    }
    #expect(texts == ["x": "x1x2", "y": "y1y2", "z": "z1z2"])
    #expect(finishes == 3)
  }

  @Test func whatComesFirstIsGivenFirst() async throws {
    let slow = PlayedTransport()
    let quick = PlayedTransport()
    let streams = ResponseStream.merged(["slow": slow.stream(), "quick": quick.stream()])
    let seen = Watched<[String]>([])
    let reading = Task {
      for try await item in streams { if let text = item.text { seen.update { $0.append("\(item.label):\(text)") } } }
    }
    let (first, second) = (try await slow.first, try await quick.first)
    second.send(.head(), .body(ChatBytes.text("a")))
    try await seen.wait { $0 == ["quick:a"] }
    first.send(.head(), .body(ChatBytes.text("b")))
    try await seen.wait { $0 == ["quick:a", "slow:b"] }
    second.send(.body(ChatBytes.text("c") + ChatBytes.finish() + ChatBytes.done))
    try await seen.wait { $0.last == "quick:c" }
    first.send(.body(ChatBytes.text("d") + ChatBytes.finish() + ChatBytes.done))
    try await reading.value
    #expect(seen.now == ["quick:a", "slow:b", "quick:c", "slow:d"])
  }

  @Test func oneThatFailsDoesNotEndTheOthers() async throws {
    var results: [String] = []
    let streams = ResponseStream.merged([
      1: PlayedTransport.answering("", status: 429).stream(),
      2: PlayedTransport.answering(ChatBytes.answer("a")).stream(),
      3: PlayedTransport.answering(ChatBytes.text("b")).stream(),
    ])
    for try await item in streams {
      switch item.result {
      case .success(let event): if let text = event.text { results.append("\(item.label):\(text)") }
      case .failure(let error): results.append("\(item.label):\(error.code)")
      }
    }
    #expect(results.sorted() == ["1:rate_limit", "2:a", "3:b", "3:truncated"])
  }

  @Test func L2_aCancelledReaderCancelsAll() async throws {
    let transports = (0..<3).map { _ in PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) } }
    let streams = transports.map { $0.stream() }
    let seen = Watched(0)
    let reading = Task {
      for try await item in ResponseStream.merged(streams.enumerated().map { ($0.offset, $0.element) }) {
        if item.text != nil { seen.update { $0 += 1 } }
      }
    }
    try await seen.wait { $0 == 3 }
    reading.cancel()
    #expect(await isCancellation { try await reading.value })
    for transport in transports { try await transport.first.log.wait { $0.isEnded && $0.cancels == 1 } }
  }

  @Test func L1_aBreakCancelsAll() async throws {
    let transports = (0..<3).map { _ in PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) } }
    for try await _ in ResponseStream.merged(transports.map { ((), $0.stream()) }) { break }
    for transport in transports { try await transport.first.log.wait { $0.isEnded && $0.cancels == 1 } }
  }

  /// The one that is looked at first has something: the others' requests are on their way all the same.
  @Test func L1_allRequestsAreSentBeforeTheFirstItem() async throws {
    let transports = (0..<3).map { _ in PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) } }
    let streams = transports.map { $0.stream() }
    try await streams[1].start()
    try await eventually { streams[1].snapshot.text == "a" }
    do {
      var items = ResponseStream.merged(streams.enumerated().map { ($0.offset, $0.element) }).makeAsyncIterator()
      #expect(try await items.next()?.label == 1)
      #expect(transports.map(\.exchanges.now.count) == [1, 1, 1])
    }
    for transport in transports { try await transport.first.log.wait { $0.isEnded && $0.cancels == 1 } }
  }

  @Test func aCancelledTaskSendsNothing() async throws {
    let transports = (0..<2).map { _ in PlayedTransport() }
    let streams = transports.map { ((), $0.stream()) }
    let reading = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await ResponseStream.merged(streams).all().count
    }
    #expect(await isCancellation { try await reading.value })
    #expect(transports.allSatisfy { $0.exchanges.now.isEmpty })
    #expect(streams.allSatisfy { $0.1.snapshot.outcome == .cancelled })
  }

  @Test func L2_aCancelledReaderLeavesWhatAnotherReads() async throws {
    let (mine, theirs) = (PlayedTransport(), PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) })
    let (own, other) = (mine.stream(), theirs.stream())
    var words = other.text.makeAsyncIterator()
    #expect(try await words.next() == "a")
    let refused = Watched<[SpateError.Code]>([])
    let reading = Task {
      for try await item in ResponseStream.merged(["mine": own, "theirs": other]) {
        if case .failure(let error) = item.result { refused.update { $0.append(error.code) } }
      }
    }
    try await refused.wait { $0 == [.alreadyRead] }
    _ = try await mine.first
    reading.cancel()
    #expect(await isCancellation { try await reading.value })
    try await mine.first.log.wait { $0.cancels == 1 }
    let exchange = try await theirs.first
    exchange.send(.body(ChatBytes.text("b") + ChatBytes.finish() + ChatBytes.done))
    #expect(try await words.next() == "b")
    #expect(try await words.next() == nil)
    #expect(exchange.log.now.cancels == 0)
  }

  @Test func noStreamsAreNoItems() async throws {
    let none = try await ResponseStream.merged([(Int, ResponseStream)]()).all()
    #expect(none.isEmpty)
  }

  @Test func oneStreamTwiceIsReadOnce() async throws {
    let stream = PlayedTransport.answering(ChatBytes.answer("a")).stream()
    let items = try await ResponseStream.merged([("first", stream), ("second", stream)]).all()
    let codes = items.compactMap { item in if case .failure(let error) = item.result { error.code } else { nil } }
    #expect(codes == [.alreadyRead])
    #expect(items.compactMap(\.text) == ["a"])
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>) func randomInterleavingsLoseNothing(seed: UInt64) async throws {
    let streams = (0..<5).map { number in
      let transport = PlayedTransport { exchange in
        var random = SeededRandom(seed: seed &* 31 &+ UInt64(number))
        exchange.send(.head())
        for word in 0..<40 {
          exchange.send(
            [.body(Array(ChatBytes.text("\(word) ").utf8))] + (Bool.random(using: &random) ? [.endOfTurn] : []))
          if Bool.random(using: &random) { SerialThread.yield() }
        }
        exchange.send(.body(ChatBytes.finish() + ChatBytes.done))
        exchange.end()
      }
      return (number, transport.stream())
    }
    var texts = Array(repeating: "", count: 5)
    for try await item in ResponseStream.merged(streams) { texts[item.label] += item.text ?? "" }
    let whole = (0..<40).map { "\($0) " }.joined()
    #expect(texts == Array(repeating: whole, count: 5))
  }
}
