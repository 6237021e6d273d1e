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
            // What has no number belongs to the first answer.
            json.object("message") { write(choice, of: choice.index == 0 ? answer : nil, &$0) }
            json.member("logprobs", merged(choice.logprobs))
            let word = choice.nativeFinish ?? choice.finish?.chatWord(hasRefused: choice.refusal != nil)
            json.nullable("finish_reason", word)
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

  private static func write(
    _ choice: PartialResponse.Choice, of answer: PartialResponse?, _ json: inout JSONWriter
  ) {
    json.member("role", "assistant")
    json.nullable("content", choice.text.isEmpty && !choice.toolCalls.isEmpty ? nil : choice.text)
    if !choice.reasoning.isEmpty { json.member("reasoning_content", choice.reasoning) }
    json.nullable("refusal", choice.refusal)
    if let answer {
      let details = answer.reasoningDetails.flatMap { $0.details?.array ?? [] }
      if !details.isEmpty { json.member("reasoning_details", .array(details)) }
      for detail in answer.textDetails where detail.choice <= 0 {
        json.members(of: detail.seal.chatExtra)
      }
      if !answer.sources.isEmpty { json.member("annotations", .array(answer.sources.map(\.chatAnnotation))) }
    }
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
          $0.members(of: call.seal?.chatExtra)
        }
      }
    }
  }

  /// The lists of the pieces as one, as they come unstreamed.
  private static func merged(_ pieces: [JSONValue]) -> JSONValue {
    var lists = JSONObject()
    for piece in pieces {
      for (key, value) in piece.object?.members ?? [] {
        lists[key] = value.array.map { .array((lists[key]?.array ?? []) + $0) } ?? value
      }
    }
    return lists.isEmpty ? .null : .object(lists)
  }

  /// An error of ours or of another provider, as OpenAI words it: read again, it is of the same class where this
  /// dialect knows one.
  package static func bytes(of error: SpateError) -> [UInt8] {
    let words = error.code.chatWords
    return Self.error(error.message, type: words.type, code: error.providerCode ?? words.code)
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

extension SpateError.Code {
  /// OpenAI's type of such an error, and a code.
  fileprivate var chatWords: (type: String, code: String?) {
    switch self {
    case .auth, .missingKey: ("authentication_error", "invalid_api_key")
    case .quota: ("insufficient_quota", "insufficient_quota")
    case .rateLimit: ("rate_limit_error", "rate_limit_exceeded")
    case .overloaded: ("overloaded_error", "overloaded")
    case .contextLength: ("invalid_request_error", "context_length_exceeded")
    case .contentFilter: ("invalid_request_error", "content_filter")
    case .unsupportedParameter: ("invalid_request_error", "unsupported_parameter")
    case .notFound: ("invalid_request_error", "model_not_found")
    case .tooLarge: ("invalid_request_error", "request_too_large")
    case .badRequest: ("invalid_request_error", nil)
    case .alreadyRead, .unsupportedProvider, .tool, .conflict: ("invalid_request_error", description)
    // Whatever broke on the way here, the caller's request was none of it.
    default: ("server_error", self == .server ? nil : description)
    }
  }
}
