// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// `stream.batches`: the events as they came together.
@Suite(.timeLimit(.minutes(10))) struct BatchesViewTests {
  private let body = ChatBytes.answer("Hel", "lo ", "👋🏽", "é")

  @Test(arguments: [1, 50, 1 << 20]) func allEventsComeInOrderAndNoBatchIsEmpty(size: Int) async throws {
    let events = try await PlayedTransport.answering(body, size: size).stream().all()
    var joined: [StreamEvent] = []
    for try await batch in PlayedTransport.answering(body, size: size).stream().batches {
      #expect(!batch.isEmpty)
      joined += batch
    }
    let isSame = joined == events
    #expect(isSame)
    guard case .finish? = joined.last else { return #expect(Bool(false), "the finish is the last") }
  }

  @Test func whatIsThereComesAtOnce() async throws {
    let stream = PlayedTransport.answering(body).stream()
    try await stream.start()
    try await eventually { stream.snapshot.outcome != nil }
    var batches = stream.batches.makeAsyncIterator()
    let first = try await batches.next()
    #expect((first?.count ?? 0) >= 5)
    #expect(try await batches.next() == nil)
  }

  @Test func P2_aCutThrowsAfterTheLastBatch() async throws {
    let stream = PlayedTransport.answering(ChatBytes.head + ChatBytes.text("a"), size: 1 << 20)
      .stream()
    var words = ""
    do {
      for try await batch in stream.batches { words += batch.compactMap(\.text).joined() }
      Issue.record("it was cut")
    } catch { #expect((error as? SpateError)?.code == .truncated) }
    #expect(words == "a")
  }

  @Test func L1_aBreakCancelsAndASecondReaderIsRefused() async throws {
    let stream = PlayedTransport.answering(body, size: 10).stream()
    for try await _ in stream.batches { break }
    #expect(stream.snapshot.outcome != nil)
    do {
      for try await _ in stream.batches {}
      Issue.record("it was read already")
    } catch { #expect((error as? SpateError)?.code == .alreadyRead) }
  }
}
