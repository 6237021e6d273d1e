// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Joins the events of a response to the words of one that was cut: leaves out what comes a second time, and says where
/// the seam is.
///
/// Providers that were given the beginning of a turn mostly go on with the next word; some repeat the end of what they
/// were given, or all of it. Words are held back only as long as they may be such a repetition. A short one can not be
/// told from words that are meant: ends of at least ``shortestOverlap`` bytes are left out, all of at least
/// ``shortestEcho``, and white space that the request could not hold.
struct SeamJoiner: Sendable {
  private let method: Seam.Method
  /// The words that were given out.
  private let text: [UInt8]
  /// So many bytes of white space at their end were not part of the request.
  private let trimmed: Int
  private var held: [UInt8] = []
  private var isJoined = false

  /// Shorter repetitions are not told from what is meant.
  static let shortestOverlap = 24
  /// The same for a repetition of all words, which is seldom meant.
  static let shortestEcho = 12
  /// So much of the end is looked at; a repetition of all words may be longer.
  private static let window = 4 << 10

  /// After a provider was given all words of `text` but the white space at their end.
  init(prefill text: String) {
    method = .prefill
    self.text = Array(text.utf8)
    trimmed = self.text.reversed().prefix { Self.isSpace($0) }.count
  }

  /// After a provider sent the rest of what it had kept, which begins with the next event.
  init(cursorAfter text: String) {
    method = .cursor
    self.text = Array(text.utf8)
    trimmed = 0
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// Changes the events of one read. `isLast`: nothing follows them. `isCut`: because the response broke off; what may be
  /// the beginning of a repetition is left out then, so that what is kept is the answer's beginning, with nothing twice.
  mutating func join(_ events: inout [StreamEvent], isLast: Bool = false, isCut: Bool = false) {
    guard !isJoined else { return }
    var joined: [StreamEvent] = []
    for event in events {
      switch event {
      // It is the same answer.
      case .start: break
      case .text(let delta) where !isJoined && delta.choice == 0:
        held += Array(delta.text.utf8)
        if let overlap = overlap(isLast: false) { release(overlap, into: &joined) }
      case .warning, .usage, .metadata, .raw, .native, .reasoning, .reasoningDetail: joined.append(event)
      default:
        // What is no word of the first answer can not be a repetition, and is not to come before the words.
        if !isJoined { release(overlap(isLast: true) ?? 0, into: &joined) }
        joined.append(event)
      }
    }
    if isLast, !isCut, !isJoined, !held.isEmpty { release(overlap(isLast: true) ?? 0, into: &joined) }
    events = joined
  }

  private mutating func release(_ overlap: Int, into events: inout [StreamEvent]) {
    isJoined = true
    events.append(.resumed(Seam(method: method, position: text.count, overlap: overlap)))
    let rest = held[overlap...]
    if !rest.isEmpty { events.append(.text(TextDelta(String(decoding: rest, as: UTF8.self)))) }
    held = []
  }

  /// How many of the held bytes are a repetition; nil as long as it may be a longer one.
  private func overlap(isLast: Bool) -> Int? {
    guard method == .prefill else { return 0 }
    var longest = 0
    var mayGrow = false
    func consider(_ repeated: ArraySlice<UInt8>) {
      if held.starts(with: repeated) {
        longest = max(longest, repeated.count)
      } else {
        mayGrow = mayGrow || repeated.starts(with: held)
      }
    }
    if trimmed > 0 { consider(text.suffix(trimmed)) }
    if text.count >= Self.shortestEcho { consider(text[...]) }
    guard text.count >= Self.shortestOverlap else { return mayGrow && !isLast ? nil : longest }
    let (ending, hasLonger) = Self.ending(of: text.suffix(Self.window), startingWith: held)
    if ending >= Self.shortestOverlap { longest = max(longest, ending) }
    return (mayGrow || hasLonger) && !isLast ? nil : longest
  }

  /// The longest end of `text` that `held` begins with, and whether `held` stands in it with more behind, so that more of
  /// it may follow. By the prefix function of Knuth, Morris and Pratt: linear.
  private static func ending(of text: ArraySlice<UInt8>, startingWith held: [UInt8]) -> (Int, Bool) {
    guard !held.isEmpty else { return (0, text.count >= shortestOverlap) }
    let pattern = Array(held.prefix(text.count))
    var borders = [Int](repeating: 0, count: pattern.count)
    for index in pattern.indices.dropFirst() {
      var border = borders[index - 1]
      while border > 0, pattern[border] != pattern[index] { border = borders[border - 1] }
      borders[index] = pattern[border] == pattern[index] ? border + 1 : 0
    }
    var (matched, hasLonger) = (0, false)
    for (offset, byte) in text.enumerated() {
      if matched == pattern.count { matched = borders[matched - 1] }
      while matched > 0, pattern[matched] != byte { matched = borders[matched - 1] }
      if pattern[matched] == byte { matched += 1 }
      // All that is held, and an end long enough to count begins there.
      if matched == held.count, offset + 1 < text.count {
        hasLonger = hasLonger || text.count - (offset + 1 - matched) >= shortestOverlap
      }
    }
    return (matched, hasLonger)
  }
}
