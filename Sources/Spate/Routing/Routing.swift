// SPDX-License-Identifier: Apache-2.0

public import SpateDialects

/// Your own names for models and providers, tried before Spate's. Everything is found offline.
///
/// ```swift
/// let client = Client(routing: ["fast": "groq/llama-3.3-70b-versatile", "smart": "claude-opus-4-6"])
/// for try await text in client.stream("Hi", model: "fast").text { ... }
/// ```
///
/// An alias stands for a name as any call may have it: of a model, of one at a provider, or another alias. Aliases hold
/// whoever is named as the provider.
public struct Routing: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// Your names for models.
  public var aliases: [String: String]
  /// Your own providers, asked for as `id/model`. One with the id of a built-in provider takes its place.
  public var providers: [Provider]
  /// The beginnings of names of models, and the ids of the providers that have them; the longest one that fits counts.
  public var prefixes: [String: String]

  /// None.
  public init() { self.init(aliases: [:], providers: [], prefixes: [:]) }

  /// These.
  public init(aliases: [String: String] = [:], providers: [Provider] = [], prefixes: [String: String] = [:]) {
    self.aliases = aliases
    self.providers = providers
    self.prefixes = prefixes
  }

  /// Aliases; of two with one name the last counts.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(aliases: Dictionary(elements, uniquingKeysWith: { $1 }))
  }

  /// The provider with this id: yours, else a built-in one.
  public func provider(named id: String) -> Provider? {
    providers.last { $0.id == id } ?? Provider.named(id)
  }

  /// All that there are: yours, then the built-in ones whose place was not taken.
  var all: [Provider] { providers + Provider.all.filter { known in !providers.contains { $0.id == known.id } } }
}
