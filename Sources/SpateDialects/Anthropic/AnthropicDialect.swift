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
    throw SpateError(.unsupportedProvider, "not written yet")
  }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    BodyDecoder<AnthropicDecoder>(context: context)
  }
}
