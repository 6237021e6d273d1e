// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The JSON object of an answer (architecture.md, part 4): what `spate decode` and `--output json` print.
struct ResponseObject {
  var answer: PartialResponse
  var error: SpateError?
  /// Events of the provider's protocol.
  var eventCount: Int
  /// Only in chat: the disjoint counts.
  var showsBuckets = false

  /// How the process ends that prints it.
  var exitStatus: ExitStatus {
    guard let error else { return answer.outcome == .failed ? .failure : .success }
    let hasContent = !answer.text.isEmpty || !answer.reasoning.isEmpty || !answer.toolCalls.isEmpty
    return hasContent && [.cut, .timedOut].contains(error.outcome) ? .cut : .failure
  }

  var bytes: [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("text", answer.text)
      json.member("reasoning", answer.reasoning)
      json.nullable("refusal", answer.refusal)
      json.array("tool_calls") { array in for call in answer.toolCalls { Self.write(call, &array) } }
      json.member("finish", (answer.finish ?? (error == nil ? .unknown : .error)).rawValue)
      json.nullable("native_finish", answer.nativeFinish)
      json.member("outcome", (answer.outcome ?? error?.outcome ?? .failed).rawValue)
      writeUsage(&json)
      json.key("error")
      if let error { error.write(to: &json) } else { json.null() }
      json.member("model", answer.model ?? error?.model ?? "")
      json.member("id", answer.id ?? "")
      json.member("events", eventCount)
      writeChoices(&json)
      json.array("warnings") { array in for warning in answer.warnings { warning.write(to: &array) } }
    }
    return json.bytes
  }

  private static func write(_ call: ToolCall, _ json: inout JSONWriter) {
    json.object { json in
      json.member("id", call.id)
      json.member("name", call.name)
      let value = call.isCustom ? nil : call.value
      json.key("arguments")
      if let value { json.value(value) } else { json.null() }
      json.nullable("arguments_raw", value == nil ? call.arguments : nil)
    }
  }

  private func writeUsage(_ json: inout JSONWriter) {
    let usage = answer.usage ?? Usage()
    json.key("usage")
    if usage.isReported { usage.write(to: &json) } else { json.null() }
    guard showsBuckets else { return }
    // What no report counts stands apart from what the provider says.
    if let estimate = usage.estimatedOutput { json.object("usage_estimate") { $0.member("output", estimate) } }
    json.key("cost")
    if let cost = answer.cost { cost.write(to: &json) } else { json.null() }
    guard usage.isReported else { return }
    json.object("usage_buckets") { json in
      json.nullable("uncached_input", usage.buckets.uncachedInput)
      json.nullable("cache_read", usage.buckets.cacheRead)
      json.nullable("cache_write", usage.buckets.cacheWrite)
      if let long = usage.buckets.longCacheWrite { json.member("cache_write_hour", long) }
      json.nullable("text_output", usage.buckets.textOutput)
      json.nullable("reasoning_output", usage.buckets.reasoningOutput)
      json.nullable("audio_input", usage.buckets.audioInput)
      json.nullable("audio_output", usage.buckets.audioOutput)
    }
  }

  private func writeChoices(_ json: inout JSONWriter) {
    guard answer.choices.count > 1 else { return json.null("choices") }
    json.array("choices") { array in
      for choice in answer.choices {
        array.object {
          $0.member("text", choice.text)
          $0.nullable("finish", choice.finish?.rawValue)
          $0.nullable("native_finish", choice.nativeFinish)
        }
      }
    }
  }
}

extension Usage {
  /// The counts as reported.
  func write(to json: inout JSONWriter) {
    json.object {
      $0.nullable("input", input)
      $0.nullable("output", output)
      $0.nullable("cached_input", cachedInput)
      $0.nullable("cache_write", cacheWrite)
      $0.nullable("reasoning", reasoning)
    }
  }
}

extension Cost {
  /// What it cost, with all digits; null where the whole of it is not known.
  func write(to json: inout JSONWriter) {
    guard let total else { return json.null() }
    json.object {
      $0.member("usd", .number(JSONNumber(literal: total.decimal)))
      switch source {
      case .provider: $0.member("source", "provider")
      case .table(let date):
        $0.member("source", "table")
        $0.member("price_date", date)
      }
      $0.member("estimate", isEstimate)
    }
  }
}

extension StreamWarning {
  func write(to json: inout JSONWriter) {
    json.object {
      $0.member("code", code.description)
      $0.member("message", message)
    }
  }
}

extension SpateError {
  /// The error object.
  func write(to json: inout JSONWriter) {
    json.object {
      $0.member("code", code.description)
      $0.member("message", message)
      $0.nullable("status", status)
      $0.nullable("provider_code", providerCode)
      $0.nullable("phase", phase?.rawValue)
      if let retryAfter {
        $0.member("retry_after", retryAfter.secondsNumber)
      } else {
        $0.null("retry_after")
      }
      $0.nullable("request_id", requestID)
      $0.member("retryable", isRetryable)
      $0.member("attempts", attempts)
    }
  }
}

extension Duration {
  /// As a number of seconds.
  var secondsNumber: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
