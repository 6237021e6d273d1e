// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// What a tool answers.
///
/// ```swift
/// return .parts(["The chart:", .image(.bytes(png, mediaType: "image/png"))])
/// return .error("there is no such city: ask which one is meant")
/// ```
public struct ToolOutput: Sendable, Hashable {
  /// What the model reads: text, and images where its provider takes them in tool results.
  public var content: [ContentPart]
  /// Whether it says what went wrong.
  public var isError: Bool

  /// An answer of these parts.
  public init(_ content: [ContentPart], isError: Bool = false) {
    self.content = content
    self.isError = isError
  }

  /// Words.
  public static func text(_ text: String) -> ToolOutput { ToolOutput([.text(text)]) }

  /// JSON, as its text.
  public static func json(_ value: JSONValue) -> ToolOutput { .text(value.description) }

  /// Several parts.
  public static func parts(_ parts: [ContentPart]) -> ToolOutput { ToolOutput(parts) }

  /// What went wrong, for the model to do something else.
  public static func error(_ message: String) -> ToolOutput { ToolOutput([.text(message)], isError: true) }

  /// The JSON of a value, with dates in ISO 8601; text, JSON and content parts are taken as they are.
  public init(encoding value: some Encodable) throws {
    self =
      switch value {
      case let text as String: .text(text)
      case let json as JSONValue: .json(json)
      case let parts as [ContentPart]: .parts(parts)
      case let part as ContentPart: .parts([part])
      default: .text(try TypedJSON.text(of: value))
      }
  }
}
