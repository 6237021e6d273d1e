// SPDX-License-Identifier: Apache-2.0

/// The order in which the parts of an answer began, and which words belong to which block: what a turn is put together
/// from again (rules N1, N3).
struct TurnOutline: Sendable, Hashable {
  enum Entry: Sendable, Hashable {
    case reasoning(Int32)
    case text(Int32)
    case refusal
    /// The place in `toolCalls`.
    case toolCall(Int)
    case part(ContentPart)
  }

  /// From `start` on, in bytes of all words of its kind, they belong to this block.
  struct Run: Sendable, Hashable {
    var block: Int32
    var start: Int
  }

  private(set) var textRuns: [Run] = []
  /// The block of the last of them, so that most words need not look at the list.
  private var textBlock: Int32?
  private(set) var entries: [Entry] = []
  private(set) var reasoningRuns: [Run] = []
  /// Dialects that do not number blocks say nothing about the order of the parts.
  private(set) var isOrdered = false

  /// Words of this block follow the `start` bytes that came before.
  @inline(__always) mutating func text(_ block: Int32, from start: Int) {
    if textBlock != block { begin(text: block, from: start) }
  }

  /// Thoughts of this block follow the `start` bytes that came before.
  @inline(__always) mutating func reasoning(_ block: Int32, from start: Int) {
    if reasoningRuns.last?.block != block { begin(reasoning: block, from: start) }
  }

  private mutating func begin(text block: Int32, from start: Int) {
    textRuns.append(Run(block: block, start: start))
    textBlock = block
    note(.text(block), block)
  }

  private mutating func begin(reasoning block: Int32, from start: Int) {
    reasoningRuns.append(Run(block: block, start: start))
    note(.reasoning(block), block)
  }

  /// A block that has a seal, and maybe no words.
  mutating func note(_ entry: Entry, _ block: Int32 = 0) {
    if block != 0 { isOrdered = true }
    // Blocks come mostly one after the other: the last entry is the usual one.
    if entries.isEmpty || entries.last != entry && !entries.contains(entry) { entries.append(entry) }
  }

  mutating func add(call place: Int) { entries.append(.toolCall(place)) }

  mutating func add(_ part: ContentPart) {
    isOrdered = true
    entries.append(.part(part))
  }

  /// The words of a block, out of all words of its kind.
  static func words(of block: Int32, in all: String, _ runs: [Run]) -> String {
    var words = ""
    let bytes = all.utf8
    for (number, run) in runs.enumerated() where run.block == block {
      let end = number + 1 < runs.count ? runs[number + 1].start : bytes.count
      let range = bytes.index(bytes.startIndex, offsetBy: run.start)..<bytes.index(bytes.startIndex, offsetBy: end)
      words += all[range]
    }
    return words
  }

  /// Where nothing says the order, it makes no difference.
  static func == (a: TurnOutline, b: TurnOutline) -> Bool {
    guard a.isOrdered, b.isOrdered else { return a.isOrdered == b.isOrdered }
    return a.entries == b.entries && a.textRuns == b.textRuns && a.reasoningRuns == b.reasoningRuns
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(isOrdered)
    if isOrdered { hasher.combine(entries) }
  }
}
