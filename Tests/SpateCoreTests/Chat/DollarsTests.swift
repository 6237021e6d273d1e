// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct DollarsTests {
  @Test func sumsAreExact() {
    // Doubles would give 0.30000000000000004, and drift.
    #expect(Dollars(0.1) + Dollars(0.2) == 0.3)
    var sum = Dollars.zero
    for _ in 0..<1_000_000 { sum += 0.0000001 }
    #expect(sum == 0.1)
  }

  @Test(
    arguments: [
      (Dollars(0.0000375), "0.0000375", "$0.0000375"), (5, "5", "$5"), (0, "0", "$0"), (12.5, "12.5", "$12.5"),
      (Dollars(picodollars: -1), "-0.000000000001", "-$0.000000000001"), (Dollars(-3), "-3", "-$3"),
      (Dollars(picodollars: .max), "9223372.036854775807", "$9223372.036854775807"),
      (Dollars(picodollars: .min), "-9223372.036854775808", "-$9223372.036854775808"),
    ] as [(Dollars, String, String)]) func isWrittenWithAllDigits(_ amount: Dollars, _ decimal: String, _ shown: String)
  {
    #expect(amount.decimal == decimal && amount.description == shown)
  }

  @Test func tokensTimesAPriceIsExact() {
    #expect(Dollars(0.0375).forTokens(1) == Dollars(picodollars: 37_500))
    #expect(Dollars(2.5).forTokens(1_000_000) == 2.5)
    #expect(Dollars(15).forTokens(0) == .zero)
    // Less than a picodollar a token: rounded once, at the end.
    #expect(Dollars(picodollars: 300_000).forTokens(5) == Dollars(picodollars: 2))
    #expect(Dollars(picodollars: -300_000).forTokens(5) == Dollars(picodollars: -2))
    #expect(Dollars(600).forTokens(1 << 48) == nil)
  }

  @Test(arguments: [Double.infinity, 1e300, 9_223_373]) func tooMuchStaysAtTheLimit(_ dollars: Double) {
    #expect(Dollars(dollars).picodollars == .max && Dollars(-dollars).picodollars == .min)
    #expect(Dollars(dollars) + 1 == Dollars(picodollars: .max) && Dollars(-dollars) - 1 == Dollars(picodollars: .min))
  }

  @Test func whatIsNoNumberIsNothing() { #expect(Dollars(Double.nan) == .zero) }
}
