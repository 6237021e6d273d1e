// SPDX-License-Identifier: Apache-2.0

/// US dollars, counted in whole picodollars (10⁻¹² dollars), so that sums are exact in every order.
///
/// ```swift
/// let price: Dollars = 0.0375
/// ```
///
/// A double would drift when many small costs are added, and a token can cost less than a nanodollar. The largest amount
/// is 9.2 million dollars; what would be more stays there.
public struct Dollars: Sendable, Hashable {
  /// Millionths of a millionth of a dollar.
  public var picodollars: Int

  /// So many picodollars.
  public init(picodollars: Int) { self.picodollars = picodollars }

  /// The nearest whole number of picodollars; what is no number is zero.
  public init(_ dollars: Double) {
    let scaled = (dollars * 1e12).rounded()
    if scaled.isNaN {
      picodollars = 0
    } else {
      picodollars = scaled >= 0x1p63 ? .max : scaled <= -0x1p63 ? .min : Int(scaled)
    }
  }

  /// Nothing.
  public static let zero = Dollars(picodollars: 0)

  /// The nearest double, for showing and for sums where that is good enough.
  public var double: Double { Double(picodollars) / 1e12 }

  /// All digits, without a sign of the currency: `0.0000375`.
  public var decimal: String {
    let (dollars, rest) = picodollars.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000_000)
    var digits = Array(String(rest))
    digits.insert(contentsOf: repeatElement("0", count: 12 - digits.count), at: 0)
    while digits.last == "0" { digits.removeLast() }
    let fraction = digits.isEmpty ? "" : "." + String(digits)
    return (picodollars < 0 ? "-" : "") + String(dollars) + fraction
  }

  /// The sum; at the limits it stays there.
  public static func + (a: Dollars, b: Dollars) -> Dollars {
    let (sum, isOver) = a.picodollars.addingReportingOverflow(b.picodollars)
    return Dollars(picodollars: isOver ? (a.picodollars < 0 ? .min : .max) : sum)
  }

  /// The difference; at the limits it stays there.
  public static func - (a: Dollars, b: Dollars) -> Dollars {
    let (rest, isOver) = a.picodollars.subtractingReportingOverflow(b.picodollars)
    return Dollars(picodollars: isOver ? (a.picodollars < 0 ? .min : .max) : rest)
  }

  /// Adds to it.
  public static func += (a: inout Dollars, b: Dollars) { a = a + b }

  /// What so many tokens cost at this price of a million of them, rounded to the nearest picodollar; nil when that is
  /// more than can be counted.
  public func forTokens(_ count: Int) -> Dollars? {
    let product = Int128(picodollars) * Int128(count)
    let (whole, rest) = product.quotientAndRemainder(dividingBy: 1_000_000)
    let rounded = whole + (rest >= 500_000 ? 1 : rest <= -500_000 ? -1 : 0)
    return Int(exactly: rounded).map(Dollars.init(picodollars:))
  }
}

extension Dollars: Comparable {
  /// Fewer of them.
  public static func < (a: Dollars, b: Dollars) -> Bool { a.picodollars < b.picodollars }
}

extension Dollars: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// As it is written.
  public init(floatLiteral value: Double) { self.init(value) }
  /// So many dollars.
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}

extension Dollars: CustomStringConvertible {
  /// With the sign of the currency: `$0.0000375`.
  public var description: String { picodollars < 0 ? "-$\(decimal.dropFirst())" : "$\(decimal)" }
}
