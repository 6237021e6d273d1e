// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Ollama's own chat (`POST /api/chat`): lines of JSON, thoughts and tools in fields of their own.
public struct OllamaDialect: Dialect {
  /// `ollama`.
  public let id = DialectID.ollama

  /// The dialect; it has no settings of its own.
  public init() {}

  /// The request. Numbers go into `options`; what of them has no name here, such as `num_ctx`, goes through
  /// ``ChatOptions/extra``: `["keep_alive": "10m", "options": ["num_ctx": 8192]]`.
  public func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    var encoder = OllamaRequestEncoder(request: request, provider: provider)
    return try encoder.encode()
  }

  /// It fetches nothing.
  public func wantsBytes(of part: ContentPart, for provider: Provider) -> Bool { true }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    OllamaBody(context: context)
  }

  /// Answers `POST .../api/chat`.
  public var server: (any ServerDialect)? { OllamaServer() }

  /// `GET /api/tags`: the models that are on the machine.
  public func encodeModelList(for provider: Provider, page: String?) throws(SpateError) -> EncodedRequest {
    var request = EncodedRequest(path: "/api/tags", fields: ["Accept": "application/json"], body: [])
    request.method = "GET"
    return request
  }

  /// The models, with the time of their last change.
  public func decodeModelList(_ body: [UInt8]) throws(SpateError) -> ModelPage {
    ModelPage(
      try ModelList(body).models.map { model in
        var model = model
        model.created = model.native["modified_at"]?.string.flatMap(Timestamp.seconds)
        return model
      })
  }
}

/// Its decoder, specialised.
private struct OllamaBody: ConcreteDecoder {
  var body: BodyDecoder<OllamaDecoder>
}
