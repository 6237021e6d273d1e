// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateTestSupport
import Testing

@testable import Spate

/// Streams with random pieces, turns, readers, cancels, ends, and moments at which what was put off goes on.
@Suite(.timeLimit(.minutes(10))) struct PutOffStormTests {
  private static let words = (0..<8).map { "w\($0) " }
  private static let bytes = Array(
    (ChatBytes.head + words.map { ChatBytes.text($0) }.joined() + ChatBytes.finish() + ChatBytes.usage + ChatBytes.done)
      .utf8)

  /// What a reader got.
  private struct Taken: Sendable {
    var text = ""
    var finishes = 0

    mutating func take(_ event: StreamEvent) {
      text += event.text ?? ""
      if case .finish = event { finishes += 1 }
    }
  }

  private enum Way: Int, CaseIterable, Sendable { case events, closure, merged }

  private static func read(_ stream: ResponseStream, _ way: Way, into taken: Watched<Taken>) async throws {
    switch way {
    case .events: for try await event in stream { taken.update { $0.take(event) } }
    case .closure: try await stream.forEachBatch { events in taken.update { for event in events { $0.take(event) } } }
    case .merged:
      for try await item in ResponseStream.merged([("a", stream)]) {
        let event = try item.result.get()
        taken.update { $0.take(event) }
      }
    }
  }

  /// Each ends once, with a prefix of the answer, and with all of it where nobody cut or cancelled it.
  @Test(arguments: 0..<400) func everyStreamEndsOnceWithItsWordsInOrder(seed: Int) async throws {
    var random = SeededRandom(seed: UInt64(seed))
    func chance(_ share: Int) -> Bool { Int.random(in: 0..<share, using: &random) == 0 }
    let transport = PlayedTransport(canPutOff: true)
    let stream = transport.stream()
    let executor = CountingExecutor(transport: transport)
    let taken = Watched(Taken())
    let way = Way.allCases[seed % 3]
    let reading = Task(executorPreference: executor) { try await Self.read(stream, way, into: taken) }
    let exchange = try await transport.first
    if !chance(4) { await executor.settle() }
    let limit = chance(3) ? Int.random(in: 0..<Self.bytes.count, using: &random) : Self.bytes.count
    let cancelAt = chance(4) ? Int.random(in: 0..<6, using: &random) : Int.max
    exchange.send(.head())
    var (at, step) = (0, 0)
    while at < limit {
      let end = min(limit, at + Int.random(in: 1...(chance(2) ? 40 : 2000), using: &random))
      exchange.send([.body(Array(Self.bytes[at..<end]))] + (chance(2) ? [.endOfTurn] : []))
      (at, step) = (end, step + 1)
      if chance(3) { transport.goOn() }
      if chance(3) { try await exchange.settle() }
      if step == cancelAt { if chance(2) { reading.cancel() } else { stream.cancel() } }
    }
    exchange.end(chance(3) ? TransportError(.truncated, "the connection broke") : nil)
    if chance(2) { try await exchange.settle() }
    for _ in 0..<3 {
      transport.goOn()
      try await exchange.settle()
    }
    let result = await reading.result
    transport.goOn()
    try await exchange.settle()
    let got = taken.now
    let whole = Self.words.joined()
    #expect(whole.hasPrefix(got.text))
    #expect(got.finishes <= 1)
    #expect(stream.run.isEnded && exchange.log.now.isEnded)
    #expect(stream.run.state.withLock { $0.course.openCount } == 0)
    guard cancelAt > step else { return }
    #expect(stream.run.snapshot.text == got.text)
    guard limit == Self.bytes.count else { return }
    #expect(got.text == whole)
    if case .success = result { #expect(got.finishes == 1) }
  }
}
