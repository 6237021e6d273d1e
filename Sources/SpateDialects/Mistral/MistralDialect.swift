// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Mistral's chat (`POST /v1/chat/completions`): the shape of OpenAI's, but content may be a list, in which thoughts
/// stand before words.
public struct MistralDialect: Dialect {
  /// `mistral`.
  public let id = DialectID.mistral

  /// The dialect; it has no settings of its own.
  public init() {}

  /// The request; options that Mistral does not take become warnings.
  public func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    var encoder = MistralRequestEncoder(request: request, provider: provider)
    return try encoder.encode()
  }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    MistralBody(context: context)
  }

  /// Answers `POST /mistral/.../chat/completions`: without the first word the path is OpenAI's.
  public var server: (any ServerDialect)? { MistralServer() }

  /// `GET /v1/models`.
  public func encodeModelList(for provider: Provider, page: String?) throws(SpateError) -> EncodedRequest {
    var request = try OpenAIChatDialect().encodeModelList(for: provider, page: page)
    request.path = provider.path(version: "/v1", "/models")
    return request
  }

  /// The models, with their context lengths.
  public func decodeModelList(_ body: [UInt8]) throws(SpateError) -> ModelPage {
    try OpenAIChatDialect().decodeModelList(body)
  }
}

/// Its decoder, specialised.
private struct MistralBody: ConcreteDecoder {
  var body: BodyDecoder<MistralDecoder>
}
