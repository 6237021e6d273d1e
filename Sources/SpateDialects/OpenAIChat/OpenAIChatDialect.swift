// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// OpenAI's chat completions (`POST /chat/completions`), with the ways of all who speak it.
public struct OpenAIChatDialect: Dialect {
  /// `openai-chat`.
  public let id = DialectID.openAIChat

  /// The dialect; it has no settings of its own.
  public init() {}

  /// The request; options that the provider is known not to take become warnings.
  public func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    var encoder = ChatRequestEncoder(request: request, provider: provider)
    return try encoder.encode()
  }

  /// Of sounds it has no addresses, and of documents only OpenRouter takes them.
  public func wantsBytes(of part: ContentPart, for provider: Provider) -> Bool {
    switch part {
    case .audio: true
    case .file: provider.id != "openrouter"
    default: false
    }
  }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    ChatBody(context: context)
  }

  /// Answers `POST .../chat/completions`.
  public var server: (any ServerDialect)? { OpenAIChatServer() }

  /// `GET /models`. It comes in one piece everywhere.
  public func encodeModelList(for provider: Provider, page: String?) throws(SpateError) -> EncodedRequest {
    var request = EncodedRequest(path: "/models", fields: ["Accept": "application/json"], body: [])
    request.method = "GET"
    return request
  }

  /// The models in any of the shapes that servers of this dialect send.
  public func decodeModelList(_ body: [UInt8]) throws(SpateError) -> ModelPage {
    ModelPage(try ModelList(body).models)
  }
}

/// Its decoder, specialised.
private struct ChatBody: ConcreteDecoder {
  var body: BodyDecoder<ChatDecoder>
}
