// SPDX-License-Identifier: Apache-2.0

/// Tells thoughts from words by the tags round them (rule D14).
///
/// Held back is only the longest end of the words that may be the beginning of a tag; it is given out when the next piece
/// shows that it is none, and at the end. White space next to a tag, and behind a thought, goes with the tag.
package struct ThinkTagFilter: EventFilter {
  private let tags: ThinkTags
  private let pairs: [(open: [UInt8], close: [UInt8])]
  /// What a tag may begin with.
  private let firsts: Set<UInt8>
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
  package init(_ tags: ThinkTags) {
    self.tags = tags
    // The shorter of two that begin alike, wherever they are cut.
    pairs = tags.pairs.map { (Array($0.open.utf8), Array($0.close.utf8)) }.sorted { $0.open.count < $1.open.count }
    firsts = Set(pairs.flatMap { [$0.open.first, $0.close.first] }.compactMap { $0 })
  }

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
    if state.block != delta.block { Self.release(&state, delta.choice, into: &events) }
    state.block = delta.block
    let bytes = state.held + Array(delta.text.utf8)
    state.held = []
    var (start, place) = (0, 0)
    while place < bytes.count, state.held.isEmpty {
      switch match(bytes[place...], state) {
      case .nothing: place += 1
      case .unfinished:
        Self.give(bytes[start..<place], &state, delta.choice, into: &events)
        state.held = Array(bytes[place...])
      case .tag(let length, let closing):
        Self.give(bytes[start..<place], &state, delta.choice, into: &events)
        (state.closing, state.anyClosing, state.isTrimming) = (closing, false, true)
        place += length
        start = place
      }
    }
    if state.held.isEmpty { Self.give(bytes[start...], &state, delta.choice, into: &events) }
    choices[delta.choice] = state
  }

  private mutating func flush(into events: inout [StreamEvent]) {
    for choice in choices.keys.sorted() {
      guard var state = choices[choice] else { continue }
      Self.release(&state, choice, into: &events)
      choices[choice] = state
    }
  }

  private static func release(_ state: inout State, _ choice: Int32, into events: inout [StreamEvent]) {
    let held = state.held
    state.held = []
    give(held[...], &state, choice, into: &events)
  }

  /// Gives out bytes, which end at a border of scalars.
  private static func give(
    _ bytes: ArraySlice<UInt8>, _ state: inout State, _ choice: Int32, into events: inout [StreamEvent]
  ) {
    var bytes = bytes
    if state.isTrimming { bytes = bytes.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 } }
    guard !bytes.isEmpty else { return }
    state.isTrimming = false
    let delta = TextDelta(String(decoding: bytes, as: UTF8.self), choice: choice, block: state.block)
    events.append(state.closing != nil || state.anyClosing ? .reasoning(delta) : .text(delta))
  }

  // MARK: Tags

  private enum Match {
    case nothing
    /// What is there may become a tag.
    case unfinished
    /// A tag of this length; of the one that closes it, nil when it is a closing one itself.
    case tag(length: Int, closing: [UInt8]?)
  }

  /// Whether a tag stands at the beginning of `bytes`: outside of a thought one that opens it, inside the one that ends it.
  private func match(_ bytes: ArraySlice<UInt8>, _ state: State) -> Match {
    guard let first = bytes.first, firsts.contains(first) else { return .nothing }
    var mayGrow = false
    func isThere(_ tag: [UInt8]) -> Bool {
      if bytes.starts(with: tag) { return true }
      mayGrow = mayGrow || tag.starts(with: bytes)
      return false
    }
    if let closing = state.closing {
      if isThere(closing) { return .tag(length: closing.count, closing: nil) }
    } else {
      for pair in pairs {
        if isThere(pair.open) { return .tag(length: pair.open.count, closing: pair.close) }
        if state.anyClosing, isThere(pair.close) { return .tag(length: pair.close.count, closing: nil) }
      }
    }
    return mayGrow ? .unfinished : .nothing
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
