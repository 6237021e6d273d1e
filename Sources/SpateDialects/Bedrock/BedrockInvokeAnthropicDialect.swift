// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Bedrock's InvokeModel with Anthropic's models: ``AnthropicDialect`` in AWS's frames
/// (`POST /model/MODEL/invoke` and `invoke-with-response-stream`).
///
/// Turns of either dialect go back in the other: their seals are the same.
public struct BedrockInvokeAnthropicDialect: Dialect {
  /// `bedrock-invoke-anthropic`.
  public let id = DialectID.bedrockInvokeAnthropic

  /// The version of the request's body that Bedrock wants named.
  static let version: JSONValue = "bedrock-2023-05-31"

  /// The dialect; it has no settings of its own.
  public init() {}

  /// AWS's signature; a key of Bedrock's own goes as a bearer token.
  public var authentication: Authentication { .awsSignature(service: "bedrock") }

  /// Anthropic's request; the model is in the path, the version and the features behind a name in the body.
  public func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    var encoder = AnthropicRequestEncoder(request: request, provider: provider)
    var fields = try encoder.body().object ?? [:]
    let operation = request.isStream ? "invoke-with-response-stream" : "invoke"
    let path = try BedrockPath(model: request.model, operation: operation).text()
    for name in ["model", "stream"] { fields[name] = nil }
    if fields["anthropic_version"] == nil { fields["anthropic_version"] = Self.version }
    if !encoder.betas.isEmpty, fields["anthropic_beta"] == nil {
      fields["anthropic_beta"] = .array(encoder.betas.map(JSONValue.string))
    }
    var encoded = EncodedRequest(
      path: path,
      fields: [
        "Content-Type": "application/json",
        "Accept": request.isStream ? "application/vnd.amazon.eventstream" : "application/json",
      ], body: JSONValue.object(fields).bytes, warnings: encoder.warnings)
    encoded.outputLimit = fields["max_tokens"]?.int
    return encoded
  }

  /// It fetches nothing from the web.
  public func wantsBytes(of part: ContentPart, for provider: Provider) -> Bool { true }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    BedrockInvokeBody(context: context)
  }

  /// Answers `POST .../model/MODEL/invoke` and `invoke-with-response-stream`.
  public var server: (any ServerDialect)? { BedrockInvokeServer() }

  /// `messages`, and `system` apart.
  public var conversationForm: ConversationForm { ConversationForm(system: "system") }
}

/// Its decoder, specialised.
private struct BedrockInvokeBody: ConcreteDecoder {
  var body: BodyDecoder<BedrockInvokeDecoder>
}
