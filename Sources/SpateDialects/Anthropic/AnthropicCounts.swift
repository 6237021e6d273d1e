// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The counts of Anthropic's `usage`. `input_tokens` counts no cached tokens, so that each count is a bucket of its own
/// (rule U2); `output_tokens` counts thoughts.
struct AnthropicCounts: Sendable {
  /// The report as it has come together: reports are cumulative, the last value of each field counts (rule U1).
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
    let input = count(native["input_tokens"])
    let output = count(native["output_tokens"])
    guard input != nil || output != nil else { return nil }
    let cacheRead = count(native["cache_read_input_tokens"])
    let cacheWrite = count(native["cache_creation_input_tokens"])
    let thoughts = count(native["output_tokens_details"]?["thinking_tokens"])
    var usage = Usage(
      input: input, output: output, cachedInput: cacheRead, cacheWrite: cacheWrite, reasoning: thoughts,
      native: .object(native))
    usage.buckets.uncachedInput = input
    usage.buckets.cacheRead = cacheRead
    usage.buckets.cacheWrite = cacheWrite
    usage.buckets.reasoningOutput = thoughts
    usage.buckets.textOutput = output.map { max(0, $0 - (thoughts ?? 0)) }
    return usage
  }
}

extension Usage {
  /// The counts in Anthropic's shape.
  func writeAnthropic(to json: inout JSONWriter) {
    json.object { json in
      json.member("input_tokens", input ?? 0)
      json.member("cache_creation_input_tokens", cacheWrite)
      json.member("cache_read_input_tokens", cachedInput)
      json.member("output_tokens", output ?? 0)
      if let reasoning { json.object("output_tokens_details") { $0.member("thinking_tokens", reasoning) } }
    }
  }
}

extension FinishReason {
  /// The reason behind Anthropic's word (dialects.md, part 3).
  init(anthropic word: String) {
    self =
      switch word {
      case "end_turn", "stop_sequence": .stop
      case "tool_use": .toolCalls
      case "max_tokens", "model_context_window_exceeded": .length
      case "refusal": .refusal
      case "pause_turn": .pause
      default: .unknown
      }
  }

  /// Anthropic's word for it.
  var anthropicWord: String {
    switch self {
    case .stop, .unknown, .error: "end_turn"
    case .toolCalls: "tool_use"
    case .length: "max_tokens"
    case .refusal, .contentFilter: "refusal"
    case .pause: "pause_turn"
    }
  }
}
