// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Anthropic's Messages (`POST /v1/messages`).
public struct AnthropicDialect: Dialect {
  /// `anthropic`.
  public let id = DialectID.anthropic

  /// The dialect; it has no settings of its own.
  public init() {}

  /// `x-api-key: KEY`
  public var authentication: Authentication { .field("x-api-key") }

  /// The request; options that the provider does not take become warnings.
  public func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    var encoder = AnthropicRequestEncoder(request: request, provider: provider)
    return try encoder.encode()
  }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    AnthropicBody(context: context)
  }

  /// `GET /v1/models`.
  public func encodeModelList(for provider: Provider) throws(SpateError) -> EncodedRequest {
    var request = EncodedRequest(
      path: "/v1/models?limit=1000",
      fields: ["Accept": "application/json", "anthropic-version": AnthropicRequestEncoder.version], body: [])
    request.method = "GET"
    return request
  }

  /// The models with their names; the list says nothing about their limits.
  public func decodeModelList(_ body: [UInt8]) throws(SpateError) -> [ModelInfo] { try ModelList(body).models }

  /// Answers `POST .../v1/messages`.
  public var server: (any ServerDialect)? { AnthropicServer() }

  /// `messages`, and `system` apart.
  public var conversationForm: ConversationForm { ConversationForm(system: "system") }
}

/// Its decoder, specialised.
private struct AnthropicBody: ConcreteDecoder {
  var body: BodyDecoder<AnthropicDecoder>
}
