// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Whole answers that were cut off: nothing of them is given out, whatever was repaired in what came.
@Suite struct CutDocumentTests {
  struct Document: Sendable, CustomTestStringConvertible {
    let dialect: any Dialect
    /// The tilde stands for a byte that is no UTF-8.
    let text: String
    var testDescription: String { "\(type(of: dialect))" }

    var bytes: [UInt8] { text.utf8.map { $0 == UInt8(ascii: "~") ? 0xFF : $0 } }
  }

  @Test(arguments: [
    Document(
      dialect: AnthropicDialect(),
      text: #"{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"a~b"}],"#
        + #""stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":5}}"#),
    Document(
      dialect: BedrockConverseDialect(),
      text: #"{"output":{"message":{"role":"assistant","content":[{"text":"a~b"}]}},"stopReason":"end_turn","#
        + #""usage":{"inputTokens":3,"outputTokens":5,"totalTokens":8}}"#),
    Document(
      dialect: OpenAIResponsesDialect(),
      text: #"{"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message","#
        + #""content":[{"type":"output_text","text":"a~b"}]}],"usage":{"input_tokens":3,"output_tokens":5}}"#),
    Document(
      dialect: OpenAIChatDialect(),
      text: #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a~b"},"#
        + #""finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":5}}"#),
  ]) func B2_C1_whatIsCutOffBehindARepairGivesNothing(_ document: Document) throws {
    let bytes = document.bytes
    let whole = Decoded([bytes], dialect: document.dialect)
    #expect(whole.failure == nil && whole.answer.text == "a\u{FFFD}b" && whole.warnings == [.repairedText])
    let illFormed = try #require(bytes.firstIndex(of: 0xFF))
    for count in illFormed + 1..<bytes.count {
      let cut = Decoded([Array(bytes[..<count])], dialect: document.dialect)
      #expect(cut.failure?.code == .truncated, "cut after \(count)")
      #expect(cut.events.isEmpty && cut.warnings.isEmpty, "cut after \(count)")
    }
  }
}
