// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// OpenAI's own API, at the standard tier of service. GPT-6, GPT-5 mini and GPT-4 were read in stored copies of OpenAI's
/// pages; the others in public transcriptions of them, of which two or more agree. GPT-5.6 is left out: its price was
/// changed, and the sources do not agree.
extension PriceTable {
  static let openAI: [Entry] = [
    gpt("gpt-6.2-sol", 2, read: 0.1, write: 2.5, out: 10, long: .twice(2, 0.1, 2.5, 10), date: "2026-11-05"),
    gpt("gpt-6-sol", 2, read: 0.2, write: 2.5, out: 10, long: .twice(2, 0.2, 2.5, 10), date: "2026-10-13"),
    gpt("gpt-5.5", 5, read: 0.5, out: 30, long: .twice(5, 0.5, nil, 30), date: "2026-06-30"),
    gpt("gpt-5.4", 2.5, read: 0.25, out: 15, long: .twice(2.5, 0.25, nil, 15), date: "2026-06-30"),
    gpt("gpt-5.4-mini", 0.75, read: 0.075, out: 4.5, date: "2026-06-30"),
    gpt("gpt-5.4-nano", 0.2, read: 0.02, out: 1.25, date: "2026-06-30"),
    gpt("gpt-5.2", 1.75, read: 0.175, out: 14, date: "2026-03-21"),
    gpt("gpt-5.1", 1.25, read: 0.125, out: 10, date: "2026-03-21"),
    gpt("gpt-5", 1.25, read: 0.125, out: 10, date: "2026-03-21"),
    gpt("gpt-5-mini", 0.25, read: 0.025, out: 2, date: "2026-10-13"),
    gpt("gpt-5-nano", 0.05, read: 0.005, out: 0.4, date: "2026-03-21"),
    gpt("gpt-4.1", 2, read: 0.5, out: 8, date: "2026-03-21"),
    gpt("gpt-4.1-mini", 0.4, read: 0.1, out: 1.6, date: "2026-03-21"),
    gpt("gpt-4.1-nano", 0.1, read: 0.025, out: 0.4, date: "2026-03-21"),
    gpt("gpt-4o", 2.5, read: 1.25, out: 10, date: "2026-03-21"),
    gpt("gpt-4o-mini", 0.15, read: 0.075, out: 0.6, date: "2026-03-21"),
    // The first one costs more.
    gpt("gpt-4o-2024-05-13", 5, out: 15, date: "2025-07-04"),
    gpt("gpt-4", 30, out: 60, date: "2026-10-13"),
    gpt("gpt-4-turbo", 10, out: 30, date: "2025-07-04"),
    gpt("o4-mini", 1.1, read: 0.275, out: 4.4, date: "2026-03-21"),
    // Of o3 the sources give two prices of cached tokens.
    gpt("o3", 2, out: 8, date: "2026-03-21"),
    gpt("o3-mini", 1.1, read: 0.55, out: 4.4, date: "2026-03-21"),
    gpt("o1", 15, read: 7.5, out: 60, date: "2026-05-31"),
  ]

  private static func gpt(
    _ name: String, _ input: Dollars, read: Dollars? = nil, write: Dollars? = nil, out: Dollars,
    long: Price.LongContext? = nil, date: String
  ) -> Entry {
    Entry(
      provider: "openai", model: name,
      price: Price(
        input: input, cacheRead: read, cacheWrite: write, output: out, longContext: long, date: date,
        source: "https://developers.openai.com/api/docs/pricing"))
  }
}

extension Price.LongContext {
  /// OpenAI's rule: above 272,000 tokens the input costs twice as much and the output one and a half times.
  fileprivate static func twice(_ input: Dollars, _ read: Dollars, _ write: Dollars?, _ output: Dollars) -> Self {
    let half = Dollars(picodollars: output.picodollars / 2)
    return .init(
      above: 272_000,
      .init(input: input + input, cacheRead: read + read, cacheWrite: write.map { $0 + $0 }, output: output + half))
  }
}
