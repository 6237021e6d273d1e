// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a report of Converse's counts.
enum ConverseCount: Int, UsageField {
  case input, output, cacheRead, oldCacheRead, cacheWrite, oldCacheWrite

  /// Made once.
  static let fields = UsageFields(ConverseCount.self)

  var path: (object: StaticString?, name: StaticString) {
    switch self {
    case .input: (nil, "inputTokens")
    case .output: (nil, "outputTokens")
    case .cacheRead: (nil, "cacheReadInputTokens")
    case .oldCacheRead: (nil, "cacheReadInputTokenCount")
    case .cacheWrite: (nil, "cacheWriteInputTokens")
    case .oldCacheWrite: (nil, "cacheWriteInputTokenCount")
    }
  }
}

extension Usage {
  /// The counts of Converse's `usage`: input tokens count no cached ones, so that each is a bucket of its own (rule U2).
  init(converse reports: inout UsageReports) {
    // The older names stand beside the newer ones.
    self.init(
      input: reports.count(ConverseCount.input), output: reports.count(ConverseCount.output),
      cachedInput: reports.count(ConverseCount.cacheRead) ?? reports.count(ConverseCount.oldCacheRead),
      cacheWrite: reports.count(ConverseCount.cacheWrite) ?? reports.count(ConverseCount.oldCacheWrite))
    buckets.uncachedInput = input
    buckets.cacheRead = cachedInput
    // What is kept for an hour is counted in, and has a price of its own.
    var long: Int?
    for entry in reports["cacheDetails"]?.array ?? [] where entry["ttl"] == "1h" {
      if let count = reports.count(in: entry["inputTokens"]) { long = min((long ?? 0) + count, cacheWrite ?? 0) }
    }
    buckets.longCacheWrite = long
    buckets.cacheWrite = cacheWrite.map { $0 - (long ?? 0) }
    // Thoughts are among them, and are not told apart.
    buckets.textOutput = output
  }
}

extension Usage {
  /// The counts in Converse's shape.
  var converse: JSONValue {
    var counts: JSONObject = [
      "inputTokens": .number(JSONNumber(input ?? 0)), "outputTokens": .number(JSONNumber(output ?? 0)),
    ]
    let total = (input ?? 0) + (output ?? 0) + (cachedInput ?? 0) + (cacheWrite ?? 0)
    counts["totalTokens"] = .number(JSONNumber(total))
    if let cachedInput { counts["cacheReadInputTokens"] = .number(JSONNumber(cachedInput)) }
    if let cacheWrite { counts["cacheWriteInputTokens"] = .number(JSONNumber(cacheWrite)) }
    return .object(counts)
  }
}

extension FinishReason {
  /// The reason behind Converse's word (dialects.md, part 3); the last ones are Anthropic's own, should they be let
  /// through.
  init(converse word: String) {
    self =
      switch word {
      case "end_turn", "stop_sequence": .stop
      case "tool_use": .toolCalls
      case "max_tokens", "model_context_window_exceeded": .length
      case "guardrail_intervened", "content_filtered": .contentFilter
      case "malformed_model_output", "malformed_tool_use": .error
      case "refusal": .refusal
      case "pause_turn": .pause
      default: .unknown
      }
  }

  /// Converse's word for it.
  var converseWord: String {
    switch self {
    case .stop, .unknown, .error: "end_turn"
    case .toolCalls: "tool_use"
    case .length: "max_tokens"
    case .contentFilter: "guardrail_intervened"
    case .refusal: "content_filtered"
    case .pause: "pause_turn"
    }
  }
}

extension Finish {
  /// The provider's word where it is one for this reason.
  func converseReason(hasRefusal: Bool) -> String {
    let reason = hasRefusal && reason == .stop ? FinishReason.refusal : reason
    return native.flatMap { FinishReason(converse: $0) == reason ? $0 : nil } ?? reason.converseWord
  }
}
