// SPDX-License-Identifier: Apache-2.0

/// A tool that the provider runs itself, such as its web search: the call, its result, or both in one.
///
/// Nothing is to be done about it but to send it back with its turn.
public struct ProviderTool: Sendable, Hashable {
  /// The provider's id of the call; a result bears that of its call.
  public var id: String
  /// The provider's name of the tool, or of the item: `web_search`.
  public var name: String
  /// What the tool was given, as the model wrote it; nil in a mere result.
  public var input: String?
  /// What it gave, in the provider's form; nil in a mere call.
  public var output: JSONValue?
  /// Whether it failed.
  public var isError: Bool
  /// Which answer it belongs to, when several were asked for.
  public var choice: Int
  /// The provider's own form of the whole, in ``Seal/details``: goes back as it came.
  public var seal: Seal

  /// A call, a result, or both.
  public init(
    id: String, name: String, input: String? = nil, output: JSONValue? = nil, isError: Bool = false, choice: Int = 0,
    seal: Seal
  ) {
    self.id = id
    self.name = name
    self.input = input
    self.output = output
    self.isError = isError
    self.choice = choice
    self.seal = seal
  }
}

/// A part of a turn that Spate has no name for: kept, and sent back as it came (rule N5).
public struct NativePart: Sendable, Hashable {
  /// The dialect it came in.
  public var dialect: DialectID
  /// The provider's name of its kind.
  public var type: String
  /// The part.
  public var value: JSONValue

  /// A part of this kind.
  public init(dialect: DialectID, type: String, value: JSONValue) {
    self.dialect = dialect
    self.type = type
    self.value = value
  }
}

/// A mark in a message, or behind a tool: the provider may keep everything up to here in its cache.
public struct CachePoint: Sendable, Hashable, Codable {
  /// How long it is kept, in the provider's words, such as `5m` or `1h`; nil for its default.
  public var lifetime: String?

  /// A mark.
  public init(lifetime: String? = nil) { self.lifetime = lifetime }
}
