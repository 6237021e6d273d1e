// SPDX-License-Identifier: Apache-2.0

/// A piece of a message.
@nonexhaustive public enum ContentPart: Sendable, Hashable {
  case text(String)
  case image(Media)
  /// A document, such as a PDF.
  case file(Media)
  case audio(Media)
  /// What a model thought; some providers want it back with the turn it belongs to.
  case reasoning(Reasoning)
  /// A model's refusal to answer.
  case refusal(String)
  case toolCall(ToolCall)
  case toolResult(ToolResult)
}

extension ContentPart: ExpressibleByStringLiteral {
  /// Text.
  public init(stringLiteral value: String) { self = .text(value) }
}

extension ContentPart: Codable {
  private enum CodingKeys: String, CodingKey {
    case type, text, media, reasoning, refusal, call, result
  }

  private enum Kind: String, Codable {
    case text, image, file, audio, reasoning, refusal
    case toolCall = "tool_call"
    case toolResult = "tool_result"
  }

  /// Reads `{"type": "text", "text": "..."}` and its like.
  public init(from decoder: any Decoder) throws {
    let part = try decoder.container(keyedBy: CodingKeys.self)
    self =
      switch try part.decode(Kind.self, forKey: .type) {
      case .text: .text(try part.decode(String.self, forKey: .text))
      case .image: .image(try part.decode(Media.self, forKey: .media))
      case .file: .file(try part.decode(Media.self, forKey: .media))
      case .audio: .audio(try part.decode(Media.self, forKey: .media))
      case .reasoning: .reasoning(try part.decode(Reasoning.self, forKey: .reasoning))
      case .refusal: .refusal(try part.decode(String.self, forKey: .refusal))
      case .toolCall: .toolCall(try part.decode(ToolCall.self, forKey: .call))
      case .toolResult: .toolResult(try part.decode(ToolResult.self, forKey: .result))
      }
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var part = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .text(let text):
      try part.encode(Kind.text, forKey: .type)
      try part.encode(text, forKey: .text)
    case .image(let media):
      try part.encode(Kind.image, forKey: .type)
      try part.encode(media, forKey: .media)
    case .file(let media):
      try part.encode(Kind.file, forKey: .type)
      try part.encode(media, forKey: .media)
    case .audio(let media):
      try part.encode(Kind.audio, forKey: .type)
      try part.encode(media, forKey: .media)
    case .reasoning(let reasoning):
      try part.encode(Kind.reasoning, forKey: .type)
      try part.encode(reasoning, forKey: .reasoning)
    case .refusal(let refusal):
      try part.encode(Kind.refusal, forKey: .type)
      try part.encode(refusal, forKey: .refusal)
    case .toolCall(let call):
      try part.encode(Kind.toolCall, forKey: .type)
      try part.encode(call, forKey: .call)
    case .toolResult(let result):
      try part.encode(Kind.toolResult, forKey: .type)
      try part.encode(result, forKey: .result)
    }
  }
}
