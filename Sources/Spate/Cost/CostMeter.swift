// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What the answers of a call cost: the provider's own word where it gives one, else by the price table.
struct CostMeter: Sendable {
  /// Of the provider; nil where none is known.
  let prices: PriceList?
  /// The model that was asked for.
  let model: String?

  init(prices: PriceList?, model: String?) {
    self.prices = prices
    self.model = model
  }

  /// `provider` is its id.
  init(prices: PriceTable, provider: String, model: String?) {
    self.init(prices: prices.list(of: provider), model: model)
  }

  /// Nil where nothing says it. A part that is not known leaves ``Cost/total`` nil, never a sum of the others.
  func cost(of answer: PartialResponse) -> Cost? {
    // A report is much to copy, and here it says nothing.
    guard prices != nil || answer.reportedCost != nil, let usage = answer.usage else { return nil }
    // What is not counted in a report has no part in the provider's sum either.
    if let reported = usage.reportedCost, reported.isFinite, reported >= 0, !usage.isEstimate {
      return Cost(total: Dollars(reported), source: .provider)
    }
    guard let price = price(answeredBy: answer.model) else { return nil }
    return cost(of: usage, at: price, isUsual: isUsual(answer, usage))
  }

  /// The price of the model that answered, which can be another than was asked for; else of that one.
  func price(answeredBy answering: String? = nil) -> Price? {
    guard let prices else { return nil }
    if let answering, let price = prices.price(of: answering) { return price }
    return model.flatMap { prices.price(of: $0) }
  }

  /// The tables hold what is usual: not another tier of service, another place, a faster machine, or fees for searches.
  private func isUsual(_ answer: PartialResponse, _ usage: Usage) -> Bool {
    let report = usage.native
    for tier in [report?["service_tier"], answer.metadata["service_tier"]] {
      if let tier = tier?.string, !["standard", "default", "auto", "on_demand"].contains(tier) { return false }
    }
    if report?["inference_geo"] == "us" || report?["speed"] == "fast" { return false }
    // Gemini's cached sound and the images that it makes have prices of their own.
    for (list, kinds) in [("cacheTokensDetails", ["AUDIO"]), ("candidatesTokensDetails", ["IMAGE", "VIDEO"])] {
      for entry in report?[list]?.array ?? [] where kinds.contains(entry["modality"]?.string ?? "") {
        if (entry["tokenCount"]?.int ?? 0) > 0 { return false }
      }
    }
    return report?["server_tool_use"]?.object?.members.allSatisfy { ($0.value.int ?? 0) == 0 } ?? true
  }

  private func cost(of usage: Usage, at price: Price, isUsual: Bool) -> Cost? {
    let buckets = usage.billed ?? usage.buckets
    let rates = price.rates(reading: buckets.allInput ?? 0)
    var isKnown = isUsual && buckets.uncachedInput != nil
    func part(_ count: Int?, _ rate: Dollars?) -> Dollars? {
      guard let count else { return nil }
      let part = count == 0 ? .zero : rate?.forTokens(count)
      if part == nil { isKnown = false }
      return part
    }
    var text = buckets.textOutput
    if let estimate = usage.estimatedOutput { text = (text ?? 0) + estimate }
    if text == nil { isKnown = false }
    var parts = Cost.Parts()
    parts.uncachedInput = part(buckets.uncachedInput, rates.input)
    parts.cacheRead = part(buckets.cacheRead, rates.cacheRead)
    parts.cacheWrite = part(buckets.cacheWrite, rates.cacheWrite)
    parts.longCacheWrite = part(buckets.longCacheWrite, rates.longCacheWrite)
    parts.textOutput = part(text, rates.output)
    parts.reasoningOutput = part(buckets.reasoningOutput, rates.output)
    parts.audioInput = part(buckets.audioInput, rates.audioInput)
    parts.audioOutput = part(buckets.audioOutput, rates.audioOutput)
    guard parts != Cost.Parts() else { return nil }
    return Cost(
      total: isKnown ? parts.sum : nil, parts: parts, source: .table(date: price.date), isEstimate: usage.isEstimate)
  }
}
