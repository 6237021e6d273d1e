// SPDX-License-Identifier: Apache-2.0

/// A piece of a message.
@nonexhaustive public enum ContentPart: Sendable, Hashable {
  case text(String)
  /// A model's words with their citations and seal; without such marks they are ``text(_:)``.
  case annotated(AnnotatedText)
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
  /// A call of a tool that the provider runs itself, its result, or both.
  case providerTool(ProviderTool)
  /// The provider may keep everything up to here in its cache.
  case cachePoint(CachePoint)
  /// A part of a turn that Spate has no name for; goes back as it came.
  case native(NativePart)

  /// The words of a text part, with or without marks.
  public var words: String? {
    switch self {
    case .text(let text): text
    case .annotated(let text): text.text
    default: nil
    }
  }
}

extension ContentPart: ExpressibleByStringLiteral {
  /// Text.
  public init(stringLiteral value: String) { self = .text(value) }
}

extension ContentPart: Codable {
  private enum CodingKeys: String, CodingKey {
    case type, text, media, reasoning, refusal, call, result, tool, point, part
  }

  private enum Kind: String, Codable {
    case text, image, file, audio, reasoning, refusal, native
    case annotated = "annotated_text"
    case providerTool = "provider_tool"
    case cachePoint = "cache_point"
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
      case .annotated: .annotated(try part.decode(AnnotatedText.self, forKey: .text))
      case .providerTool: .providerTool(try part.decode(ProviderTool.self, forKey: .tool))
      case .cachePoint: .cachePoint(try part.decode(CachePoint.self, forKey: .point))
      case .native: .native(try part.decode(NativePart.self, forKey: .part))
      }
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var part = encoder.container(keyedBy: CodingKeys.self)
    func put(_ kind: Kind, _ value: some Encodable, _ key: CodingKeys) throws {
      try part.encode(kind, forKey: .type)
      try part.encode(value, forKey: key)
    }
    switch self {
    case .text(let text): try put(.text, text, .text)
    case .annotated(let text): try put(.annotated, text, .text)
    case .image(let media): try put(.image, media, .media)
    case .file(let media): try put(.file, media, .media)
    case .audio(let media): try put(.audio, media, .media)
    case .reasoning(let reasoning): try put(.reasoning, reasoning, .reasoning)
    case .refusal(let refusal): try put(.refusal, refusal, .refusal)
    case .toolCall(let call): try put(.toolCall, call, .call)
    case .toolResult(let result): try put(.toolResult, result, .result)
    case .providerTool(let tool): try put(.providerTool, tool, .tool)
    case .cachePoint(let point): try put(.cachePoint, point, .point)
    case .native(let native): try put(.native, native, .part)
    }
  }
}
