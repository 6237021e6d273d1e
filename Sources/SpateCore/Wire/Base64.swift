// SPDX-License-Identifier: Apache-2.0

/// Bytes as text (RFC 4648, part 4), for media.
package enum Base64 {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// The value of each digit; 255 for what is none.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// With padding, in one line.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    let digits = Self.digits
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let rest = bytes.count - start
      var group = UInt32(bytes[start]) << 16
      if rest > 1 { group |= UInt32(bytes[start + 1]) << 8 }
      if rest > 2 { group |= UInt32(bytes[start + 2]) }
      text.append(digits[Int(group >> 18 & 63)])
      text.append(digits[Int(group >> 12 & 63)])
      text.append(rest > 1 ? digits[Int(group >> 6 & 63)] : padding)
      text.append(rest > 2 ? digits[Int(group & 63)] : padding)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil for text that is no base64: a foreign character, a missing end.
  package static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let text = Array(text.utf8)
    guard text.count % 4 == 0 else { return nil }
    let count = text.count - text.suffix(2).count { $0 == padding }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    let values = Self.values
    var group: UInt32 = 0
    for (place, digit) in text[..<count].enumerated() {
      let value = values[Int(digit)]
      if value == 255 { return nil }
      group = group << 6 | UInt32(value)
      guard place % 4 == 3 else { continue }
      for shift in [16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: group >> shift)) }
      group = 0
    }
    switch count % 4 {
    case 2: bytes.append(UInt8(truncatingIfNeeded: group >> 4))
    case 3:
      bytes.append(UInt8(truncatingIfNeeded: group >> 10))
      bytes.append(UInt8(truncatingIfNeeded: group >> 2))
    case 1: return nil
    default: break
    }
    return bytes
  }
}
