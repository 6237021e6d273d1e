// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) public import SpateCore

/// What calls may cost together. A call that may cost more than is left is refused before it is sent.
///
/// ```swift
/// let client = Client(budget: Budget(dollars: 5))
/// ```
///
/// A reference: all clients and copies of clients that hold it share what is left, and calls at the same time never pass
/// together where only some of them fit. What a call may cost is set aside when it begins (see ``Client/budget``), and
/// replaced by what it did cost when it ends, also when it was cut, cancelled or failed. An answer can cost more than was
/// thought; then less is left, but never less than nothing.
public final class Budget: Sendable {
  /// What to do with a call whose price is not known, under a limit in dollars.
  public enum Unpriced: Sendable, Hashable {
    /// It is refused: what it costs could not be kept.
    case refused
    /// It passes, and counts for nothing but its tokens.
    case allowed
  }

  /// What to do with a call whose price is not known.
  public let unpriced: Unpriced
  /// How many tokens an answer is thought to have at most, where the request does not limit it.
  public let assumedOutput: Int
  private let ledger: Lock<BudgetLedger>

  /// So many dollars, so many tokens read and written, or both; without a limit everything passes and is counted.
  public init(
    dollars: Dollars? = nil, tokens: Int? = nil, unpriced: Unpriced = .refused, assumedOutput: Int = 4096
  ) {
    self.unpriced = unpriced
    self.assumedOutput = assumedOutput
    ledger = Lock(BudgetLedger(dollars: dollars, tokens: tokens))
  }

  /// What ended calls cost.
  public var dollarsSpent: Dollars { ledger.withLock { $0.spent.dollars } }
  /// The tokens that ended calls read and wrote.
  public var tokensSpent: Int { ledger.withLock { $0.spent.tokens } }
  /// What is neither spent nor set aside for calls that run; nil without a limit in dollars.
  public var dollarsLeft: Dollars? { ledger.withLock { $0.dollarsLeft } }
  /// What is neither spent nor set aside for calls that run; nil without a limit in tokens.
  public var tokensLeft: Int? { ledger.withLock { $0.tokensLeft } }

  /// Sets aside what a call may cost; throws ``SpateError/Code/budget`` when that is more than is left.
  func reserve(_ quote: Quote) throws(SpateError) -> BudgetReservation {
    let (number, dollars, tokens) = ledger.withLock { ledger in
      let isPriced = quote.dollars != nil || ledger.dollarLimit == nil || unpriced == .allowed
      return (isPriced ? ledger.reserve(quote.amount) : nil, ledger.dollarsLeft, ledger.tokensLeft)
    }
    if let number { return BudgetReservation(number, of: self, quote) }
    if quote.dollars == nil, dollars != nil, unpriced == .refused {
      throw SpateError(
        .budget,
        "the budget is in dollars, and the price of this model is not known: set one in the client's prices, or allow "
          + "unpriced calls")
    }
    let left = [dollars.map { "\($0)" }, tokens.map { "\($0) tokens" }].compactMap(\.self).joined(separator: " and ")
    let cost = quote.dollars.map { "\($0), " } ?? ""
    throw SpateError(
      .budget,
      "the budget has \(left) left, and this call may cost \(cost)about \(quote.input) tokens read and at most "
        + "\(quote.output) written: raise the budget, or lower maxTokens")
  }

  fileprivate func settle(_ number: Int, _ amount: BudgetLedger.Amount) {
    ledger.withLock { $0.settle(number, amount) }
  }
}

/// What is set aside for one call. Settled once; one that goes away unsettled, because its call was never sent, costs
/// nothing.
final class BudgetReservation: Sendable {
  private let number: Int
  private let budget: Budget
  let quote: Quote

  fileprivate init(_ number: Int, of budget: Budget, _ quote: Quote) {
    self.number = number
    self.budget = budget
    self.quote = quote
  }

  /// The call has ended with this answer, and this error if it failed. Later ones change nothing.
  func settle(_ answer: PartialResponse, _ error: SpateError?) {
    budget.settle(number, quote.bill(for: answer, error))
  }

  deinit { budget.settle(number, BudgetLedger.Amount()) }
}
