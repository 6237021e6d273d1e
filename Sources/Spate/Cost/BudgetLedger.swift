// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The books of a ``Budget``, as a plain value: what was spent, what is set aside for calls that run, what is left.
struct BudgetLedger {
  /// Dollars and tokens together: a budget may limit either.
  struct Amount: Sendable, Hashable {
    var dollars = Dollars.zero
    var tokens = 0

    static func + (a: Amount, b: Amount) -> Amount {
      let (tokens, isOver) = a.tokens.addingReportingOverflow(b.tokens)
      return Amount(dollars: a.dollars + b.dollars, tokens: isOver ? .max : tokens)
    }

    static func - (a: Amount, b: Amount) -> Amount {
      Amount(dollars: a.dollars - b.dollars, tokens: a.tokens - b.tokens)
    }
  }

  let dollarLimit: Dollars?
  let tokenLimit: Int?
  private(set) var spent = Amount()
  private(set) var reserved = Amount()
  private var open: [Int: Amount] = [:]
  private var last = 0

  init(dollars: Dollars?, tokens: Int?) {
    dollarLimit = dollars
    tokenLimit = tokens
  }

  /// What may still be set aside: never below zero, also after calls that cost more than was set aside for them.
  var dollarsLeft: Dollars? { dollarLimit.map { max(.zero, $0 - spent.dollars - reserved.dollars) } }
  var tokensLeft: Int? {
    tokenLimit.map { limit in
      let used = spent + reserved
      return used.tokens >= limit ? 0 : limit - used.tokens
    }
  }

  /// Sets aside what a call may cost, if there is enough: gives its number, or nil.
  mutating func reserve(_ amount: Amount) -> Int? {
    if let dollarsLeft, amount.dollars > dollarsLeft { return nil }
    if let tokensLeft, amount.tokens > tokensLeft { return nil }
    // A call that costs nothing that is counted does not pass once all is spent.
    if dollarsLeft == .zero || tokensLeft == 0 { return nil }
    last += 1
    open[last] = amount
    reserved = reserved + amount
    return last
  }

  /// Puts what a call did cost in the place of what was set aside. Once a number: later ones change nothing.
  mutating func settle(_ number: Int, _ amount: Amount) {
    guard let aside = open.removeValue(forKey: number) else { return }
    reserved = reserved - aside
    spent = spent + amount
  }
}
