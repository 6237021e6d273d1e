// SPDX-License-Identifier: Apache-2.0

/// The name of a wire format, as the command line writes it: `anthropic`.
///
/// Formats of your own have names of your own: `DialectID("my-format")`.
public struct DialectID: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// The name.
  public let rawValue: String

  /// Any name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Any name.
  public init(stringLiteral value: String) { rawValue = value }

  /// The name.
  public var description: String { rawValue }

  /// OpenAI's chat completions, which most providers speak.
  public static let openAIChat: DialectID = "openai-chat"
  /// OpenAI's Responses.
  public static let openAIResponses: DialectID = "openai-responses"
  /// Anthropic's Messages.
  public static let anthropic: DialectID = "anthropic"
  /// Google's generateContent, at Google AI and Vertex.
  public static let gemini: DialectID = "gemini"
  /// Mistral's chat.
  public static let mistral: DialectID = "mistral"
  /// Ollama's own `/api/chat`.
  public static let ollama: DialectID = "ollama"
  /// Cohere's v2 chat.
  public static let cohere: DialectID = "cohere"
  /// Bedrock's Converse.
  public static let bedrockConverse: DialectID = "bedrock-converse"
  /// Bedrock's InvokeModel with Anthropic's models: ``anthropic`` in AWS's frames.
  public static let bedrockInvokeAnthropic: DialectID = "bedrock-invoke-anthropic"
}
