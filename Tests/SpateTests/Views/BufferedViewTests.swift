// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import Spate

/// `stream.buffered`: S21, S31.
@Suite(.timeLimit(.minutes(10))) struct BufferedViewTests {
  private func words(_ count: Int) -> String { (0..<count).map { ChatBytes.text("\($0) ") }.joined() }
  private let end = ChatBytes.finish() + ChatBytes.done

  @Test(arguments: [1, 64, 1 << 20]) func S21_byCountWithTheRemainder(size: Int) async throws {
    let stream = PlayedTransport.answering(words(7) + end, size: size).stream()
    #expect(try await stream.buffered(count: 3).all() == ["0 1 2 ", "3 4 5 ", "6 "])
  }

  @Test func aCountOfNothingIsOne() async throws {
    #expect(try await PlayedTransport.answering(words(2) + end).stream().buffered(count: 0).all() == ["0 ", "1 "])
  }

  @Test func S31_theRemainderComesBeforeTheError() async throws {
    for make: @Sendable (ResponseStream) -> BufferedView in [
      { $0.buffered(count: 3) }, { $0.buffered(every: .seconds(9)) }, { $0.buffered(by: .sentence) },
      { $0.buffered(by: .line) },
    ] {
      var batches: [String] = []
      let view = make(PlayedTransport.answering(words(2)).stream())
      var iterator = view.makeAsyncIterator()
      let thrown = await code { while let batch = try await iterator.next() { batches.append(batch) } }
      #expect(thrown == .truncated && batches == ["0 1 "])
      #expect(try await iterator.next() == nil)
    }
  }

  @Test func S31_byTimeOfTheTransport() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a")), .endOfTurn) }
    let stream = transport.stream()
    let batches = Watched<[String]>([])
    let reading = Task {
      for try await batch in stream.buffered(every: .milliseconds(50)) { batches.update { $0.append(batch) } }
    }
    try await transport.timers.wait { $0.count == 1 }
    #expect(transport.timers.now.map(\.delay) == [.milliseconds(50)])
    let exchange = try await transport.first
    exchange.send(.body(ChatBytes.text("b")))
    try await exchange.settle()
    #expect(batches.now.isEmpty)
    transport.fireTimers()
    try await batches.wait { $0 == ["ab"] }
    // The next window begins with the next piece, not before.
    #expect(transport.timers.now.isEmpty)
    exchange.send(.body(ChatBytes.text("c")))
    try await transport.timers.wait { $0.count == 1 }
    exchange.send(.body(end))
    exchange.end()
    try await reading.value
    #expect(batches.now == ["ab", "c"])
    #expect(transport.timers.now.isEmpty)
  }

  @Test func byCountOrTimeWhicheverIsFirst() async throws {
    let body = words(5)
    let transport = PlayedTransport { $0.send(.head(), .body(body), .endOfTurn) }
    let stream = transport.stream()
    let batches = Watched<[String]>([])
    let reading = Task {
      for try await batch in stream.buffered(count: 2, every: .seconds(1)) { batches.update { $0.append(batch) } }
    }
    try await batches.wait { $0.count == 2 }
    try await transport.timers.wait { $0.count == 1 }
    transport.fireTimers()
    try await batches.wait { $0 == ["0 1 ", "2 3 ", "4 "] }
    try await transport.first.send(.body(end))
    try await reading.value
  }

  @Test func inVirtualTimeEveryWordComesOnce() async throws {
    for window in [1, 25, 95, 1000] {
      let client = Client(
        provider: .compatible(baseURL: "http://localhost/v1"), recovery: .none, environment: .fixed([:]),
        transport: ScriptedTransport(.text("a", "b", "c", "d", pace: .milliseconds(10))))
      let batches = try await client.stream("Hi", model: "m").buffered(every: .milliseconds(window)).all()
      #expect(batches.joined() == "abcd")
    }
  }

  @Test func L2_aCancelWhileWaitingForTheAlarmEnds() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a")), .endOfTurn) }
    let stream = transport.stream()
    let reading = Task { try await stream.buffered(every: .seconds(1)).all() }
    try await transport.timers.wait { $0.count == 1 }
    reading.cancel()
    #expect(await isCancellation { try await reading.value })
    #expect(transport.timers.now.isEmpty)
    try await transport.first.log.wait { $0.cancels == 1 }
  }

  @Test func L2_aCancelledIteratorThatIsKeptKeepsNoTimer() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a")), .endOfTurn) }
    let stream = transport.stream()
    let reading = Task {
      var batches = stream.buffered(every: .seconds(1)).makeAsyncIterator()
      let thrown = await isCancellation { try await batches.next() }
      let timers = transport.timers.now.count
      // The iterator lives until here.
      #expect(await code { try await batches.next() } == nil)
      return (thrown, timers)
    }
    try await transport.timers.wait { $0.count == 1 }
    reading.cancel()
    #expect(await reading.value == (true, 0))
  }

  // MARK: Sentences

  private func sentences(_ pieces: [String], by unit: TextUnit = .sentence) -> [String] {
    var splitter = TextSplitter(unit)
    var units: [String] = []
    for piece in pieces {
      splitter.add(piece)
      while let unit = splitter.next() { units.append(unit) }
    }
    while let unit = splitter.finish() { units.append(unit) }
    return units
  }

  @Test(arguments: [
    ("One. Two! Three? Four", ["One. ", "Two! ", "Three? ", "Four"]),
    ("Pi is 3.14. Yes.", ["Pi is 3.14. ", "Yes."]),
    ("\"Go!\" he said. (Why?) Because…  So", ["\"Go!\" ", "he said. ", "(Why?) ", "Because…  ", "So"]),
    ("Really?! Yes", ["Really?! ", "Yes"]),
    ("# Title\n\nText without end\nNext", ["# Title\n\n", "Text without end\n", "Next"]),
    ("你好。再见！「好。」是", ["你好。", "再见！", "「好。」", "是"]),
    ("", []), ("   ", ["   "]), ("a.b.c", ["a.b.c"]),
  ]) func sentencesOfAText(text: String, expected: [String]) {
    #expect(sentences([text]) == expected)
    #expect(sentences(text.unicodeScalars.map { String($0) }) == expected)
  }

  @Test func linesOfAText() {
    #expect(sentences(["a. b\n\nc\r\nd"], by: .line) == ["a. b\n", "\n", "c\r\n", "d"])
  }

  @Test(arguments: 1...50 as ClosedRange<UInt64>) func joinedSentencesAreTheTextAtEverySplit(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let parts = ["Hi", ".", " ", "!", "\n", "。", "\"", "é", "👋🏽", "3.5", "?", "a b"]
    let pieces = (0..<40).compactMap { _ in parts.randomElement(using: &random) }
    let units = sentences(pieces)
    #expect(units.joined() == pieces.joined() && units == sentences([pieces.joined()]))
    #expect(units.allSatisfy { !$0.isEmpty })
  }

  @Test func sentencesOfAStream() async throws {
    let body = ["It w", "as. A", "nd ", "is! Not"].map { ChatBytes.text($0) }.joined() + end
    let stream = PlayedTransport.answering(body, size: 33).stream()
    #expect(try await stream.buffered(by: .sentence).all() == ["It was. ", "And is! ", "Not"])
  }
}
