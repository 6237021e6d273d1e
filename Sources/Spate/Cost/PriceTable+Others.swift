// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Other providers, where a price could be confirmed. DeepSeek is left out: its price depends on the time of day. Those
/// that report what an answer cost need no entry: OpenRouter, Perplexity, Vercel's gateway; xAI does too, and has two for
/// budgets, which are asked before the answer.
extension PriceTable {
  static let others: [Entry] = [
    mistral("mistral-large-2512", 0.5, read: 0.05, out: 1.5, date: "2026-06-09"),
    mistral("mistral-medium-2508", 0.4, read: 0.04, out: 2, date: "2026-08-24"),
    mistral("mistral-medium-2505", 0.4, read: 0.04, out: 2, date: "2026-08-24"),
    mistral("mistral-small-2603", 0.15, read: 0.015, out: 0.6, date: "2026-06-09"),
    mistral("codestral-2508", 0.3, read: 0.03, out: 0.9, date: "2026-06-09"),
    mistral("ministral-8b-2512", 0.15, read: 0.015, out: 0.15, date: "2026-08-24"),
    cohere("command-a-03-2025", 2.5, out: 10, date: "2025-07-04"),
    cohere("command-r-08-2024", 0.15, out: 0.6, date: "2026-11-11"),
    cohere("command-r-plus-08-2024", 2.5, out: 10, date: "2025-07-04"),
    cohere("command-r7b-12-2024", 0.0375, out: 0.15, date: "2026-06-30"),
    grok("grok-4.6"), grok("grok-4.5"),
    Entry(
      provider: "groq", model: "openai/gpt-oss-120b",
      price: Price(
        input: 0.15, output: 0.6, date: "2026-06-30", source: "https://console.groq.com/docs/models")),
  ]

  private static func mistral(
    _ name: String, _ input: Dollars, read: Dollars, out: Dollars, date: String
  ) -> Entry {
    Entry(
      provider: "mistral", model: name,
      price: Price(input: input, cacheRead: read, output: out, date: date, source: "https://mistral.ai/pricing/api"))
  }

  private static func cohere(_ name: String, _ input: Dollars, out: Dollars, date: String) -> Entry {
    Entry(
      provider: "cohere", model: name,
      price: Price(input: input, output: out, date: date, source: "https://cohere.com/pricing"))
  }

  private static func grok(_ name: String) -> Entry {
    Entry(
      provider: "xai", model: name,
      price: Price(
        input: 2, cacheRead: 0.5, output: 6,
        longContext: .init(above: 200_000, .init(input: 4, cacheRead: 1, output: 12)), date: "2026-08-13",
        source: "https://docs.x.ai/docs/models"))
  }
}
