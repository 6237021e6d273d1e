// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Anthropic's own API, at the standard tier of service and without a region. Read in stored copies of the provider's
/// pages, of autumn 2026; the two changes of October 2026 are from two notes that agree.
extension PriceTable {
  static let anthropic: [Entry] = [
    claude("fable-5-1", 10, write: 12.5, hour: 20, read: 0.25, out: 50),
    claude("fable-5", 10, write: 12.5, hour: 20, read: 1, out: 50),
    claude("opus-5-5", 4, write: 5, hour: 8, read: 0.2, out: 20),
    claude("opus-5", 5, write: 6.25, hour: 10, read: 0.5, out: 25),
    claude("opus-4-8", 5, write: 6.25, hour: 10, read: 0.5, out: 25),
    claude("opus-4-7", 5, write: 6.25, hour: 10, read: 0.5, out: 25),
    claude("opus-4-6", 5, write: 6.25, hour: 10, read: 0.5, out: 25),
    claude("opus-4-5", 5, write: 6.25, hour: 10, read: 0.5, out: 25),
    claude("opus-4-1", 15, write: 18.75, hour: 30, read: 1.5, out: 75),
    claude("opus-4-0", 15, write: 18.75, hour: 30, read: 1.5, out: 75, date: pageOf2025),
    claude("opus-4", 15, write: 18.75, hour: 30, read: 1.5, out: 75, date: pageOf2025),
    claude("sonnet-5-5", 2, write: 2.5, hour: 4, read: 0.1, out: 10, date: "2026-10-07"),
    claude("sonnet-5", 2, write: 2.5, hour: 4, read: 0.2, out: 10),
    claude("haiku-4-5", 1, write: 1.25, hour: 2, read: 0.1, out: 5),
    claude(
      "haiku-5-5", 0.1, write: 0.125, hour: 0.2, read: 0.01, out: 0.5,
      long: .init(
        above: 100_000,
        .init(input: 0.5, cacheRead: 0.05, cacheWrite: 0.625, longCacheWrite: 1, output: 2.5)),
      date: "2026-10-24"),
    // Above 200,000 tokens the page gives input and output; the factors of the cache are the same at every rate.
    claude("sonnet-4-5", 3, write: 3.75, hour: 6, read: 0.3, out: 15, long: longSonnet, date: pageOf2025),
    claude("sonnet-4-0", 3, write: 3.75, hour: 6, read: 0.3, out: 15, long: longSonnet, date: pageOf2025),
    claude("sonnet-4", 3, write: 3.75, hour: 6, read: 0.3, out: 15, long: longSonnet, date: pageOf2025),
    claude("3-7-sonnet", 3, write: 3.75, hour: 6, read: 0.3, out: 15, date: pageOf2025),
    claude("3-5-haiku", 0.8, write: 1, hour: 1.6, read: 0.08, out: 4, date: pageOf2025),
    claude("3-haiku", 0.25, write: 0.3, hour: 0.5, read: 0.03, out: 1.25, date: pageOf2025),
  ]

  private static let pageOf2025 = "2025-10-01"

  private static let longSonnet = Price.LongContext(
    above: 200_000, .init(input: 6, cacheRead: 0.6, cacheWrite: 7.5, longCacheWrite: 12, output: 22.5))

  private static func claude(
    _ name: String, _ input: Dollars, write: Dollars, hour: Dollars, read: Dollars, out: Dollars,
    long: Price.LongContext? = nil, date: String = "2026-09-29"
  ) -> Entry {
    Entry(
      provider: "anthropic", model: "claude-\(name)",
      price: Price(
        input: input, cacheRead: read, cacheWrite: write, longCacheWrite: hour, output: out, longContext: long,
        date: date, source: "https://platform.claude.com/docs/en/about-claude/pricing"))
  }
}
