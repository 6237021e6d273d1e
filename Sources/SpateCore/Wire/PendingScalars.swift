// SPDX-License-Identifier: Apache-2.0

/// The end of a JSON string that is still coming, as far as it is no whole Unicode scalar yet: an escape, a high
/// surrogate that waits for its low half, the first bytes of a UTF-8 sequence (rule T10).
struct PendingScalars: Sendable {
  /// 0: none; 1: after the backslash; 2 to 5: so many digits of `\u` are missing, and one more.
  private var escape: UInt8 = 0
  private var unit: UInt16 = 0
  /// A high half; 0 for none.
  private var surrogate: UInt16 = 0
  private var held: [UInt8] = []

  var isInEscape: Bool { escape != 0 }

  /// Appends a piece without escapes and quotes, but for what may be the beginning of a scalar at its end.
  mutating func append(_ run: Span<UInt8>, to text: inout String) {
    if surrogate != 0 { text += flushSurrogate() }
    if held.isEmpty, run.count == 1, run[0] < 0x80 {
      // One token, one character: the usual piece of the tightest streams.
      return text.unicodeScalars.append(Unicode.Scalar(run[0]))
    }
    if held.isEmpty { return decode(run, into: &text) }
    var joined = held
    joined.append(run)
    held.removeAll(keepingCapacity: true)
    decode(joined.span, into: &text)
  }

  private mutating func decode(_ bytes: Span<UInt8>, into text: inout String) {
    let unfinished = TextJoiner.unfinishedLength(bytes)
    let whole = bytes.count - unfinished
    if unfinished > 0 { held.append(bytes.extracting(whole..<bytes.count)) }
    if whole > 0 { text += bytes.extracting(0..<whole).decodedString() }
  }

  /// A backslash: what is held back before it can not be completed any more, except a high half by a low one.
  mutating func beginEscape(into text: inout String) {
    text += flushHeld()
    escape = 1
  }

  /// Takes a byte of an escape; false when it can not stand there.
  mutating func escape(_ byte: UInt8, into text: inout String) -> Bool {
    if escape == 1 {
      if byte == UInt8(ascii: "u") {
        (escape, unit) = (5, 0)
        return true
      }
      guard let meaning = JSONText.meaning(ofEscape: byte) else { return false }
      escape = 0
      text += flushSurrogate()
      text.unicodeScalars.append(Unicode.Scalar(meaning))
      return true
    }
    guard let digit = JSONText.hexDigit(byte) else { return false }
    unit = unit << 4 | UInt16(digit)
    escape -= 1
    if escape == 1 {
      escape = 0
      add(unit, to: &text)
    }
    return true
  }

  private mutating func add(_ unit: UInt16, to text: inout String) {
    switch unit {
    case 0xD800...0xDBFF:
      text += flushSurrogate()
      surrogate = unit
    case 0xDC00...0xDFFF where surrogate != 0:
      let value = 0x10000 + (UInt32(surrogate) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
      surrogate = 0
      text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    default:
      text += flushSurrogate()
      text.unicodeScalars.append(Unicode.Scalar(unit) ?? "\u{FFFD}")
    }
  }

  /// Nothing can complete what is held back: U+FFFD, or nothing.
  mutating func flush() -> String {
    // The two are never there at once.
    let isCut = escape != 0
    escape = 0
    let rest = flushSurrogate() + flushHeld()
    return rest.isEmpty && isCut ? "\u{FFFD}" : rest
  }

  private mutating func flushSurrogate() -> String {
    guard surrogate != 0 else { return "" }
    surrogate = 0
    return "\u{FFFD}"
  }

  private mutating func flushHeld() -> String {
    guard !held.isEmpty else { return "" }
    held.removeAll(keepingCapacity: true)
    return "\u{FFFD}"
  }
}

/// How far a number has come: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
enum NumberState: UInt8, Sendable {
  case start, minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits

  /// Whether it may end here.
  var isWhole: Bool {
    switch self {
    case .zero, .integer, .fraction, .exponentDigits: true
    default: false
    }
  }

  /// After one more byte; nil when that is not part of it.
  func after(_ byte: UInt8) -> NumberState? {
    switch (self, byte) {
    case (.start, UInt8(ascii: "-")): .minus
    case (.start, UInt8(ascii: "0")), (.minus, UInt8(ascii: "0")): .zero
    case (.start, UInt8(ascii: "1")...UInt8(ascii: "9")), (.minus, UInt8(ascii: "1")...UInt8(ascii: "9")),
      (.integer, UInt8(ascii: "0")...UInt8(ascii: "9")):
      .integer
    case (.zero, UInt8(ascii: ".")), (.integer, UInt8(ascii: ".")): .point
    case (.point, UInt8(ascii: "0")...UInt8(ascii: "9")), (.fraction, UInt8(ascii: "0")...UInt8(ascii: "9")): .fraction
    case (.zero, UInt8(ascii: "e")), (.zero, UInt8(ascii: "E")), (.integer, UInt8(ascii: "e")),
      (.integer, UInt8(ascii: "E")), (.fraction, UInt8(ascii: "e")), (.fraction, UInt8(ascii: "E")):
      .exponent
    case (.exponent, UInt8(ascii: "+")), (.exponent, UInt8(ascii: "-")): .exponentSign
    case (.exponent, UInt8(ascii: "0")...UInt8(ascii: "9")), (.exponentSign, UInt8(ascii: "0")...UInt8(ascii: "9")),
      (.exponentDigits, UInt8(ascii: "0")...UInt8(ascii: "9")):
      .exponentDigits
    default: nil
    }
  }
}
