// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The templates of the last few kinds of events of one stream, each with the places of its event's fields.
///
/// The kinds take turns: words, thoughts, arguments, the ends of blocks. The one of the event before is tried first, and
/// costs what a single template costs; another one is found by comparing the bytes up to the first that differ.
struct Templates<Event: TemplatedEvent>: Sendable {
  private struct Slot: Sendable {
    var template = JSONTemplate()
    var event = Event()
    /// When it was put aside.
    var age = 0
  }

  /// Of the event that was read last.
  var current = JSONTemplate()
  /// Events since the last that matched.
  private var missCount = 0
  /// How many events matched, and how many did not.
  private(set) var hits = 0
  private(set) var misses = 0
  private var others: [Slot] = []
  private var clock = 0
  /// Whether anything is learned at all.
  private let isOn: Bool

  /// Beside the current one.
  private static var otherLimit: Int { 3 }

  /// Nothing is learned yet, and never will be unless it `isOn`.
  init(isOn: Bool) { self.isOn = isOn }

  /// A stream whose events never match does not pay for learning each of them.
  var wantsToLearn: Bool { isOn && (missCount < 8 || missCount % 8 == 0) }

  /// Whether the event at hand is the first one.
  var isFirst: Bool { hits == 0 && misses <= 1 }

  @inline(__always) mutating func countHit() {
    hits += 1
    missCount = 0
  }

  /// When the current template did not match. If another one does, it is the current one from now on, and `event` has the
  /// places of the event that it was last settled with. If not, there is no current one, and `event` may be overwritten.
  mutating func change(_ json: inout JSONScanner, _ event: inout Event) -> Bool {
    for index in others.indices where others[index].template.matches(&json) {
      putAside(&event, to: index)
      // What came in between may have changed what is plain.
      current.isPlain = false
      countHit()
      return true
    }
    missCount += 1
    misses += 1
    guard !current.isEmpty else { return false }
    if others.count < Self.otherLimit {
      others.append(Slot())
      putAside(&event, to: others.count - 1)
    } else if let oldest = others.indices.min(by: { others[$0].age < others[$1].age }) {
      putAside(&event, to: oldest)
    }
    current.forget()
    return false
  }

  /// Changes places with one of the others.
  private mutating func putAside(_ event: inout Event, to index: Int) {
    clock += 1
    others[index].age = clock
    swap(&current, &others[index].template)
    swap(&event, &others[index].event)
  }

  /// Forgets all that was learned: what is known about the events holds no longer.
  mutating func forget() {
    current.forget()
    others.removeAll(keepingCapacity: true)
  }

  /// Which hole of the current template is this field; nil when it is none.
  func hole(of slice: JSONSlice?) -> Int? { current.hole(of: slice) }
}
