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

  private static let hello = ConformanceAnswer(text: "Grüße 🙂", reasoning: "hm", finish: .stop, input: 3, output: 5)
  private static let call = ConformanceAnswer(
    toolCalls: [.init("f", #"{"x":"é"}"#, id: "c00000001")], finish: .toolCalls, input: 3, output: 5)

  private static func sse(_ events: [String]) -> String { events.map { "data: \($0)\n\n" }.joined() }

  // MARK: OpenAI's

  private static func chunk(_ delta: String, _ finish: String = "null", more: String = "") -> String {
    #"{"id":"r1","model":"m","choices":[{"index":0,"delta":{\#(delta)},"finish_reason":\#(finish)}]\#(more)}"#
  }

  private static let chatUsage = #","usage":{"prompt_tokens":3,"completion_tokens":5}"#
  private static func called(_ arguments: String, _ name: String = "") -> String {
    #""tool_calls":[{"index":0,\#(name)"function":{\#(name.isEmpty ? "" : #""name":"f","#)"arguments":"\#(arguments)"}}]"#
  }

  private static let chat = [
    ConformanceExample(
      "words",
      body: ": hello\n\n"
        + sse([
          chunk(#""role":"assistant","content":"""#), chunk(#""reasoning_content":"hm""#), chunk(#""content":"Grüße""#),
          chunk(#""content":" \ud83d\ude42""#), chunk("", #""stop""#),
          #"{"choices":[]\#(chatUsage)}"#, "[DONE]",
        ]), answer: hello, completeAfter: chunk("", #""stop""#)),
    ConformanceExample(
      "a call",
      body: sse([
        chunk(called(#"{\"x\":"#, #""id":"c00000001","#)), chunk(called(#"\"é\"}"#)),
        chunk("", #""tool_calls""#, more: chatUsage), "[DONE]",
      ]), answer: call, completeAfter: chunk("", #""tool_calls""#, more: chatUsage)),
    ConformanceExample(
      "a whole answer",
      body: #"{"id":"r1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Grüße 🙂","#
        + #""reasoning_content":"hm"},"finish_reason":"stop"}]\#(chatUsage)}"#, answer: hello),
    ConformanceExample(
      "an error inside", body: sse([chunk(#""content":"half""#), #"{"error":{"message":"busy","code":503}}"#]),
      failure: .overloaded, text: "half"),
    ConformanceExample(
      "an error", body: #"{"error":{"message":"no","code":"context_length_exceeded"}}"#,
      context: ResponseContext(status: 400), failure: .contextLength),
  ]

  private static func event(_ type: String, _ members: String) -> String {
    "event: \(type)\ndata: {\"type\":\"\(type)\",\(members)}\n\n"
  }

  private static func item(_ kind: String, _ members: String, at index: Int = 0) -> String {
    event("response.output_item.\(kind)", #""output_index":\#(index),"item":{\#(members)}"#)
  }

  private static let responsesUsage = #""usage":{"input_tokens":3,"output_tokens":5}"#
  private static let thought = #""type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}]"#
  private static let message =
    #""type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"Grüße 🙂","annotations":[]}]"#
  private static let function =
    #""type":"function_call","id":"fc_1","call_id":"c00000001","name":"f","arguments":"{\"x\":\"é\"}""#
  private static func completed(_ output: String) -> String {
    event(
      "response.completed",
      #""response":{"id":"resp_1","model":"m","status":"completed","output":[\#(output)],\#(responsesUsage)}"#)
  }

  private static let created = event("response.created", #""response":{"id":"resp_1","model":"m"}"#)
  private static let responses = [
    ConformanceExample(
      "words",
      body: created + item("added", #""type":"reasoning","id":"rs_1","summary":[]"#)
        + event(
          "response.reasoning_summary_text.delta", #""item_id":"rs_1","output_index":0,"summary_index":0,"delta":"hm""#)
        + item("done", thought)
        + item("added", #""type":"message","id":"msg_1","role":"assistant","content":[]"#, at: 1)
        + event("response.output_text.delta", #""output_index":1,"content_index":0,"delta":"Grüße""#)
        + event("response.output_text.delta", #""output_index":1,"content_index":0,"delta":" 🙂""#)
        + item("done", message, at: 1) + completed("{\(thought)},{\(message)}"), answer: hello,
      completeAfter: String(completed("{\(thought)},{\(message)}").dropLast(2))),
    ConformanceExample(
      "a call",
      body: created
        + item("added", #""type":"function_call","id":"fc_1","call_id":"c00000001","name":"f","arguments":"""#)
        + event("response.function_call_arguments.delta", #""output_index":0,"delta":"{\"x\":""#)
        + event("response.function_call_arguments.delta", #""output_index":0,"delta":"\"é\"}""#)
        + item("done", function) + completed("{\(function)}"), answer: call,
      completeAfter: String(completed("{\(function)}").dropLast(2))),
    ConformanceExample(
      "a whole answer",
      body:
        #"{"id":"resp_1","object":"response","model":"m","status":"completed","output":[{\#(thought)},{\#(message)}],"#
        + responsesUsage + "}", answer: hello),
    ConformanceExample(
      "an error inside",
      body: created + item("added", #""type":"message","id":"msg_1","role":"assistant","content":[]"#)
        + event("response.output_text.delta", #""output_index":0,"content_index":0,"delta":"half""#)
        + event(
          "response.failed",
          #""response":{"id":"resp_1","status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"}}"#),
      failure: .rateLimit, text: "half"),
  ]

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

  private static let anthropicWords = [
    begin, #"{"type":"ping"}"#,
    block("start", 0, #","content_block":{"type":"thinking","thinking":"","signature":""}"#),
    delta(0, #""type":"thinking_delta","thinking":"hm""#), delta(0, #""type":"signature_delta","signature":"c2ln""#),
    block("stop", 0, ""), block("start", 1, #","content_block":{"type":"text","text":""}"#),
    delta(1, #""type":"text_delta","text":"Grüße""#), delta(1, #""type":"text_delta","text":" \ud83d\ude42""#),
    block("stop", 1, ""), reason("end_turn"), #"{"type":"message_stop"}"#,
  ]
  private static let anthropicCall = [
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

  private static let anthropicWhole =
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

  // MARK: Bedrock's

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
  private static let converse = [
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

  private static let invoke = [
    ConformanceExample(
      "words", body: invoke(anthropicWords), answer: hello, completeAfter: invoke(anthropicWords.dropLast()).count),
    ConformanceExample(
      "a call", body: invoke(anthropicCall), answer: call, completeAfter: invoke(anthropicCall.dropLast()).count),
    ConformanceExample("a whole answer", body: anthropicWhole, answer: hello),
  ]
}
