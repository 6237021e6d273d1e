// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Events that wait for the reader of a run, in batches as they came: handed on without being copied.
///
/// Storage goes round: what the reader has emptied is filled by the decoder again.
struct EventQueue {
  private struct Batch {
    var events: [StreamEvent] = []
    /// Bytes of the body that they were.
    var byteCount = 0
  }

  /// What is handed over next. Empty only if nothing waits.
  private var front = Batch()
  /// The batches behind it that were not handed over yet, from `place` on; none is empty.
  private var later: [Batch] = []
  private var place = 0
  /// Emptied storage.
  private var spare: [StreamEvent] = []
  /// Bytes of the body that wait here as events.
  private(set) var byteCount = 0

  /// Fewer events than this join the batch before them: an array of their own costs more than copying them.
  private static let few = 8
  /// A batch of so many is not joined to any more.
  private static let many = 64

  var isEmpty: Bool { front.events.isEmpty }

  /// Takes over `events`, of so many bytes, and leaves empty storage in their place.
  mutating func append(_ events: inout [StreamEvent], byteCount: Int) {
    self.byteCount += byteCount
    let count = events.count
    // What comes next is about as much: where the reader keeps the storage, it is made at once rather than grown.
    defer { if count >= Self.few, events.capacity == 0 { events.reserveCapacity(count) } }
    // Mostly the reader has taken all. Bytes that gave no event count with the next ones.
    if isEmpty {
      front.byteCount += byteCount
      return swap(&front.events, &events)
    }
    if count < Self.few, join(events, byteCount) { return events.empty() }
    later.append(Batch(byteCount: byteCount))
    swap(&later[later.count - 1].events, &events)
    swap(&spare, &events)
  }

  /// Copies `events` behind the last batch, unless that is large.
  private mutating func join(_ events: [StreamEvent], _ byteCount: Int) -> Bool {
    if let last = later.indices.last {
      guard later[last].events.count < Self.many else { return false }
      later[last].events += events
      later[last].byteCount += byteCount
    } else {
      guard front.events.count < Self.many else { return false }
      front.events += events
      front.byteCount += byteCount
    }
    return true
  }

  /// Hands over the next batch; `events` must be empty, and its storage is used again.
  mutating func take(into events: inout [StreamEvent]) {
    swap(&front.events, &events)
    byteCount -= front.byteCount
    front.byteCount = 0
    guard place < later.count else { return }
    // The reader's storage, which is in front now, is kept.
    swap(&front.events, &spare)
    swap(&front, &later[place])
    place += 1
    if place == later.count {
      later.removeAll(keepingCapacity: true)
      place = 0
    }
  }

  /// The same, of all that waits.
  mutating func takeAll(into events: inout [StreamEvent]) {
    take(into: &events)
    while !isEmpty {
      var next: [StreamEvent] = []
      take(into: &next)
      events += next
    }
  }

  mutating func removeAll() { self = EventQueue() }
}
