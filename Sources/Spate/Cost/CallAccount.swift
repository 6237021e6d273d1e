// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// What a call knows of money: what its answers cost, and what it may cost before there is one.
struct CallAccount: Sendable {
  let meter: CostMeter
  let budget: Budget?
  /// What it may cost; nil without a budget, for nobody asks.
  let quote: Quote?

  /// Sets aside what the call may cost; nil without a budget. Throws when that is more than is left.
  func reserve() throws(SpateError) -> BudgetReservation? {
    guard let budget, let quote else { return nil }
    return try budget.reserve(quote)
  }
}

extension Client {
  /// The account of a call that sends this request.
  func account(
    for encoded: EncodedRequest, options: ChatOptions, at provider: Provider, model: String?
  ) -> CallAccount {
    account(for: encoded, options: options, CostMeter(prices: prices, provider: provider.id, model: model))
  }

  /// The same, where what the provider's models cost is known.
  func account(for encoded: EncodedRequest, options: ChatOptions, _ meter: CostMeter) -> CallAccount {
    guard let budget else { return CallAccount(meter: meter, budget: nil, quote: nil) }
    let limit = encoded.outputLimit ?? options.maxTokens ?? budget.assumedOutput
    let quote = Quote(
      requestBytes: encoded.body.count, outputLimit: limit, answers: options.n ?? 1, price: meter.price())
    return CallAccount(meter: meter, budget: budget, quote: quote)
  }
}
