// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The counts of Converse's `usage`: input tokens count no cached ones, so that each is a bucket of its own (rule U2).
struct ConverseCounts: Sendable {
  /// The report as it has come together: of each field the last value counts (rule U1).
  private(set) var native = JSONObject()
  /// A count was a number that none can be.
  private(set) var hasIgnored = false

  /// Takes over a report; false when it says nothing.
  mutating func update(with report: JSONValue) -> Bool {
    guard let fields = report.object, !fields.isEmpty else { return false }
    for (key, value) in fields.members where !value.isNull { native[key] = value }
    return true
  }

  private mutating func count(_ value: JSONValue?) -> Int? {
    guard case .number(let number)? = value else { return nil }
    // Bounded so that sums never overflow.
    if let count = number.int, (0...(1 << 48)).contains(count) { return count }
    hasIgnored = true
    return nil
  }

  /// The counts in the form of all providers; nil while none is known.
  mutating func usage() -> Usage? {
    let input = count(native["inputTokens"])
    let output = count(native["outputTokens"])
    guard input != nil || output != nil else { return nil }
    // The older names stand beside the newer ones.
    let cacheRead = count(native["cacheReadInputTokens"] ?? native["cacheReadInputTokenCount"])
    let cacheWrite = count(native["cacheWriteInputTokens"] ?? native["cacheWriteInputTokenCount"])
    var usage = Usage(
      input: input, output: output, cachedInput: cacheRead, cacheWrite: cacheWrite, native: .object(native))
    usage.buckets.uncachedInput = input
    usage.buckets.cacheRead = cacheRead
    usage.buckets.cacheWrite = cacheWrite
    // Thoughts are among them, and are not told apart.
    usage.buckets.textOutput = output
    return usage
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
