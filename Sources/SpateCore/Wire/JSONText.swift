// SPDX-License-Identifier: Apache-2.0

/// Escapes and UTF-8 of JSON strings.
package enum JSONText {
  /// U+FFFD in UTF-8.
  package static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// Appends the meaning of a valid string body to `decoded`.
  ///
  /// `surrogate` is a high surrogate whose low half may still come, 0 for none: it goes in from the text before and
  /// comes out for the text after, so that a pair split over two pieces is one scalar (rule T10). A lone half becomes
  /// U+FFFD.
  package static func unescape(_ body: Span<UInt8>, into decoded: inout [UInt8], surrogate: inout UInt16) {
    var index = 0
    while index < body.count {
      let next = body.firstIndex(of: UInt8(ascii: "\\"), from: index)
      if next > index {
        flush(&surrogate, into: &decoded)
        decoded.append(body.extracting(index..<next))
        index = next
        continue
      }
      let escape = body[index + 1]
      guard escape == UInt8(ascii: "u") else {
        flush(&surrogate, into: &decoded)
        decoded.append(single(escape))
        index += 2
        continue
      }
      append(codeUnit(body, at: index + 2), into: &decoded, surrogate: &surrogate)
      index += 6
    }
  }

  private static func append(_ unit: UInt16, into decoded: inout [UInt8], surrogate: inout UInt16) {
    switch unit {
    case 0xD800...0xDBFF:
      flush(&surrogate, into: &decoded)
      surrogate = unit
    case 0xDC00...0xDFFF:
      guard surrogate != 0 else {
        decoded.append(contentsOf: replacement)
        return
      }
      let value = 0x10000 + (UInt32(surrogate) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
      surrogate = 0
      append(value, into: &decoded)
    default:
      flush(&surrogate, into: &decoded)
      append(UInt32(unit), into: &decoded)
    }
  }

  private static func append(_ scalar: UInt32, into decoded: inout [UInt8]) {
    switch scalar {
    case ..<0x80: decoded.append(UInt8(scalar))
    case ..<0x800:
      decoded.append(UInt8(0xC0 | scalar >> 6))
      decoded.append(UInt8(0x80 | scalar & 0x3F))
    case ..<0x10000:
      decoded.append(UInt8(0xE0 | scalar >> 12))
      decoded.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      decoded.append(UInt8(0x80 | scalar & 0x3F))
    default:
      decoded.append(UInt8(0xF0 | scalar >> 18))
      decoded.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      decoded.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      decoded.append(UInt8(0x80 | scalar & 0x3F))
    }
  }

  private static func flush(_ surrogate: inout UInt16, into decoded: inout [UInt8]) {
    guard surrogate != 0 else { return }
    surrogate = 0
    decoded.append(contentsOf: replacement)
  }

  private static func single(_ escape: UInt8) -> UInt8 {
    switch escape {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: escape
    }
  }

  /// What a backslash and `byte` stand for; nil where that is no escape of one letter.
  static func meaning(ofEscape byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      single(byte)
    default: nil
    }
  }

  private static func codeUnit(_ body: Span<UInt8>, at index: Int) -> UInt16 {
    (0..<4).reduce(0) { $0 << 4 | UInt16(hexDigit(body[index + $1]) ?? 0) }
  }

  /// The value of a hexadecimal digit.
  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Whether all of `bytes` is well-formed UTF-8 (Unicode, table 3-7).
  package static func isWellFormedUTF8(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count {
      if bytes[index] < 0x80 {
        index = endOfASCII(bytes, from: index)
        continue
      }
      let length = scalarLength(bytes, at: index)
      guard length > 0 else { return false }
      index += length
    }
    return true
  }

  /// The first byte from `start` on that is not ASCII, or the count: eight bytes at a time.
  private static func endOfASCII(_ bytes: Span<UInt8>, from start: Int) -> Int {
    unsafe bytes.withUnsafeBytes { bytes in
      var index = start
      while index + 8 <= bytes.count {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
        let hits = word & JSONWord.highs
        if hits != 0 { return index + JSONWord.ahead(of: hits) }
        index += 8
      }
      while index < bytes.count, unsafe bytes[index] < 0x80 { index += 1 }
      return index
    }
  }

  /// How many bytes the well-formed scalar at `index` has; 0 when there is none; negative when the bytes at the end are
  /// the beginning of one: minus their number.
  package static func scalarLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
    let first = bytes[index]
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch first {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, low) = (3, 0xA0)
    case 0xE1...0xEC, 0xEE, 0xEF: length = 3
    case 0xED: (length, high) = (3, 0x9F)
    case 0xF0: (length, low) = (4, 0x90)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, high) = (4, 0x8F)
    default: return 0
    }
    for offset in 1..<length {
      guard index + offset < bytes.count else { return -offset }
      let byte = bytes[index + offset]
      guard (low...high).contains(byte) else { return 0 }
      (low, high) = (0x80, 0xBF)
    }
    return length
  }
}
