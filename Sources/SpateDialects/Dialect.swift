// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// A provider's wire format, as pure translation: a request to bytes, and the bytes of a response to events.
///
/// It does no I/O and knows no clock, socket or key. Providers that speak the same format share one: what is different
/// about them is data (``Provider``).
public protocol Dialect: Sendable {
  /// The name that the command line uses: `openai-chat`.
  var id: DialectID { get }

  /// The request as this provider wants it; throws what the provider could not take at all. Options that it does not
  /// take become warnings, never silent drops.
  func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest

  /// A decoder for the response to such a request.
  func decoder(for context: ResponseContext) -> any ResponseDecoder

  /// The request for the rest of a response that was cut and that the provider keeps. Nil where there is no such
  /// request: the default.
  func encodeResume(_ cursor: StreamCursor, for provider: Provider) throws(SpateError) -> EncodedRequest?

  /// How a key is given to who speaks it, where the provider does not say otherwise.
  var authentication: Authentication { get }

  /// The request for a page of the list of models: the first one without `page`, else the one that ``ModelPage/next``
  /// named. A dialect without a list throws ``SpateError/Code/unsupportedProvider``, which is what the default does.
  func encodeModelList(for provider: Provider, page: String?) throws(SpateError) -> EncodedRequest

  /// The models in the whole answer to it, and the name of the next page.
  func decodeModelList(_ body: [UInt8]) throws(SpateError) -> ModelPage

  /// Whether a part whose media are at an address on the web has to be sent with their bytes: the client fetches them then.
  /// False by default: the provider fetches them.
  func wantsBytes(of part: ContentPart, for provider: Provider) -> Bool

  /// The server's side of the same format, for the simulator; nil where there is none.
  var server: (any ServerDialect)? { get }

  /// Where a conversation stands in its requests, for ``SpateCore/Conversation``'s import and export.
  var conversationForm: ConversationForm { get }
}

extension Dialect {
  /// `Authorization: Bearer KEY`
  public var authentication: Authentication { .bearer }

  /// There is none.
  public func encodeResume(_ cursor: StreamCursor, for provider: Provider) throws(SpateError) -> EncodedRequest? { nil }

  /// There is no list.
  public func encodeModelList(for provider: Provider, page: String?) throws(SpateError) -> EncodedRequest {
    throw SpateError(.unsupportedProvider, "\(provider.name) has no list of models in the dialect \(id)")
  }

  /// There is no list.
  public func decodeModelList(_ body: [UInt8]) throws(SpateError) -> ModelPage {
    throw SpateError(.unsupportedProvider, "the dialect \(id) has no list of models")
  }

  /// The request for the first page.
  public func encodeModelList(for provider: Provider) throws(SpateError) -> EncodedRequest {
    try encodeModelList(for: provider, page: nil)
  }

  /// The provider fetches them.
  public func wantsBytes(of part: ContentPart, for provider: Provider) -> Bool { false }

  /// None.
  public var server: (any ServerDialect)? { nil }

  /// A list `messages`, with the system's words in it.
  public var conversationForm: ConversationForm { ConversationForm() }
}

/// A request in a dialect. Where it goes and with which key is the client's matter.
public struct EncodedRequest: Sendable, Hashable {
  /// `GET`, `POST`, ...
  public var method = "POST"
  /// What comes after the base URL: `/chat/completions`; may have a query.
  public var path: String
  /// The fields that the dialect itself needs.
  public var fields: HTTPFields
  /// The body.
  public var body: [UInt8]
  /// Options that were left out because this provider can not take them.
  public var warnings: [StreamWarning]
  /// The most tokens that the body lets each answer have; nil where it names no limit. For budgets: a limit that was
  /// asked for in the options is known without it.
  public var outputLimit: Int?

  /// A `POST` with these parts.
  public init(path: String, fields: HTTPFields = [:], body: [UInt8], warnings: [StreamWarning] = []) {
    self.path = path
    self.fields = fields
    self.body = body
    self.warnings = warnings
  }
}
