// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

extension Client {
  /// What tells the cost of a call's answers.
  func meter(of provider: Provider, model: String?) -> CostMeter {
    CostMeter(prices: prices, provider: provider.id, model: model)
  }

  /// Sets aside what a request may cost; nil without a budget. Throws when that is more than is left.
  func reserve(
    for encoded: EncodedRequest, options: ChatOptions, by meter: CostMeter
  ) throws(SpateError) -> BudgetReservation? {
    guard let budget else { return nil }
    let limit = encoded.outputLimit ?? options.maxTokens ?? budget.assumedOutput
    return try budget.reserve(
      Quote(requestBytes: encoded.body.count, outputLimit: limit, answers: options.n ?? 1, price: meter.price()))
  }
}
