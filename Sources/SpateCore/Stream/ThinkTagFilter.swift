// SPDX-License-Identifier: Apache-2.0

/// Tells thoughts from words by the tags round them (rule D14).
///
/// Held back is only the longest end of the words that may be the beginning of a tag; it is given out when the next piece
/// shows that it is none, and at the end. White space next to a tag, and behind a thought, goes with the tag.
package struct ThinkTagFilter: EventFilter {
  private let tags: ThinkTags
  private var choices: [Int32: State] = [:]

  private struct State {
    /// The tag that closes the thought; nil outside of one.
    var closing: [UInt8]?
    /// Words that may be the beginning of a tag.
    var held: [UInt8] = []
    var block: Int32 = 0
    /// White space here belongs to the tag before it.
    var isTrimming = false
    /// Thoughts from here on: the tag that opened them was not there.
    var anyClosing = false
  }

  /// By these tags.
  package init(_ tags: ThinkTags) { self.tags = tags }

  package mutating func filter(_ events: inout [StreamEvent], isLast: Bool) {
    guard !tags.pairs.isEmpty, isLast || events.contains(where: \.concernsTags) else { return }
    var filtered: [StreamEvent] = []
    filtered.reserveCapacity(events.count + 1)
    for event in events {
      switch event {
      case .text(let delta): read(delta, into: &filtered)
      case .toolInputStart, .toolCall, .finish, .restarted, .part, .refusal, .providerToolStart, .providerTool:
        flush(into: &filtered)
        filtered.append(event)
      default: filtered.append(event)
      }
    }
    if isLast { flush(into: &filtered) }
    events = filtered
  }

  private mutating func read(_ delta: TextDelta, into events: inout [StreamEvent]) {
    var state = choices[delta.choice] ?? State(isTrimming: tags.startsInside, anyClosing: tags.startsInside)
    // Words of another block can not complete a tag.
    if state.block != delta.block { Self.give(&state, state.held.count, delta.choice, into: &events) }
    state.block = delta.block
    state.held += Array(delta.text.utf8)
    while let (place, tag) = firstTag(in: state) {
      Self.give(&state, place, delta.choice, into: &events)
      state.held.removeFirst(tag.length)
      state.closing = tag.closing
      state.anyClosing = false
      state.isTrimming = true
    }
    Self.give(&state, state.held.count - unfinished(state), delta.choice, into: &events)
    choices[delta.choice] = state
  }

  private mutating func flush(into events: inout [StreamEvent]) {
    for choice in choices.keys.sorted() {
      guard var state = choices[choice] else { continue }
      Self.give(&state, state.held.count, choice, into: &events)
      choices[choice] = state
    }
  }

  /// Gives out the first bytes of what is held, which end at a border of scalars.
  private static func give(_ state: inout State, _ count: Int, _ choice: Int32, into events: inout [StreamEvent]) {
    var bytes = state.held[..<count]
    let isThought = state.closing != nil || state.anyClosing
    if state.isTrimming { bytes = bytes.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 } }
    if !bytes.isEmpty {
      state.isTrimming = false
      let delta = TextDelta(String(decoding: bytes, as: UTF8.self), choice: choice, block: state.block)
      events.append(isThought ? .reasoning(delta) : .text(delta))
    }
    state.held.removeFirst(count)
  }

  // MARK: Tags

  /// What is looked for: outside of a thought its beginnings, inside its end.
  private func sought(_ state: State) -> [(tag: [UInt8], closing: [UInt8]?)] {
    if let closing = state.closing { return [(closing, nil)] }
    if state.anyClosing { return tags.pairs.map { (Array($0.close.utf8), nil) } + openings }
    return openings
  }

  private var openings: [(tag: [UInt8], closing: [UInt8]?)] {
    tags.pairs.map { (Array($0.open.utf8), Array($0.close.utf8)) }
  }

  /// The first tag in what is held; of two at one place the longer one.
  private func firstTag(in state: State) -> (place: Int, tag: (length: Int, closing: [UInt8]?))? {
    let sought = sought(state)
    for place in state.held.indices {
      let rest = state.held[place...]
      let here = sought.filter { rest.starts(with: $0.tag) }.max { $0.tag.count < $1.tag.count }
      if let here { return (place, (here.tag.count, here.closing)) }
    }
    return nil
  }

  /// How many bytes at the end may be the beginning of a tag.
  private func unfinished(_ state: State) -> Int {
    let sought = sought(state)
    let longest = sought.map(\.tag.count).max() ?? 0
    for count in stride(from: min(longest - 1, state.held.count), to: 0, by: -1)
    where sought.contains(where: { $0.tag.starts(with: state.held.suffix(count)) }) {
      return count
    }
    return 0
  }
}

extension StreamEvent {
  fileprivate var concernsTags: Bool {
    switch self {
    case .text, .toolInputStart, .toolCall, .finish, .restarted, .part, .refusal, .providerToolStart, .providerTool:
      true
    default: false
    }
  }
}
