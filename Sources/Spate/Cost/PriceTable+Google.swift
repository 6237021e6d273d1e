// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Google's Gemini API, paid tier, without storage of caches. Read in a transcription of Google's page of 7 October 2026
/// and in other public ones that agree with it. Left out: models that make images, Gemini 3.6 to 3.8
/// Flash, whose price is for a time only, and Vertex AI, which has a list of its own.
extension PriceTable {
  static let google: [Entry] = [
    gemini("gemini-3.5-flash", 1.5, read: 0.15, out: 9),
    gemini("gemini-3.5-flash-lite", 0.3, out: 2.5, audio: 0.3),
    gemini(
      "gemini-3.1-pro-preview", 2, read: 0.2, out: 12,
      long: .init(above: 200_000, .init(input: 4, cacheRead: 0.4, output: 18))),
    gemini(
      "gemini-2.5-pro", 1.25, read: 0.125, out: 10, audio: 1.25,
      long: .init(above: 200_000, .init(input: 2.5, cacheRead: 0.25, output: 15, audioInput: 2.5))),
    gemini("gemini-2.5-flash", 0.3, read: 0.03, out: 2.5, audio: 1),
    gemini("gemini-2.5-flash-lite", 0.1, read: 0.01, out: 0.4),
  ]

  private static func gemini(
    _ name: String, _ input: Dollars, read: Dollars? = nil, out: Dollars, audio: Dollars? = nil,
    long: Price.LongContext? = nil
  ) -> Entry {
    Entry(
      provider: "gemini", model: name,
      price: Price(
        input: input, cacheRead: read, output: out, audioInput: audio, longContext: long, date: "2026-10-07",
        source: "https://ai.google.dev/gemini-api/docs/pricing"))
  }
}
