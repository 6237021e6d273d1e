// SPDX-License-Identifier: Apache-2.0

/// The name of a built-in dialect.
public enum DialectName: String, Sendable, Hashable, CaseIterable {
  /// OpenAI's chat completions, which most providers speak.
  case openAIChat = "openai-chat"

  /// The dialect itself.
  public var dialect: any Dialect {
    switch self {
    case .openAIChat: OpenAIChatDialect()
    }
  }
}
