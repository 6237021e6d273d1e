// SPDX-License-Identifier: Apache-2.0

/// One turn of a conversation.
///
/// ```swift
/// let prompt: [Message] = [.system("Answer in one line."), "How high is the Zugspitze?"]
/// ```
///
/// The parts keep their order, so that reasoning, text and tool calls of an assistant's turn can be sent back as they
/// came.
public struct Message: Sendable, Hashable, Codable {
  /// Who speaks.
  public enum Role: String, Sendable, Hashable, Codable {
    case system, user, assistant
    /// The results of tool calls.
    case tool
  }

  /// Who speaks.
  public var role: Role
  /// What is said, in order.
  public var content: [ContentPart]
  /// Tells speakers of one role apart, where the provider takes it.
  public var name: String?

  /// A message of these parts.
  public init(role: Role, content: [ContentPart], name: String? = nil) {
    self.role = role
    self.content = content
    self.name = name
  }

  /// Instructions that stand above the conversation.
  public static func system(_ text: String) -> Message { Message(role: .system, content: [.text(text)]) }

  /// A user's words.
  public static func user(_ text: String) -> Message { Message(role: .user, content: [.text(text)]) }

  /// A user's words, images, files and sounds.
  public static func user(_ parts: [ContentPart]) -> Message { Message(role: .user, content: parts) }

  /// A model's words, to continue from.
  public static func assistant(_ text: String) -> Message { Message(role: .assistant, content: [.text(text)]) }

  /// A model's turn with its parts.
  public static func assistant(_ parts: [ContentPart]) -> Message { Message(role: .assistant, content: parts) }

  /// What a tool answered to the call with this id.
  public static func toolResult(id: String, _ text: String, name: String? = nil, isError: Bool = false) -> Message {
    Message(role: .tool, content: [.toolResult(ToolResult(callID: id, name: name, text: text, isError: isError))])
  }

  /// The text parts, joined.
  public var text: String {
    var text = ""
    for part in content { if let words = part.words { text += words } }
    return text
  }

  /// The tool calls, in order.
  public var toolCalls: [ToolCall] {
    content.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
  }
}

extension Message: ExpressibleByStringLiteral {
  /// A user's words.
  public init(stringLiteral value: String) { self = .user(value) }
}
