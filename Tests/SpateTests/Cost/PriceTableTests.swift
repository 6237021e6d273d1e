// SPDX-License-Identifier: Apache-2.0

import SpateDialects
import Testing

@testable import Spate

@Suite struct PriceTableTests {
  private func price(_ input: Dollars) -> Price { Price(input: input, output: input) }

  @Test(
    arguments: [
      ("gpt-4o", 1), ("gpt-4o-2024-08-06", 1), ("gpt-4o@20240806", 1), ("gpt-4o-001", 1), ("gpt-4o-latest", 1),
      ("gpt-4o-mini", 2), ("gpt-4o-mini-2024-07-18", 2), ("models/gpt-4o", 1), ("gpt-4o-audio-preview", nil),
      ("gpt-4o-1", nil), ("gpt-4o-12", nil), ("gpt-4o-2024-08-06-beta", nil), ("gpt-4", nil), ("gpt-4oo", nil),
      ("", nil),
      ("ft:gpt-4o:me", 3), ("ft:gpt-4o:me:x", 4), ("GPT-4o", nil),
    ] as [(String, Int?)]) func aNameOrAVersionOfIt(_ model: String, _ input: Int?)
  {
    var table = PriceTable()
    for (name, input) in [("gpt-4o", 1), ("gpt-4o-mini", 2), ("ft:*", 3), ("ft:gpt-4o:me:*", 4)] as [(String, Dollars)]
    {
      table.set(price(input), provider: "openai", model: name)
    }
    #expect(table.price(of: model, at: "openai")?.rates.input == input.map { Dollars(Double($0)) })
    #expect(table.price(of: model, at: "azure") == nil)
  }

  @Test func entriesAreReplacedAddedAndTakenOut() {
    var table = PriceTable.builtIn
    let count = table.entries.count
    table.set(price(1), provider: "openai", model: "gpt-4o")
    #expect(table.entries.count == count && table.price(of: "gpt-4o", at: "openai")?.rates.input == 1)
    table.set(price(2), provider: "compatible", model: "qwen3")
    #expect(table.entries.count == count + 1 && table.price(of: "qwen3", at: "compatible")?.rates.output == 2)
    table.set(nil, provider: "openai", model: "gpt-4o")
    #expect(table.price(of: "gpt-4o", at: "openai") == nil)
    // The built-in table is a value: it stays as it is.
    #expect(PriceTable.builtIn.price(of: "gpt-4o", at: "openai")?.rates.input == 2.5)
  }

  @Test func everyBuiltInPriceSaysItsDayAndWhereItIsFrom() {
    let entries = PriceTable.builtIn.entries
    #expect(entries.count > 50)
    for entry in entries {
      let (price, name) = (entry.price, "\(entry.provider)/\(entry.model)")
      let day = price.date.split(separator: "-").compactMap { Int($0) }
      #expect(day.count == 3 && price.date.count == 10 && price.date <= PriceTable.builtInDate, "\(name)")
      #expect(price.source.hasPrefix("https://") && Provider.named(entry.provider) != nil, "\(name)")
      for rates in [price.rates, price.longContext?.rates].compactMap(\.self) {
        // Nothing is free, writing costs no less than reading, and a cache that is read costs less than none.
        #expect(rates.input > 0 && rates.output >= rates.input && rates.output <= 200, "\(name)")
        #expect(rates.cacheRead.map { $0 > 0 && $0 < rates.input } ?? true, "\(name)")
        #expect(rates.cacheWrite.map { $0 > rates.input } ?? true, "\(name)")
        #expect(rates.longCacheWrite.map { $0 > rates.cacheWrite ?? 0 } ?? true, "\(name)")
      }
      if let long = price.longContext {
        #expect(long.threshold >= 100_000 && long.rates.input > price.rates.input, "\(name)")
        #expect((long.rates.cacheRead == nil) == (price.rates.cacheRead == nil), "\(name)")
      }
    }
  }

  @Test func aVersionOfAnotherModelIsNotThatModel() {
    let table = PriceTable.builtIn
    #expect(table.price(of: "claude-opus-4-20250514", at: "anthropic")?.rates.input == 15)
    #expect(table.price(of: "claude-opus-4-5-20251101", at: "anthropic")?.rates.input == 5)
    // A model to come: no price, not that of an older one.
    #expect(table.price(of: "claude-opus-4-9", at: "anthropic") == nil)
    #expect(table.price(of: "gpt-4o-2024-05-13", at: "openai")?.rates.input == 5)
    #expect(table.price(of: "models/gemini-2.5-flash", at: "gemini")?.rates.audioInput == 1)
  }
}
