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
    literal = value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }

  /// The number when it is whole and fits an `Int`: `12`, `12.0`, `1.2e1`.
  public var int: Int? { Int(literal) ?? double.flatMap { Int(exactly: $0) } }

  /// The nearest double; nil when the number is too large for one. What is too small is 0.
  public var double: Double? { Double(literal).flatMap { $0.isFinite ? $0 : nil } }
}
