// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// One answer in a dialect, with counts of every kind that the dialect knows: streamed, whole, and cut before its last
/// report. Its words are always `Hello, wörld`: 13 bytes, 4 tokens by estimate.
struct UsageFixture: Sendable, CustomTestStringConvertible {
  var dialect: any Dialect
  var stream: [UInt8]
  var whole: [UInt8]
  /// The same stream with its last report once more.
  var repeated: [UInt8]
  /// What comes before the last report.
  var cut: [UInt8]
  /// All tokens, by the provider's own rule for its counts.
  var total: Int
  /// What a stream that was cut has reported.
  var cutInput: Int?

  var testDescription: String { dialect.id.rawValue }

  static let words = "Hello, wörld"

  static let all = [
    chat(OpenAIChatDialect()), chat(MistralDialect()), responses, anthropic, gemini, ollama, cohere, converse, invoke,
  ]

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static func chat(_ dialect: any Dialect) -> UsageFixture {
    let usage =
      #","usage":{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":"#
      + #"{"cached_tokens":60,"cache_write_tokens":10,"audio_tokens":5},"#
      + #""completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":4}}"#
    let last = chunk("{}", finish: "stop", more: usage)
    let text = SpateDialectsTests.words(words)
    return UsageFixture(
      dialect: dialect, stream: bytes(SpateDialectsTests.stream(text, last)),
      whole: bytes(answer(#"{"content":"\#(words)"}"#, more: usage)),
      repeated: bytes(SpateDialectsTests.stream(text, last, last)),
      cut: bytes(SpateDialectsTests.stream(text, done: false)), total: 150)
  }

  private static let responses = {
    typealias Body = ResponsesBodies
    let usage =
      #""usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60},"output_tokens":50,"#
      + #""output_tokens_details":{"reasoning_tokens":30},"total_tokens":150}"#
    let item = #"{"id":"i","type":"message","role":"assistant","content":[{"type":"output_text","text":"\#(words)"}]}"#
    let cut = Body.created + Body.text(words)
    // The last event repeats all words (rule U7).
    let end = Body.end("completed", #""output":[\#(item)],\#(usage)"#)
    return UsageFixture(
      dialect: OpenAIResponsesDialect(), stream: bytes(cut + end), whole: bytes(Body.whole(item, more: usage)),
      repeated: bytes(cut + end + end), cut: bytes(cut), total: 150)
  }()

  private static let anthropicUsage =
    #""input_tokens":10,"cache_read_input_tokens":100,"cache_creation_input_tokens":1000,"#
    + #""cache_creation":{"ephemeral_5m_input_tokens":400,"ephemeral_1h_input_tokens":600},"#
  private static let anthropicStart =
    #"{"type":"message_start","message":{"id":"m1","model":"claude","usage":{\#(anthropicUsage)"output_tokens":1}}}"#
  private static let anthropicCut = [anthropicStart, AnthropicBodies.text(), AnthropicBodies.words(words)]
  private static let anthropicEnd = AnthropicBodies.reason(
    usage: #""output_tokens":50,"output_tokens_details":{"thinking_tokens":30}"#)
  private static let anthropicWhole = bytes(
    AnthropicBodies.answer(
      #"{"type":"text","text":"\#(words)"}"#,
      usage: anthropicUsage + #""output_tokens":50,"output_tokens_details":{"thinking_tokens":30}"#))

  private static let anthropic = {
    func body(_ events: [String]) -> [UInt8] { bytes(events.map { "data: \($0)\n\n" }.joined()) }
    return UsageFixture(
      dialect: AnthropicDialect(), stream: body(anthropicCut + [anthropicEnd, AnthropicBodies.stop]),
      whole: anthropicWhole, repeated: body(anthropicCut + [anthropicEnd, anthropicEnd, AnthropicBodies.stop]),
      cut: body(anthropicCut), total: 1160, cutInput: 10)
  }()

  private static let invoke = {
    func body(_ events: [String]) -> [UInt8] { events.flatMap(BedrockBodies.chunk) }
    return UsageFixture(
      dialect: BedrockInvokeAnthropicDialect(), stream: body(anthropicCut + [anthropicEnd, AnthropicBodies.stop]),
      whole: anthropicWhole, repeated: body(anthropicCut + [anthropicEnd, anthropicEnd, AnthropicBodies.stop]),
      cut: body(anthropicCut), total: 1160, cutInput: 10)
  }()

  private static let gemini = {
    func usage(_ more: String) -> String {
      #","usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":40,"toolUsePromptTokenCount":7\#(more)}"#
    }
    let all = usage(#","candidatesTokenCount":20,"thoughtsTokenCount":30,"totalTokenCount":157"#)
    // The first report counts no words yet.
    let text = Gemini.chunk(Gemini.words(words), more: usage(#","totalTokenCount":107"#))
    let last = Gemini.chunk(#"{"text":""}"#, finish: "\"STOP\"", more: all)
    return UsageFixture(
      dialect: GeminiDialect(), stream: bytes(Gemini.sse(text, last)),
      whole: bytes(Gemini.chunk(Gemini.words(words), finish: "\"STOP\"", more: all)),
      repeated: bytes(Gemini.sse(text, last, last)), cut: bytes(Gemini.sse(text)), total: 157, cutInput: 100)
  }()

  private static let ollama = {
    func line(_ text: String, _ more: String) -> String {
      #"{"model":"m","created_at":"2025-08-08T10:00:00Z","message":{"role":"assistant","content":"\#(text)"},\#(more)}"#
    }
    let counts = #""done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":4"#
    let cut = line(words, #""done":false"#) + "\n"
    let early = line("", #""done":false,"prompt_eval_count":9,"eval_count":4"#) + "\n"
    return UsageFixture(
      dialect: OllamaDialect(), stream: bytes(cut + line("", counts) + "\n"), whole: bytes(line(words, counts)),
      repeated: bytes(cut + early + line("", counts) + "\n"), cut: bytes(cut), total: 13)
  }()

  private static let cohere = {
    let usage =
      #""usage":{"billed_units":{"input_tokens":2,"output_tokens":3},"tokens":{"input_tokens":9,"output_tokens":6,"#
      + #""reasoning_tokens":2},"cached_tokens":4}"#
    func body(_ events: String...) -> String { events.map { "data: \($0)\n\n" }.joined() }
    let cut = body(
      #"{"id":"r1","type":"message-start","delta":{"message":{"role":"assistant"}}}"#,
      #"{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"\#(words)"}}}}"#)
    let end = body(#"{"type":"message-end","delta":{"finish_reason":"COMPLETE",\#(usage)}}"#)
    let whole =
      #"{"id":"r1","message":{"role":"assistant","content":[{"type":"text","text":"\#(words)"}]},"#
      + #""finish_reason":"COMPLETE",\#(usage)}"#
    return UsageFixture(
      dialect: CohereDialect(), stream: bytes(cut + end), whole: bytes(whole), repeated: bytes(cut + end + end),
      cut: bytes(cut), total: 15)
  }()

  private static let converse = {
    typealias Body = BedrockBodies
    let usage =
      #""inputTokens":433,"outputTokens":16,"totalTokens":3204,"cacheReadInputTokens":2752,"cacheWriteInputTokens":3,"#
      + #""cacheDetails":[{"ttl":"5m","inputTokens":1},{"ttl":"1h","inputTokens":2}]"#
    let cut = Body.start + Body.words(words)
    return UsageFixture(
      dialect: BedrockConverseDialect(), stream: cut + Body.stop() + Body.metadata(usage),
      whole: bytes(Body.answer(#"{"text":"\#(words)"}"#, usage: usage)),
      repeated: cut + Body.metadata(usage) + Body.stop() + Body.metadata(usage), cut: cut, total: 3204)
  }()
}
