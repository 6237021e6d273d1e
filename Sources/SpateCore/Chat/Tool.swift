// SPDX-License-Identifier: Apache-2.0

/// What a model may ask to be called: a function of yours, or a tool that the provider runs itself.
public struct Tool: Sendable, Hashable, Codable {
  /// Letters, digits, `_` and `-`, at most 64: what every provider takes.
  public var name: String
  /// When and why to call it, for the model to read.
  public var description: String?
  /// The JSON Schema of its arguments.
  public var parameters: JSONValue
  /// Whether the provider shall hold the arguments to the schema, where it can.
  public var isStrict: Bool?
  /// What kind of tool it is.
  public var kind = Kind.function
  /// The provider may keep the tools up to this one in its cache.
  public var cachePoint: CachePoint?

  /// What kinds of tools there are.
  @nonexhaustive public enum Kind: Sendable, Hashable, Codable {
    /// Takes arguments by its schema.
    case function
    /// Takes free text; with the provider's description of its form, if any.
    case custom(format: JSONValue?)
    /// Run by the provider itself: its definition in the words of the dialect.
    case provider(JSONValue, dialect: DialectID)
  }

  /// A tool that takes free text, such as a patch; `format` is the provider's description of its form.
  public static func custom(name: String, description: String? = nil, format: JSONValue? = nil) -> Tool {
    var tool = Tool(name: name, description: description)
    tool.kind = .custom(format: format)
    return tool
  }

  /// A tool that the provider runs, defined in the words of its dialect:
  /// `.provider(["type": "web_search_20250305", "name": "web_search"], dialect: .anthropic)`.
  public static func provider(_ definition: JSONValue, dialect: DialectID) -> Tool {
    var tool = Tool(name: definition["name"]?.string ?? definition["type"]?.string ?? "")
    tool.kind = .provider(definition, dialect: dialect)
    return tool
  }

  /// A tool whose arguments have this schema; without one it takes none.
  public init(
    name: String, description: String? = nil, parameters: JSONValue = ["type": "object", "properties": [:]],
    isStrict: Bool? = nil
  ) {
    self.name = name
    self.description = description
    self.parameters = parameters
    self.isStrict = isStrict
  }
}

/// Whether the model calls tools.
@nonexhaustive public enum ToolChoice: Sendable, Hashable, Codable {
  /// As it likes.
  case auto
  case none
  /// At least one.
  case required
  /// This one.
  case tool(String)
}

/// A model's wish to have a tool called.
public struct ToolCall: Sendable, Hashable, Codable {
  /// The provider's id; one of ours where it sent none (rule D22).
  public var id: String
  /// The tool's name.
  public var name: String
  /// The arguments exactly as the model wrote them: JSON text, or free text for a custom tool (rule T11).
  public var arguments: String
  /// Whether it is a custom tool, which takes free text.
  public var isCustom: Bool
  /// Whether it may be run: its JSON closed, and the stream was neither cut nor stopped by a limit (rule T8).
  public var isComplete: Bool
  /// Which answer it belongs to, when several were asked for.
  public var choice: Int
  /// What the provider wants back with it: Gemini's `thoughtSignature`, the `caller` at Anthropic.
  public var seal: Seal?

  /// A call with these parts.
  public init(
    id: String, name: String, arguments: String, isCustom: Bool = false, isComplete: Bool = true, choice: Int = 0,
    seal: Seal? = nil
  ) {
    self.id = id
    self.name = name
    self.arguments = arguments
    self.isCustom = isCustom
    self.isComplete = isComplete
    self.choice = choice
    self.seal = seal
  }

  /// The arguments as a value: blank counts as `{}` (rule T6), broken JSON is nil (rule T7).
  public var value: JSONValue? {
    if arguments.utf8.allSatisfy({ $0 <= 0x20 }) { return [:] }
    do { return try JSONValue(parsing: arguments) } catch { return nil }
  }
}

/// What a tool answered.
public struct ToolResult: Sendable, Hashable, Codable {
  /// The id of the call that it answers.
  public var callID: String
  /// The tool's name, for providers that go by it.
  public var name: String?
  /// The answer: text, images where the provider takes them.
  public var content: [ContentPart]
  /// Whether the tool failed and the content says how.
  public var isError: Bool

  /// An answer in text.
  public init(callID: String, name: String? = nil, text: String, isError: Bool = false) {
    self.init(callID: callID, name: name, content: [.text(text)], isError: isError)
  }

  /// An answer in parts.
  public init(callID: String, name: String? = nil, content: [ContentPart], isError: Bool = false) {
    self.callID = callID
    self.name = name
    self.content = content
    self.isError = isError
  }
}
