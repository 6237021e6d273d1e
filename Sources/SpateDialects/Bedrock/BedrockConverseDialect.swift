// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Bedrock's Converse (`POST /model/MODEL/converse` and `converse-stream`): one format for the models of many makers.
///
/// Bedrock lists its models at another host, which signs for itself, so that there is no list here.
public struct BedrockConverseDialect: Dialect {
  /// `bedrock-converse`.
  public let id = DialectID.bedrockConverse

  /// The dialect; it has no settings of its own.
  public init() {}

  /// AWS's signature; a key of Bedrock's own goes as a bearer token.
  public var authentication: Authentication { .awsSignature(service: "bedrock") }

  /// The request; options that Converse or the model does not take become warnings.
  public func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    var encoder = ConverseRequestEncoder(request: request, provider: provider)
    return try encoder.encode()
  }

  /// It fetches nothing from the web.
  public func wantsBytes(of part: ContentPart, for provider: Provider) -> Bool { true }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    ConverseBody(context: context)
  }

  /// Answers `POST .../model/MODEL/converse` and `converse-stream`.
  public var server: (any ServerDialect)? { ConverseServer() }

  /// `messages`, and `system` apart.
  public var conversationForm: ConversationForm { ConversationForm(system: "system") }
}

/// Its decoder, specialised.
private struct ConverseBody: ConcreteDecoder {
  var body: BodyDecoder<ConverseDecoder>
}
