// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension UInt8 {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D

  /// Whether it may stand in a line: a tab, a visible character, a space, or a byte of UTF-8.
  var isText: Bool { self >= 0x20 ? self != 0x7F : self == 0x09 }

  var isBlank: Bool { self == 0x20 || self == 0x09 }

  var isDigit: Bool { self &- 0x30 < 10 }

  var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

  /// The value of a hexadecimal digit.
  var hexValue: Int? {
    if isDigit { return Int(self &- 0x30) }
    let letter = (self | 0x20) &- UInt8(ascii: "a")
    return letter < 6 ? Int(letter) + 10 : nil
  }

  /// `tchar` of RFC 9110, 5.6.2.
  var isToken: Bool { HTTPFields.isToken(self) }

  /// A byte of a path or query of RFC 3986, the percent sign apart.
  var isTarget: Bool {
    if isLetter || isDigit { return true }
    return switch self {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"),
      UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "!"), UInt8(ascii: "$"),
      UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"),
      UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
      true
    default: false
    }
  }
}

extension Span<UInt8> {
  /// The text, or nil when the bytes are not UTF-8: a repaired value would not be what the client signed or meant.
  func text() -> String? {
    withUnsafeBufferPointer { bytes in
      // Validating is generic code of the library, and nearly all of a head is ASCII.
      bytes.allSatisfy { $0 < 0x80 }
        ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
    }
  }

  /// Whether the bytes are `word`, letter case apart. `word` is in lower case.
  func isWord(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { letters in
      for index in 0..<count {
        let byte = self[index]
        guard (byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte) == letters[index] else { return false }
      }
      return true
    }
  }

  /// The first index from `start` that holds `byte`.
  func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    var index = start
    while index < count {
      if self[index] == byte { return index }
      index += 1
    }
    return nil
  }

  /// The range without blanks at both ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, self[lower].isBlank { lower += 1 }
    while upper > lower, self[upper - 1].isBlank { upper -= 1 }
    return lower..<upper
  }
}

extension [UInt8] {
  mutating func append(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
