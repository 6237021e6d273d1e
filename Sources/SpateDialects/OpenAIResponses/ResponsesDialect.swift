// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// OpenAI's Responses (`POST /responses`), with the ways of all who speak it.
public struct OpenAIResponsesDialect: Dialect {
  /// `openai-responses`.
  public let id = DialectID.openAIResponses

  /// The dialect; it has no settings of its own.
  public init() {}

  /// The request; what the dialect can not carry becomes a warning.
  public func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    var encoder = ResponsesRequestEncoder(request: request, provider: provider)
    return try encoder.encode()
  }

  /// `GET /responses/{id}?stream=true`, from the event after the last one that was read.
  public func encodeResume(_ cursor: StreamCursor, for provider: Provider) throws(SpateError) -> EncodedRequest? {
    // No event has a number below 0: without a cursor all of them come again (rule R9).
    let after = cursor.lastEvent.map { "&starting_after=\($0)" } ?? ""
    let path = "/responses/\(PathPart.escaped(cursor.responseID))?stream=true\(after)"
    var request = EncodedRequest(path: path, fields: ["Accept": "text/event-stream"], body: [])
    request.method = "GET"
    return request
  }

  /// Of sounds it has no addresses.
  public func wantsBytes(of part: ContentPart, for provider: Provider) -> Bool {
    if case .audio = part { true } else { false }
  }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    ResponsesBody(context: context)
  }

  /// Answers `POST .../responses`.
  public var server: (any ServerDialect)? { ResponsesServer() }

  /// `input`, and `instructions` apart.
  public var conversationForm: ConversationForm { ConversationForm(messages: "input", system: "instructions") }

  /// `GET /models`.
  public func encodeModelList(for provider: Provider, page: String?) throws(SpateError) -> EncodedRequest {
    try OpenAIChatDialect().encodeModelList(for: provider, page: page)
  }

  /// The models in any of the shapes that servers of this dialect send.
  public func decodeModelList(_ body: [UInt8]) throws(SpateError) -> ModelPage {
    ModelPage(try ModelList(body).models)
  }
}

/// Its decoder, specialised.
private struct ResponsesBody: ConcreteDecoder {
  var body: BodyDecoder<ResponsesDecoder>
}
