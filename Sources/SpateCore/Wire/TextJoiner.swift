// SPDX-License-Identifier: Apache-2.0

/// Makes text of the string deltas of one stream of text, so that each piece is whole Unicode scalars (rule T10).
///
/// What a delta ends with and only the next one can complete is held back: a high surrogate escape, or the first bytes
/// of a UTF-8 sequence that a server cut between two tokens (rule B3). What never gets completed becomes U+FFFD.
package struct TextJoiner: Sendable {
  private var surrogate: UInt16 = 0
  private var held: [UInt8] = []
  /// How many deltas had bytes that are no UTF-8, even joined (rule B2).
  package private(set) var repairs = 0

  package init() {}

  /// The text of one delta, or what is complete of it.
  package mutating func text(of slice: JSONSlice, in json: borrowing JSONScanner) -> String {
    if !slice.isEscaped, surrogate == 0, held.isEmpty {
      if slice.isASCII { return json.text(of: slice) }
      let text = json.withBytes(of: slice) { JSONText.isWellFormedUTF8($0) ? $0.decodedString() : nil }
      if let text { return text }
    }
    // The closure may not capture `self`, which is being mutated.
    var bytes = held
    var half = surrogate
    json.withBytes(of: slice) { JSONText.unescape($0, into: &bytes, surrogate: &half) }
    surrogate = half
    held = []
    // Before a half that is held back, nothing can be completed any more.
    let complete = surrogate == 0 ? bytes.count - Self.unfinishedLength(bytes.span) : bytes.count
    if complete < bytes.count {
      held = Array(bytes[complete...])
      bytes.removeSubrange(complete...)
    }
    if !JSONText.isWellFormedUTF8(bytes.span) { repairs += 1 }
    return bytes.span.decodedString()
  }

  /// Whether the text ended inside a scalar so far.
  package var isInside: Bool { surrogate != 0 || !held.isEmpty }

  /// U+FFFD when the text ended inside a scalar; nothing otherwise.
  package mutating func finish() -> String? {
    guard isInside else { return nil }
    surrogate = 0
    held = []
    repairs += 1
    return "\u{FFFD}"
  }

  /// How many bytes at the end are the beginning of a scalar.
  static func unfinishedLength(_ bytes: Span<UInt8>) -> Int {
    for back in 1...3 where back <= bytes.count {
      let index = bytes.count - back
      guard bytes[index] & 0xC0 == 0x80 else {
        return JSONText.scalarLength(bytes, at: index) == -back ? back : 0
      }
    }
    return 0
  }
}
