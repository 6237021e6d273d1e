// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Cohere's chat, version 2 (`POST /v2/chat`): numbered content blocks, a plan before tool calls, citations.
///
/// The plan is neither answer nor thought. It comes as raw events of the type `tool_plan`, piece by piece, and as a part
/// of the turn, which goes back as it came.
public struct CohereDialect: Dialect {
  /// `cohere`.
  public let id = DialectID.cohere

  /// The dialect; it has no settings of its own.
  public init() {}

  /// The request. `documents`, `citation_options`, `safety_mode` and their like go through ``ChatOptions/extra``.
  public func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    var encoder = CohereRequestEncoder(request: request, provider: provider)
    return try encoder.encode()
  }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    CohereBody(context: context)
  }

  /// Answers `POST .../v2/chat`.
  public var server: (any ServerDialect)? { CohereServer() }

  /// `GET /v1/models`, those that chat.
  public func encodeModelList(for provider: Provider, page: String?) throws(SpateError) -> EncodedRequest {
    guard !provider.path(version: "/v2", "").isEmpty else {
      throw SpateError(.badRequest, "the list of models has no version 2: give the base URL without /v2")
    }
    let page = page.map { "&page_token=\(URLText.escaped($0))" } ?? ""
    var request = EncodedRequest(
      path: "/v1/models?endpoint=chat&page_size=1000\(page)", fields: ["Accept": "application/json"], body: [])
    request.method = "GET"
    return request
  }

  /// The models, with their context lengths and features.
  public func decodeModelList(_ body: [UInt8]) throws(SpateError) -> ModelPage {
    let list = try ModelList(body)
    return ModelPage(list.models, next: ModelListBody.page(list.native["next_page_token"]))
  }
}

/// Its decoder, specialised.
private struct CohereBody: ConcreteDecoder {
  var body: BodyDecoder<CohereDecoder>
}
