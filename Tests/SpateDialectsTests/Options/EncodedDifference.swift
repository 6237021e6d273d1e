// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Who is asked in the tests that look for silent drops: every dialect, with models that think and that do not.
struct EncodingTarget: Sendable, CustomTestStringConvertible {
  let dialect: any Dialect
  let provider: Provider
  let model: String

  var testDescription: String { "\(dialect.id) \(model)" }

  /// `provider`, asked in its own dialect or in another one of those that are built in.
  init(_ provider: Provider, _ model: String, _ dialect: DialectID? = nil) {
    self.provider = provider
    self.model = model
    guard let dialect = Dialects.builtIn[dialect ?? provider.dialect] else { fatalError("no such dialect") }
    self.dialect = dialect
  }

  static let all: [EncodingTarget] = [
    EncodingTarget(.openAI, "m"), EncodingTarget(.openRouter, "m"), EncodingTarget(.groq, "m"),
    EncodingTarget(.deepSeek, "m"), EncodingTarget(.openAIResponses, "m"), EncodingTarget(.anthropic, "m"),
    EncodingTarget(.anthropic, "claude-sonnet-4-5"), EncodingTarget(.anthropic, "claude-opus-4-6"),
    EncodingTarget(.anthropic, "claude-3-5-haiku-20241022"), EncodingTarget(.gemini, "m"),
    EncodingTarget(.gemini, "gemini-2.0-flash"), EncodingTarget(.gemini, "gemini-2.5-pro"),
    EncodingTarget(.gemini, "gemini-3-pro-preview"), EncodingTarget(.ollama, "m"), EncodingTarget(.mistral, "m"),
    EncodingTarget(.cohere, "m"), EncodingTarget(.bedrock, "meta.llama3-1-8b-instruct-v1:0"),
    EncodingTarget(.bedrock, "anthropic.claude-sonnet-4-5-20250929-v1:0"),
    EncodingTarget(.bedrock, "amazon.nova-2-lite-v1:0"), EncodingTarget(.bedrock, "openai.gpt-oss-120b-1:0"),
    EncodingTarget(
      .bedrock, "anthropic.claude-sonnet-4-5-20250929-v1:0", DialectID.bedrockInvokeAnthropic),
  ]

  /// What of a request shows on the wire, and what is said about it; nil for one that is refused with an error.
  func seen(_ request: ChatRequest, isAdapted: Bool = false) -> Seen? {
    var (request, warnings): (ChatRequest, [StreamWarning]) = (request, [])
    request.model = model
    if isAdapted { (request, warnings) = provider.profile(of: model).adapted(request) }
    do throws(SpateError) {
      let encoded = try dialect.encode(request, for: provider)
      return Seen(
        wire: encoded.path + "\n" + encoded.fields.fields.map { "\($0.name): \($0.value)\n" }.joined()
          + String(decoding: encoded.body, as: UTF8.self),
        warnings: (warnings + encoded.warnings).map(\.message))
    } catch {
      return nil
    }
  }

  /// Whether something was dropped without a word: the request with it looks like the one without it.
  func isSilent(_ with: ChatRequest, _ without: ChatRequest, isAdapted: Bool = false) -> Bool {
    guard let with = seen(with, isAdapted: isAdapted), let without = seen(without, isAdapted: isAdapted) else {
      return false
    }
    return with.wire == without.wire && Set(with.warnings).isSubset(of: without.warnings)
  }

  struct Seen {
    var wire: String
    var warnings: [String]
  }
}
