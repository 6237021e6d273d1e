// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a call may cost, told before it is made: an estimate.
///
/// What is read is a quarter of the request's bytes, rounded up, at the dearest rate there is for it; what is written is
/// the most that the request allows, for each answer asked for. A request with images or sound in it is thought larger
/// than it is, since their base64 counts as text.
struct Quote: Sendable, Hashable {
  /// What may be read and written.
  var input: Int
  var output: Int
  /// What that costs; nil without a price.
  var dollars: Dollars?
  /// The part of it that is read.
  var inputDollars: Dollars?

  /// `outputLimit`: the most tokens that each answer may have, as the request says it.
  init(requestBytes: Int, outputLimit: Int, answers: Int = 1, price: Price?) {
    input = TokenEstimate.tokens(ofBytes: requestBytes)
    let (all, isOver) = max(0, outputLimit).multipliedReportingOverflow(by: max(1, answers))
    output = isOver ? .max : all
    guard let price else { return }
    let rates = price.rates(reading: input)
    inputDollars = rates.dearestInput.forTokens(input)
    if let inputDollars, let written = rates.output.forTokens(output) { dollars = inputDollars + written }
  }

  /// What is set aside for it.
  var amount: BudgetLedger.Amount {
    let (tokens, isOver) = input.addingReportingOverflow(output)
    return BudgetLedger.Amount(dollars: dollars ?? .zero, tokens: isOver ? .max : tokens)
  }

  /// What the call did cost, as well as it is known when it ended.
  ///
  /// What the provider did not report is charged as it was estimated here: nothing is free because a stream was cut.
  /// Only a call that the provider did not take (no connection, or an error status) costs nothing.
  func bill(for answer: PartialResponse, _ error: SpateError?) -> BudgetLedger.Amount {
    let usage = answer.usage
    let buckets = usage?.billed ?? usage?.buckets
    if usage == nil, let error, !Self.mayHaveCost(error) { return BudgetLedger.Amount() }
    let read = buckets?.allInput ?? usage?.input ?? input
    let written = (buckets?.allOutput ?? usage?.output ?? 0) + (usage?.estimatedOutput ?? 0)
    var dollars = answer.cost?.total
    if dollars == nil, let parts = answer.cost?.parts {
      // The parts that are known, and for an unknown input the estimate.
      dollars = parts.sum + (parts.uncachedInput == nil ? inputDollars ?? .zero : .zero)
    }
    return BudgetLedger.Amount(dollars: dollars ?? inputDollars ?? .zero, tokens: read + written)
  }

  /// Whether the provider may have begun to work before it failed.
  private static func mayHaveCost(_ error: SpateError) -> Bool {
    if let status = error.status, status >= 300 { return false }
    if error.code == .timeout { return error.phase != .connect }
    return ![.connect, .dns, .tls, .redirect, .missingKey, .badRequest, .alreadyRead].contains(error.code)
  }
}
