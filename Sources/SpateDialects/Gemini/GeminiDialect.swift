// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Google's generateContent, at Google AI and Vertex (`POST .../models/MODEL:streamGenerateContent?alt=sse`).
public struct GeminiDialect: Dialect {
  /// `gemini`.
  public let id = DialectID.gemini

  /// The dialect; it has no settings of its own.
  public init() {}

  /// `x-goog-api-key: KEY`; never in the address.
  public var authentication: Authentication { .field("x-goog-api-key") }

  /// The request; options that the provider does not take become warnings.
  public func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    var encoder = GeminiRequestEncoder(request: request, provider: provider)
    return try encoder.encode()
  }

  /// A decoder for streams of both forms, for whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    GeminiBody(context: context)
  }

  /// `GET /v1beta/models`. Vertex lists its publishers' models at another place, which its base URL does not lead to.
  public func encodeModelList(for provider: Provider, page: String?) throws(SpateError) -> EncodedRequest {
    guard !provider.baseURL.contains("/projects/") else {
      throw SpateError(.unsupportedProvider, "\(provider.name) has no list of models below its base URL")
    }
    let page = page.map { "&pageToken=\(URLText.escaped($0))" } ?? ""
    var request = EncodedRequest(
      path: GeminiRequestEncoder.root(of: provider) + "/models?pageSize=1000\(page)",
      fields: ["Accept": "application/json"], body: [])
    request.method = "GET"
    return request
  }

  /// The models with their limits.
  public func decodeModelList(_ body: [UInt8]) throws(SpateError) -> ModelPage { try GeminiModelList.read(body) }

  /// Answers `POST .../models/MODEL:generateContent` and `:streamGenerateContent`.
  public var server: (any ServerDialect)? { GeminiServer() }

  /// `contents`, and `systemInstruction` apart.
  public var conversationForm: ConversationForm {
    ConversationForm(
      messages: "contents", system: "systemInstruction", aliases: ["system_instruction": "systemInstruction"])
  }
}

/// Its decoder, specialised.
private struct GeminiBody: ConcreteDecoder {
  var body: BodyDecoder<GeminiDecoder>
}
