// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// The server's side of the OpenAI chat dialect: a whole answer, and an error, as one JSON document.
package enum ChatAnswerWriter {
  /// The answer that `events` build.
  package static func bytes(of events: [StreamEvent]) -> [UInt8] {
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    let answer = accumulator.partial
    var json = JSONWriter()
    json.object { json in
      json.member("id", answer.id ?? "")
      json.member("object", "chat.completion")
      json.member("created", answer.created ?? 0)
      json.member("model", answer.model ?? "")
      json.array("choices") { choices in
        for choice in answer.choices {
          choices.object { json in
            json.member("index", choice.index)
            json.object("message") { write(choice, &$0) }
            json.null("logprobs")
            json.member("finish_reason", choice.nativeFinish ?? choice.finish?.chatWord ?? "stop")
          }
        }
      }
      if let usage = answer.usage {
        json.key("usage")
        usage.writeChat(to: &json)
      }
    }
    return json.bytes
  }

  private static func write(_ choice: PartialResponse.Choice, _ json: inout JSONWriter) {
    json.member("role", "assistant")
    json.nullable("content", choice.text.isEmpty && !choice.toolCalls.isEmpty ? nil : choice.text)
    if !choice.reasoning.isEmpty { json.member("reasoning_content", choice.reasoning) }
    json.nullable("refusal", choice.refusal)
    guard !choice.toolCalls.isEmpty else { return }
    json.array("tool_calls") { calls in
      for call in choice.toolCalls {
        calls.object {
          $0.member("id", call.id)
          $0.member("type", call.isCustom ? "custom" : "function")
          $0.object(call.isCustom ? "custom" : "function") {
            $0.member("name", call.name)
            $0.member(call.isCustom ? "input" : "arguments", call.arguments)
          }
        }
      }
    }
  }

  /// An error as OpenAI words it.
  package static func error(_ message: String, type: String, code: String? = nil) -> [UInt8] {
    var json = JSONWriter()
    json.object {
      $0.object("error") {
        $0.member("message", message)
        $0.member("type", type)
        $0.null("param")
        $0.nullable("code", code)
      }
    }
    return json.bytes
  }
}

/// The server's side of the OpenAI chat dialect: what a request asks for, as far as a simulator must know.
package struct ChatRequestSummary: Sendable, Hashable {
  package var model: String
  package var isStream: Bool
  package var includesUsage: Bool
  /// The words of the last user's message.
  package var lastUserText: String

  /// Throws what is wrong with the body, in words for its sender.
  package init(parsing body: [UInt8]) throws(SpateError) {
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: body) } catch {
      throw SpateError(.badRequest, "the body is no JSON: \(error)")
    }
    guard let model = value["model"]?.string, !model.isEmpty else {
      throw SpateError(.badRequest, "the body names no model")
    }
    guard let messages = value["messages"]?.array, !messages.isEmpty else {
      throw SpateError(.badRequest, "the body has no messages")
    }
    self.model = model
    isStream = value["stream"]?.bool ?? false
    includesUsage = value["stream_options"]?["include_usage"]?.bool ?? false
    let content = messages.last { $0["role"]?.string == "user" }?["content"]
    lastUserText =
      content?.string ?? content?.array?.compactMap { $0["text"]?.string }.joined() ?? ""
  }
}
