// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension FinishReason {
  /// The word of the OpenAI chat shape; none where no reason is known. What is no success never becomes "stop" (rule
  /// C12): a pause and an error keep words of other providers, which this dialect's readers know.
  var chatWord: String? { chatWord(hasRefused: false) }

  /// `hasRefused`: the words of a refusal stand beside it, and OpenAI says "stop" then.
  func chatWord(hasRefused: Bool) -> String? {
    switch self {
    case .stop: "stop"
    case .length: "length"
    case .toolCalls: "tool_calls"
    case .contentFilter: "content_filter"
    case .refusal: hasRefused ? "stop" : "refusal"
    case .pause: "pause_turn"
    case .error: "error"
    case .unknown: nil
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
  var chatObject: JSONObject {
    var object = JSONObject()
    if let id { object["id"] = .string(id) }
    if let data { object["data"] = .string(data) }
    if let transcript { object["transcript"] = .string(transcript) }
    return object
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
