// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore

/// Bedrock's two: its own shape, and Anthropic's events in frames.
extension BuiltInExamples {
  private static func frame(_ type: String, _ payload: String) -> [UInt8] {
    EventStreamWriter.message(
      headers: [(":event-type", type), (":content-type", "application/json"), (":message-type", "event")],
      payload: Array(payload.utf8))
  }

  private static func converse(_ events: [(String, String)]) -> [UInt8] { events.flatMap { frame($0, $1) } }

  private static func inBlock(_ index: Int, _ delta: String) -> (String, String) {
    ("contentBlockDelta", #"{"contentBlockIndex":\#(index),"delta":{\#(delta)}}"#)
  }

  private static let converseWords = [
    ("messageStart", #"{"role":"assistant"}"#), inBlock(0, #""reasoningContent":{"text":"hm"}"#),
    inBlock(0, #""reasoningContent":{"signature":"c2ln"}"#), ("contentBlockStop", #"{"contentBlockIndex":0}"#),
    inBlock(1, #""text":"Grüße""#), inBlock(1, #""text":" 🙂""#), ("contentBlockStop", #"{"contentBlockIndex":1}"#),
    ("messageStop", #"{"stopReason":"end_turn"}"#),
  ]
  private static let converseCall = [
    ("messageStart", #"{"role":"assistant"}"#),
    ("contentBlockStart", #"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"c00000001","name":"f"}}}"#),
    inBlock(0, #""toolUse":{"input":"{\"x\":"}"#), inBlock(0, #""toolUse":{"input":"\"é\"}"}"#),
    ("contentBlockStop", #"{"contentBlockIndex":0}"#), ("messageStop", #"{"stopReason":"tool_use"}"#),
  ]
  private static let metadata = [
    ("metadata", #"{"usage":{"inputTokens":3,"outputTokens":5,"totalTokens":8},"metrics":{"latencyMs":7}}"#)
  ]
  static let converse = [
    ConformanceExample(
      "words", body: converse(converseWords + metadata), answer: hello, completeAfter: converse(converseWords).count),
    ConformanceExample(
      "a call", body: converse(converseCall + metadata), answer: call, completeAfter: converse(converseCall).count),
    ConformanceExample(
      "an error inside",
      body: converse(Array(converseWords.prefix(5)))
        + EventStreamWriter.message(
          headers: [
            (":exception-type", "throttlingException"), (":content-type", "application/json"),
            (":message-type", "exception"),
          ], payload: Array(#"{"message":"slow"}"#.utf8)), failure: .rateLimit, text: "Grüße"),
  ]

  private static func invoke(_ events: [String]) -> [UInt8] {
    events.flatMap { frame("chunk", #"{"bytes":"\#(Base64.encode(Array($0.utf8)))"}"#) }
  }

  static let invoke = [
    ConformanceExample(
      "words", body: invoke(anthropicWords), answer: hello, completeAfter: invoke(anthropicWords.dropLast()).count),
    ConformanceExample(
      "a call", body: invoke(anthropicCall), answer: call, completeAfter: invoke(anthropicCall.dropLast()).count),
    ConformanceExample("a whole answer", body: anthropicWhole, answer: hello),
  ]
}
