// SPDX-License-Identifier: Apache-2.0

/// How hard a model thinks. Providers know different words: one that is not here is `ReasoningEffort(rawValue:)`.
public struct ReasoningEffort: RawRepresentable, Sendable, Hashable, Codable {
  /// The word on the wire.
  public let rawValue: String

  /// Any word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Not at all.
  public static let none = ReasoningEffort(rawValue: "none")
  /// As little as possible.
  public static let minimal = ReasoningEffort(rawValue: "minimal")
  /// A little.
  public static let low = ReasoningEffort(rawValue: "low")
  /// Moderately.
  public static let medium = ReasoningEffort(rawValue: "medium")
  /// A lot.
  public static let high = ReasoningEffort(rawValue: "high")
  /// More than a lot, where there is such a word.
  public static let xhigh = ReasoningEffort(rawValue: "xhigh")
  /// As much as the model can, where there is such a word.
  public static let max = ReasoningEffort(rawValue: "max")

  /// From nothing to everything.
  package static let scale: [ReasoningEffort] = [.none, .minimal, .low, .medium, .high, .xhigh, .max]
}

/// What happens when a provider or a model can not take an option, or a part of the conversation.
///
/// ```swift
/// let client = Client(options: ChatOptions(strictness: .refuse))
/// ```
@nonexhaustive public enum Strictness: String, Sendable, Hashable, Codable {
  /// It is left out or changed, and a warning event says so.
  case warn
  /// Nothing is sent: the call fails with ``SpateError/Code/unsupportedParameter``, which names all that is so.
  case refuse
}

/// The shape of an answer.
@nonexhaustive public enum ResponseFormat: Sendable, Hashable, Codable {
  case text
  /// Any JSON object. Most providers want the word JSON in the prompt too.
  case json
  /// JSON by this schema; `isStrict` asks the provider to guarantee it.
  case schema(name: String, JSONValue, isStrict: Bool = true)
}
