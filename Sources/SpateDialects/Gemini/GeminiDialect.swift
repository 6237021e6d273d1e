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
    throw SpateError(.unsupportedProvider, "todo")
  }

  /// A decoder for streamed and whole answers, and for error bodies.
  public func decoder(for context: ResponseContext) -> any ResponseDecoder {
    BodyDecoder<GeminiDecoder>(context: context)
  }
}
