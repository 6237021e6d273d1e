// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects

/// OpenAI's two: chat completions and responses.
extension BuiltInExamples {
  static func chunk(_ delta: String, _ finish: String = "null", more: String = "") -> String {
    #"{"id":"r1","model":"m","choices":[{"index":0,"delta":{\#(delta)},"finish_reason":\#(finish)}]\#(more)}"#
  }

  static let chatUsage = #","usage":{"prompt_tokens":3,"completion_tokens":5}"#
  static func called(_ arguments: String, _ name: String = "") -> String {
    #""tool_calls":[{"index":0,\#(name)"function":{\#(name.isEmpty ? "" : #""name":"f","#)"arguments":"\#(arguments)"}}]"#
  }

  static let chat = [
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
  static let responses = [
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
}
