// SPDX-License-Identifier: Apache-2.0

/// A JSON number, kept as its text: no digit is lost, and nothing traps however large it is (rule T11).
///
/// Two are equal when their texts are: `1.0` is not `1`.
public struct JSONNumber: Sendable, Hashable {
  /// As it was written.
  public let literal: String

  /// Only for text that a scanner has validated.
  package init(literal: String) { self.literal = literal }

  /// A whole number.
  public init(_ value: Int) { literal = String(value) }

  /// A number, or nil for infinity and NaN, which JSON does not have.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    let isShort = value == value.rounded() && abs(value) < 1e15 && (value != 0 || value.sign == .plus)
    literal = isShort ? String(Int(value)) : "\(value)"
  }

  /// Longer numbers are kept as text only (trust.md 1.5).
  static let readableBytes = 1000

  /// The number when it is whole and fits an `Int`: `12`, `12.0`, `1.2e1`. Never rounded. Nil for more than 1,000 bytes.
  public var int: Int? {
    guard literal.utf8.count <= Self.readableBytes else { return nil }
    return plainInt ?? Int(literal) ?? scaledInt
  }

  /// The number of a few digits and nothing else, which most are.
  private var plainInt: Int? {
    guard (1...18).contains(literal.utf8.count) else { return nil }
    var value = 0
    for byte in literal.utf8 {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }

  /// The nearest double; nil when the number is too large for one or has more than 1,000 bytes. What is too small is 0.
  public var double: Double? {
    guard literal.utf8.count <= Self.readableBytes else { return nil }
    return Double(literal).flatMap { $0.isFinite ? $0 : nil }
  }

  /// The integer of a literal with a fraction or an exponent, digit by digit: a double would round above 2^53.
  private var scaledInt: Int? {
    let mantissa = literal.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }
    let fraction = mantissa.drop { $0 != UInt8(ascii: ".") }.dropFirst()
    var digits = mantissa.filter { $0 >= UInt8(ascii: "0") }
    var zeros = -fraction.count
    while digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      zeros += 1
    }
    if digits.isEmpty { return 0 }
    if mantissa.count < literal.utf8.count {
      // No literal that is short enough to be read has so many digits that a larger exponent leaves an `Int`.
      guard let exponent = Int(String(literal.utf8.dropFirst(mantissa.count + 1)) ?? ""), abs(exponent) <= 1000 else {
        return nil
      }
      zeros += exponent
    }
    guard (0...18).contains(zeros) else { return nil }
    let sign = mantissa.first == UInt8(ascii: "-") ? "-" : ""
    return Int(sign + String(decoding: digits, as: UTF8.self) + String(repeating: "0", count: zeros))
  }
}
