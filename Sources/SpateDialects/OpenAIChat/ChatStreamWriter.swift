// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// The server's side of the OpenAI chat dialect: events to the bytes of a stream.
///
/// Usage is sent only to who asked for it (rule D10), after the finish and before `[DONE]`, as OpenAI does.
package struct ChatStreamWriter: Sendable {
  private let start: ResponseStart
  private let includesUsage: Bool
  private var usage: Usage?

  package init(start: ResponseStart, includesUsage: Bool) {
    self.start = start
    self.includesUsage = includesUsage
  }

  /// The bytes of one event; none for events that this dialect has no form for.
  package mutating func bytes(of event: StreamEvent) -> [UInt8] {
    switch event {
    case .start: return chunk { $0.member("role", "assistant") }
    case .text(let delta): return chunk(delta.choice) { $0.member("content", delta.text) }
    case .reasoning(let delta): return chunk(delta.choice) { $0.member("reasoning_content", delta.text) }
    case .refusal(let delta): return chunk(delta.choice) { $0.member("refusal", delta.text) }
    case .toolInputStart(let start):
      return call(start.index, start.choice) {
        $0.member("id", start.id)
        $0.member("type", "function")
        $0.object("function") {
          $0.member("name", start.name)
          $0.member("arguments", "")
        }
      }
    case .toolInputDelta(let delta):
      return call(delta.index, delta.choice) { $0.object("function") { $0.member("arguments", delta.arguments) } }
    case .usage(let report):
      usage = report
      return []
    case .finish(let finish): return end(finish)
    default: return []
    }
  }

  private func call(_ index: Int32, _ choice: Int32, _ members: (inout JSONWriter) -> Void) -> [UInt8] {
    chunk(choice) { delta in
      delta.array("tool_calls") { calls in
        calls.object {
          $0.member("index", Int(index))
          members(&$0)
        }
      }
    }
  }

  private func end(_ finish: Finish) -> [UInt8] {
    let ends =
      finish.choices.isEmpty
      ? [ChoiceFinish(choice: 0, reason: finish.reason, native: finish.native)] : finish.choices
    var bytes: [UInt8] = []
    for end in ends {
      let word = end.native ?? end.reason.map(\.chatWord)
      bytes += chunk(end.choice, finish: word ?? "stop") { _ in }
    }
    if includesUsage {
      bytes += event { json in
        json.array("choices") { _ in }
        json.key("usage")
        (usage ?? Usage()).writeChat(to: &json)
      }
    }
    return bytes + Array("data: [DONE]\n\n".utf8)
  }

  private func chunk(
    _ choice: Int32 = 0, finish: String? = nil, _ delta: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    event { json in
      json.array("choices") { choices in
        choices.object {
          $0.member("index", Int(choice))
          $0.object("delta", delta)
          $0.null("logprobs")
          $0.nullable("finish_reason", finish)
        }
      }
      if includesUsage { json.null("usage") }
    }
  }

  private func event(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("id", start.id ?? "")
      json.member("object", "chat.completion.chunk")
      json.member("created", start.created ?? 0)
      json.member("model", start.model ?? "")
      members(&json)
    }
    return Array("data: ".utf8) + json.bytes + Array("\n\n".utf8)
  }
}

extension FinishReason {
  /// The word of the OpenAI chat shape.
  var chatWord: String {
    switch self {
    case .stop, .pause, .unknown: "stop"
    case .length: "length"
    case .toolCalls: "tool_calls"
    case .contentFilter: "content_filter"
    case .refusal: "stop"
    case .error: "error"
    }
  }
}

extension Usage {
  /// The counts in the OpenAI chat shape.
  func writeChat(to json: inout JSONWriter) {
    json.object { json in
      json.member("prompt_tokens", input ?? 0)
      json.member("completion_tokens", output ?? 0)
      json.member("total_tokens", (input ?? 0) + (output ?? 0))
      if let cachedInput { json.object("prompt_tokens_details") { $0.member("cached_tokens", cachedInput) } }
      if let reasoning { json.object("completion_tokens_details") { $0.member("reasoning_tokens", reasoning) } }
    }
  }
}
