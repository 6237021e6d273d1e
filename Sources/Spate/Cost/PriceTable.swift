// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The prices of models, by provider and name.
///
/// ```swift
/// var prices = PriceTable.builtIn
/// prices.set(Price(input: 2, output: 6), provider: "openai", model: "my-fine-tune*")
/// let client = Client(prices: prices)
/// ```
///
/// Prices change without notice, and the built-in ones are those of ``builtInDate`` or before: each says its day and
/// where it is from. A model that is not in the table has no price; none is ever guessed.
public struct PriceTable: Sendable {
  /// A price, and whose it is.
  public struct Entry: Sendable, Hashable {
    /// The provider's id: `openai`.
    public var provider: String
    /// The model's name, also with a date or a version behind it (`gpt-4o` is `gpt-4o-2024-08-06` too), or the beginning
    /// of one with `*` behind it.
    public var model: String
    /// What it costs.
    public var price: Price

    /// The price of this model.
    public init(provider: String, model: String, price: Price) {
      self.provider = provider
      self.model = model
      self.price = price
    }
  }

  private var prices: [String: [String: Price]] = [:]

  /// No prices at all.
  public init() {}

  /// These prices; of two for one name the last one counts.
  public init(_ entries: [Entry]) {
    for entry in entries { prices[entry.provider, default: [:]][entry.model] = entry.price }
  }

  /// All prices that come with Spate.
  public static let builtIn = PriceTable(anthropic + openAI + google + others)

  /// The day on which the built-in prices were last gone through. Each entry has its own.
  public static let builtInDate = "2026-11-21"

  /// Every price, sorted by provider and name.
  public var entries: [Entry] {
    prices.flatMap { provider, models in
      models.map { Entry(provider: provider, model: $0.key, price: $0.value) }
    }.sorted { ($0.provider, $0.model) < ($1.provider, $1.model) }
  }

  /// Adds a price or replaces the one of this name; nil takes it out.
  public mutating func set(_ price: Price?, provider: String, model: String) {
    prices[provider, default: [:]][model] = price
  }

  /// What a model costs at a provider. The name itself comes first, then the longest one that it is a version of, then
  /// the longest beginning.
  public func price(of model: String, at provider: String) -> Price? { list(of: provider)?.price(of: model) }

  /// What a provider's models cost; nil where nothing is known of it.
  func list(of provider: String) -> PriceList? { prices[provider].map(PriceList.init) }
}

/// What one provider's models cost, by name: see ``PriceTable/price(of:at:)``.
struct PriceList: Sendable {
  let models: [String: Price]

  func price(of model: String) -> Price? {
    // Google's names have a path before them.
    for name in [model, model.split(separator: "/").last.map(String.init) ?? model] {
      if let price = models[name] { return price }
      let versioned = models.keys.filter { Self.isVersion(name, of: $0) }
      let begun = models.keys.filter { $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }
      if let key = versioned.max(by: Self.isShorter) ?? begun.max(by: Self.isShorter) { return models[key] }
    }
    return nil
  }

  private static func isShorter(_ a: String, _ b: String) -> Bool { (a.utf8.count, a) < (b.utf8.count, b) }

  /// `gpt-4o-2024-08-06`, `claude-sonnet-4@20250514`, `gemini-2.0-flash-001` and `-latest` are versions of the names
  /// before; `claude-opus-4-1` and `gpt-4o-mini` are other models.
  private static func isVersion(_ name: String, of model: String) -> Bool {
    guard name.utf8.count > model.utf8.count, name.hasPrefix(model) else { return false }
    let rest = name.utf8.dropFirst(model.utf8.count)
    guard rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "@") else { return false }
    let version = rest.dropFirst()
    if String(version) == "latest" { return true }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return version.prefix { digits.contains($0) }.count >= 3
      && version.allSatisfy { digits.contains($0) || $0 == UInt8(ascii: "-") }
  }
}
