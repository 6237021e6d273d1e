// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// The server's side of the OpenAI chat dialect: events to the bytes of a stream.
///
/// Usage is sent only to who asked for it (rule D10), after the finish and before `[DONE]`, as OpenAI does.
package struct ChatStreamWriter: AnswerWriter {
  /// What every chunk begins with.
  private let beginning: [UInt8]
  private let includesUsage: Bool
  private var usage: Usage?

  package init(start: ResponseStart, includesUsage: Bool) {
    beginning = Self.beginning(start)
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
    case .logprobs(let delta): return chunk(delta.choice, logprobs: delta.native) { _ in }
    case .source(let source): return chunk { $0.array("annotations") { $0.value(source.chatAnnotation) } }
    case .audio(let audio): return chunk { $0.object("audio") { audio.writeChat(to: &$0) } }
    case .reasoningDetail(let detail):
      guard let details = detail.seal.chatSeals else { return [] }
      return chunk { $0.member("reasoning_details", .array(details)) }
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
    return bytes + Self.lastWord
  }

  /// What ends a stream.
  package static let lastWord = Array("data: [DONE]\n\n".utf8)

  /// An error inside a stream, and the end of it (rule C11).
  package func bytes(of failure: ServedFailure) -> [UInt8] {
    let words = OpenAIChatServer.words(of: failure)
    return Self.failure(words.message, type: words.type, code: words.code)
  }

  /// An error inside a stream, and the end of it (rule C11).
  package static func failure(_ message: String, type: String, code: String? = nil) -> [UInt8] {
    frame(ChatAnswerWriter.error(message, type: type, code: code)) + lastWord
  }

  /// A JSON document as an event.
  package static func frame(_ json: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(json.count + 8)
    bytes.append(contentsOf: "data: ".utf8)
    bytes.append(contentsOf: json)
    bytes.append(contentsOf: "\n\n".utf8)
    return bytes
  }

  private func chunk(
    _ choice: Int32 = 0, finish: String? = nil, logprobs: JSONValue? = nil, _ delta: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    event { json in
      json.array("choices") { choices in
        choices.object {
          $0.member("index", Int(choice))
          $0.object("delta", delta)
          if let logprobs { $0.member("logprobs", logprobs) } else { $0.null("logprobs") }
          $0.nullable("finish_reason", finish)
        }
      }
      if includesUsage { json.null("usage") }
    }
  }

  private func event(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.object(members)
    var bytes = beginning
    bytes.reserveCapacity(beginning.count + json.bytes.count + 2)
    bytes.append(contentsOf: json.bytes.dropFirst())
    bytes.append(contentsOf: "\n\n".utf8)
    return bytes
  }

  /// `data: {"id":"...","model":"...",`
  private static func beginning(_ start: ResponseStart) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("id", start.id ?? "")
      json.member("object", "chat.completion.chunk")
      json.member("created", start.created ?? 0)
      json.member("model", start.model ?? "")
    }
    return Array("data: ".utf8) + json.bytes.dropLast() + [UInt8(ascii: ",")]
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

extension Source {
  /// The provider's own form where that is one of this dialect, else a citation of the address.
  var chatAnnotation: JSONValue {
    if native.object?.isEmpty == false { return native }
    var citation: JSONObject = [:]
    if let url { citation["url"] = .string(url) }
    if let title { citation["title"] = .string(title) }
    return ["type": "url_citation", "url_citation": .object(citation)]
  }
}

extension AudioDelta {
  /// The members of `audio`.
  func writeChat(to json: inout JSONWriter) {
    json.member("id", id)
    json.member("data", data)
    json.member("transcript", transcript)
  }
}

extension Seal {
  /// The details that hold no text: what has text is sent as text, and would be read twice (rule D13).
  var chatSeals: [JSONValue]? {
    guard let list = details?.array, !list.isEmpty else { return nil }
    let hasText = list.contains { $0["text"]?.string?.isEmpty == false || $0["summary"]?.string?.isEmpty == false }
    return hasText ? nil : list
  }
}

extension Usage {
  /// The counts in the OpenAI chat shape.
  func writeChat(to json: inout JSONWriter) {
    json.object { json in
      json.member("prompt_tokens", input ?? 0)
      json.member("completion_tokens", output ?? 0)
      json.member("total_tokens", (input ?? 0) + (output ?? 0))
      if cachedInput != nil || cacheWrite != nil || buckets.audioInput != nil {
        json.object("prompt_tokens_details") {
          $0.member("cached_tokens", cachedInput)
          $0.member("cache_write_tokens", cacheWrite)
          $0.member("audio_tokens", buckets.audioInput)
        }
      }
      if reasoning != nil || buckets.audioOutput != nil {
        json.object("completion_tokens_details") {
          $0.member("reasoning_tokens", reasoning)
          $0.member("audio_tokens", buckets.audioOutput)
        }
      }
      json.member("cost", reportedCost)
    }
  }
}
