// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension ResponsesPart {
  /// The type of the event with a piece of it.
  var deltaType: String { "\(stem).delta" }

  /// The type of the event with all of it.
  var doneType: String { "\(stem).done" }

  private var stem: String {
    switch self {
    case .text: "response.output_text"
    case .refusal: "response.refusal"
    case .summary: "response.reasoning_summary_text"
    case .thought: "response.reasoning_text"
    }
  }
}

extension ResponsesStatus {
  /// The provider's own word where that is one of this dialect, else the one for the reason.
  init(_ finish: Finish) {
    if let native = finish.native {
      let status = ResponsesStatus(native: native)
      let known: Set = ["completed", "incomplete", "failed", "cancelled", "queued", "in_progress"]
      if known.contains(status.word) {
        self = status
        return
      }
    }
    self =
      switch finish.reason {
      case .stop, .toolCalls, .refusal, .unknown: ResponsesStatus("completed")
      case .length: ResponsesStatus(native: "incomplete:max_output_tokens")
      case .contentFilter: ResponsesStatus(native: "incomplete:content_filter")
      case .pause: ResponsesStatus("in_progress")
      case .error: ResponsesStatus("failed")
      }
  }
}

extension Source {
  /// The provider's own form where it is one of this dialect, else a citation of the address.
  var responsesAnnotation: JSONValue {
    if dialect == .openAIResponses { return native }
    return [
      "type": "url_citation", "url": .string(url ?? ""), "title": .string(title ?? ""), "start_index": 0,
      "end_index": 0,
    ]
  }
}

extension Usage {
  /// The counts in the shape of OpenAI's Responses.
  var responsesReport: JSONValue {
    func count(_ value: Int?) -> JSONValue { .number(JSONNumber(value ?? 0)) }
    var input: JSONObject = ["cached_tokens": count(cachedInput)]
    if let cacheWrite { input["cache_write_tokens"] = count(cacheWrite) }
    let (sum, overflows) = (self.input ?? 0).addingReportingOverflow(output ?? 0)
    return [
      "input_tokens": count(self.input), "input_tokens_details": .object(input), "output_tokens": count(output),
      "output_tokens_details": ["reasoning_tokens": count(reasoning)], "total_tokens": count(overflows ? nil : sum),
    ]
  }
}
