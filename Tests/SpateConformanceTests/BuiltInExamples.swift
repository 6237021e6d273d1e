// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects

/// Bodies of our own in each dialect's shape: words and thoughts, calls, a whole answer, errors.
enum BuiltInExamples {
  static let all: [DialectID: [ConformanceExample]] = [
    .openAIChat: chat, .openAIResponses: responses, .anthropic: anthropic, .gemini: gemini, .mistral: mistral,
    .ollama: ollama, .cohere: cohere, .bedrockConverse: converse, .bedrockInvokeAnthropic: invoke,
  ]

  static let hello = ConformanceAnswer(text: "Grüße 🙂", reasoning: "hm", finish: .stop, input: 3, output: 5)
  static let call = ConformanceAnswer(
    toolCalls: [.init("f", #"{"x":"é"}"#, id: "c00000001")], finish: .toolCalls, input: 3, output: 5)

  static func sse(_ events: [String]) -> String { events.map { "data: \($0)\n\n" }.joined() }

  // MARK: Anthropic's

  private static let begin =
    #"{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"claude","content":[],"#
    + #""stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}"#
  private static func block(_ kind: String, _ index: Int, _ members: String) -> String {
    #"{"type":"content_block_\#(kind)","index":\#(index)\#(members)}"#
  }

  private static func delta(_ index: Int, _ members: String) -> String {
    block("delta", index, #","delta":{\#(members)}"#)
  }

  private static func reason(_ word: String) -> String {
    #"{"type":"message_delta","delta":{"stop_reason":"\#(word)","stop_sequence":null},"usage":{"output_tokens":5}}"#
  }

  static let anthropicWords = [
    begin, #"{"type":"ping"}"#,
    block("start", 0, #","content_block":{"type":"thinking","thinking":"","signature":""}"#),
    delta(0, #""type":"thinking_delta","thinking":"hm""#), delta(0, #""type":"signature_delta","signature":"c2ln""#),
    block("stop", 0, ""), block("start", 1, #","content_block":{"type":"text","text":""}"#),
    delta(1, #""type":"text_delta","text":"Grüße""#), delta(1, #""type":"text_delta","text":" \ud83d\ude42""#),
    block("stop", 1, ""), reason("end_turn"), #"{"type":"message_stop"}"#,
  ]
  static let anthropicCall = [
    begin, block("start", 0, #","content_block":{"type":"tool_use","id":"c00000001","name":"f","input":{}}"#),
    delta(0, #""type":"input_json_delta","partial_json":"{\"x\":""#),
    delta(0, #""type":"input_json_delta","partial_json":"\"é\"}""#), block("stop", 0, ""), reason("tool_use"),
    #"{"type":"message_stop"}"#,
  ]
  private static func named(_ events: [String]) -> String {
    events.map { event in
      "event: \(event.dropFirst(#"{"type":""#.count).prefix { $0 != "\"" })\ndata: \(event)\n\n"
    }.joined()
  }

  static let anthropicWhole =
    #"{"id":"m1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking","thinking":"hm","#
    + #""signature":"c2ln"},{"type":"text","text":"Grüße 🙂"}],"stop_reason":"end_turn","stop_sequence":null,"#
    + #""usage":{"input_tokens":3,"output_tokens":5}}"#
  private static let overloaded = #"{"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#

  private static let anthropic = [
    ConformanceExample(
      "words", body: named(anthropicWords), answer: hello, completeAfter: reason("end_turn")),
    ConformanceExample("a call", body: named(anthropicCall), answer: call, completeAfter: reason("tool_use")),
    ConformanceExample("a whole answer", body: anthropicWhole, answer: hello),
    ConformanceExample(
      "an error inside", body: named(Array(anthropicWords.prefix(8)) + [overloaded]), failure: .overloaded,
      text: "Grüße"),
    ConformanceExample(
      "an error", body: overloaded, context: ResponseContext(status: 529), failure: .overloaded),
  ]

  // MARK: Google's

  private static func parts(_ parts: String, _ finish: String = "") -> String {
    #"{"candidates":[{"content":{"parts":[\#(parts)],"role":"model"}\#(finish),"index":0}],"modelVersion":"m","#
      + #""responseId":"r1","usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":5}}"#
  }

  private static let stop = #","finishReason":"STOP""#
  private static let geminiWords = [
    parts(#"{"text":"hm","thought":true}"#), parts(#"{"text":"Grüße"}"#), parts(#"{"text":" 🙂"}"#, stop),
  ]
  private static let geminiCall = parts(
    #"{"functionCall":{"name":"f","args":{"x":"é"},"id":"c00000001"},"thoughtSignature":"c2ln"}"#, stop)
  private static let gemini = [
    ConformanceExample("words", body: sse(geminiWords), answer: hello, completeAfter: geminiWords[2]),
    ConformanceExample(
      "words as an array", body: "[" + geminiWords.joined(separator: "\n,\r\n") + "\n]\n", answer: hello,
      completeAfter: geminiWords[2]),
    ConformanceExample("a call", body: sse([geminiCall]), answer: call, completeAfter: geminiCall),
    ConformanceExample(
      "a whole answer", body: parts(#"{"text":"hm","thought":true},{"text":"Grüße 🙂"}"#, stop), answer: hello),
    ConformanceExample(
      "an error inside",
      body: sse([parts(#"{"text":"half"}"#), #"{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}"#]),
      failure: .overloaded, text: "half"),
  ]

  // MARK: Mistral's, Ollama's, Cohere's

  private static let mistral = [
    ConformanceExample(
      "words",
      body: sse([
        chunk(#""content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]"#),
        chunk(#""content":"Grüße""#), chunk(#""content":[{"type":"text","text":" 🙂"}]"#),
        chunk(#""content":"""#, #""stop""#, more: chatUsage), "[DONE]",
      ]), answer: hello, completeAfter: chunk(#""content":"""#, #""stop""#, more: chatUsage)),
    ConformanceExample(
      "a call",
      body: sse([
        chunk(called(#"{\"x\":\"é\"}"#, #""id":"c00000001","#), #""tool_calls""#, more: chatUsage), "[DONE]",
      ]), answer: call, completeAfter: "]" + chatUsage + "}"),
  ]

  private static func line(_ message: String, _ more: String = #""done":false"#) -> String {
    #"{"model":"m","created_at":"2025-08-08T10:00:00Z","message":{"role":"assistant",\#(message)},\#(more)}"# + "\n"
  }

  private static let over = #""done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":5"#
  private static let ollama = [
    ConformanceExample(
      "words",
      body: line(#""content":"","thinking":"hm""#) + line(#""content":"Grüße""#) + line(#""content":" 🙂""#)
        + line(#""content":"""#, over), answer: hello),
    ConformanceExample(
      "a call",
      body: line(
        #""content":"","tool_calls":[{"id":"c00000001","function":{"index":0,"name":"f","arguments":{"x":"é"}}}]"#)
        + line(#""content":"""#, over), answer: call),
    ConformanceExample(
      "an error inside", body: line(#""content":"half""#) + #"{"error":"too many requests"}"# + "\n",
      failure: .provider, text: "half"),
  ]

  private static func cohere(_ type: String, _ index: Int, _ message: String) -> String {
    #"{"type":"\#(type)","index":\#(index),"delta":{"message":{\#(message)}}}"#
  }

  private static func cohereEnd(_ word: String) -> String {
    #"{"type":"message-end","delta":{"finish_reason":"\#(word)","usage":{"tokens":{"input_tokens":3,"output_tokens":5}}}}"#
  }

  private static let cohereStart = #"{"id":"r1","type":"message-start","delta":{"message":{"role":"assistant"}}}"#
  private static let cohere = [
    ConformanceExample(
      "words",
      body: sse([
        cohereStart, cohere("content-start", 0, #""content":{"type":"thinking","thinking":""}"#),
        cohere("content-delta", 0, #""content":{"thinking":"hm"}"#), #"{"type":"content-end","index":0}"#,
        cohere("content-start", 1, #""content":{"type":"text","text":""}"#),
        cohere("content-delta", 1, #""content":{"text":"Grüße"}"#),
        cohere("content-delta", 1, #""content":{"text":" 🙂"}"#), #"{"type":"content-end","index":1}"#,
        cohereEnd("COMPLETE"), "[DONE]",
      ]), answer: hello, completeAfter: cohereEnd("COMPLETE")),
    ConformanceExample(
      "a call",
      body: sse([
        cohereStart,
        cohere(
          "tool-call-start", 0,
          #""tool_calls":{"id":"c00000001","type":"function","function":{"name":"f","arguments":""}}"#),
        cohere("tool-call-delta", 0, #""tool_calls":{"function":{"arguments":"{\"x\":"}}"#),
        cohere("tool-call-delta", 0, #""tool_calls":{"function":{"arguments":"\"é\"}"}}"#),
        #"{"type":"tool-call-end","index":0}"#, cohereEnd("TOOL_CALL"), "[DONE]",
      ]), answer: call, completeAfter: cohereEnd("TOOL_CALL")),
  ]
}
