// SPDX-License-Identifier: Apache-2.0

/// Where a conversation stands in a dialect's requests.
public struct ConversationForm: Sendable, Hashable {
  /// The member with the list of messages: `messages`, `contents`, `input`.
  public var messages: String
  /// The member with the system's words, where they stand apart: `system`, `instructions`.
  public var system: String?
  /// Other names of these members, which clients use too: `system_instruction`.
  public var aliases: [String: String]

  /// A form with these members.
  public init(messages: String = "messages", system: String? = nil, aliases: [String: String] = [:]) {
    self.messages = messages
    self.system = system
    self.aliases = aliases
  }

  /// The name of a member of the conversation; nil for members of other things.
  func name(of member: String) -> String? {
    let name = aliases[member] ?? member
    return name == messages || name == system ? name : nil
  }
}
