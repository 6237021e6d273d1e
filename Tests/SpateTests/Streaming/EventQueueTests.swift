// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// What waits for a reader, batch by batch.
@Suite struct EventQueueTests {
  private static func words(_ range: Range<Int>) -> [StreamEvent] { range.map { .text(TextDelta("\($0)")) } }

  private static func texts(_ events: [StreamEvent]) -> [String] { events.compactMap(\.text) }

  private static func taken(_ queue: inout EventQueue) -> [[String]] {
    var batches: [[String]] = []
    var events: [StreamEvent] = []
    while !queue.isEmpty {
      queue.take(into: &events)
      batches.append(texts(events))
      events.removeAll(keepingCapacity: true)
    }
    return batches
  }

  /// Appends batches of these sizes.
  private static func queue(_ sizes: [Int]) -> (queue: EventQueue, all: [String]) {
    var queue = EventQueue()
    var count = 0
    for size in sizes {
      var batch = words(count..<count + size)
      queue.append(&batch, byteCount: size * 10)
      #expect(batch.isEmpty)
      count += size
    }
    return (queue, (0..<count).map { "\($0)" })
  }

  @Test(
    arguments: [
      [], [1], [1, 1, 1], [64, 64, 64], [8, 1, 1, 9, 1], [0, 3, 0], [100, 1, 1], Array(repeating: 1, count: 200),
      Array(repeating: 7, count: 30) + [20, 1, 20, 1],
    ])
  func givesEverythingOnceAndInOrder(_ sizes: [Int]) {
    var (queue, all) = Self.queue(sizes)
    #expect(queue.byteCount == all.count * 10)
    let batches = Self.taken(&queue)
    #expect(batches.flatMap { $0 } == all)
    #expect(!batches.contains { $0.isEmpty })
    #expect(queue.byteCount == 0)
  }

  @Test func handsLargeBatchesOnAsTheyCame() {
    var (queue, _) = Self.queue([64, 100, 8])
    #expect(Self.taken(&queue).map(\.count) == [64, 100, 8])
  }

  /// Only what waits counts for the pause of the socket.
  @Test func countsTheBytesThatWait() {
    var (queue, _) = Self.queue([64, 100, 3, 8])
    var counts: [Int] = []
    while !queue.isEmpty {
      counts.append(queue.byteCount)
      var events: [StreamEvent] = []
      queue.take(into: &events)
    }
    #expect(counts == [1750, 1110, 110, 80] && queue.byteCount == 0)
  }

  @Test func handsThemOnWithoutACopy() {
    var queue = EventQueue()
    var places: [UnsafeRawPointer?] = []
    for _ in 0..<3 {
      var batch = Self.words(0..<20)
      places.append(batch.withUnsafeBytes { $0.baseAddress })
      queue.append(&batch, byteCount: 1)
    }
    for place in places {
      var events: [StreamEvent] = []
      queue.take(into: &events)
      #expect(events.withUnsafeBytes { $0.baseAddress } == place)
    }
  }

  @Test func joinsSmallBatchesUpToABound() {
    var (queue, all) = Self.queue(Array(repeating: 1, count: 1000))
    let batches = Self.taken(&queue)
    #expect(batches.count < 20 && !batches.contains { $0.count > 72 })
    #expect(batches.flatMap { $0 } == all)
  }

  @Test func givesAllAtOnceWhereItIsAskedTo() {
    var (queue, all) = Self.queue([64, 3, 64, 9])
    var events: [StreamEvent] = []
    queue.takeAll(into: &events)
    #expect(Self.texts(events) == all)
    #expect(queue.isEmpty && queue.byteCount == 0)
  }

  @Test func goesOnBetweenTakes() {
    var queue = EventQueue()
    var (seen, count): ([String], Int) = ([], 0)
    var (events, batch): ([StreamEvent], [StreamEvent]) = ([], [])
    for step in 0..<500 {
      for _ in 0..<step % 4 {
        let size = step % 5 == 0 ? 30 : 1 + step % 9
        batch += Self.words(count..<count + size)
        count += size
        queue.append(&batch, byteCount: size)
        #expect(batch.isEmpty)
      }
      guard step % 3 != 0, !queue.isEmpty else { continue }
      queue.take(into: &events)
      seen += Self.texts(events)
      events.removeAll(keepingCapacity: true)
    }
    seen += Self.taken(&queue).flatMap { $0 }
    #expect(seen == (0..<count).map { "\($0)" })
  }
}
