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
  public func encodeModelList(for provider: Provider, page: String?) throws(SpateError) -> EncodedRequest {
    let page = page.map { "&after_id=\(URLText.escaped($0))" } ?? ""
    var request = EncodedRequest(
      path: "/v1/models?limit=1000\(page)",
      fields: ["Accept": "application/json", "anthropic-version": AnthropicRequestEncoder.version], body: [])
    request.method = "GET"
    return request
  }

  /// The models with their names, and what the list says they can do.
  public func decodeModelList(_ body: [UInt8]) throws(SpateError) -> ModelPage {
    let list = try ModelList(body)
    let hasMore = list.native["has_more"]?.bool == true
    return ModelPage(
      list.models.map { model in
        var model = model
        model.contextLength = model.contextLength ?? model.native["max_input_tokens"]?.int
        model.outputLimit = model.outputLimit ?? model.native["max_tokens"]?.int
        model.created = model.created ?? model.native["created_at"]?.string.flatMap(Timestamp.seconds)
        return model
      }, next: hasMore ? ModelListBody.page(list.native["last_id"]) : nil)
  }

  /// Answers `POST .../v1/messages`.
  public var server: (any ServerDialect)? { AnthropicServer() }

  /// `messages`, and `system` apart.
  public var conversationForm: ConversationForm { ConversationForm(system: "system") }
}

/// Its decoder, specialised.
private struct AnthropicBody: ConcreteDecoder {
  var body: BodyDecoder<AnthropicDecoder>
}
