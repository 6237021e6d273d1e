// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a report of Anthropic's counts.
enum AnthropicCount: Int, UsageField {
  case input, output, cacheRead, cacheWrite, longCacheWrite, thoughts

  /// Made once.
  static let fields = UsageFields(AnthropicCount.self)

  var path: (object: StaticString?, name: StaticString) {
    switch self {
    case .input: (nil, "input_tokens")
    case .output: (nil, "output_tokens")
    case .cacheRead: (nil, "cache_read_input_tokens")
    case .cacheWrite: (nil, "cache_creation_input_tokens")
    case .longCacheWrite: ("cache_creation", "ephemeral_1h_input_tokens")
    case .thoughts: ("output_tokens_details", "thinking_tokens")
    }
  }
}

extension Usage {
  /// The counts of Anthropic's `usage`. `input_tokens` counts no cached tokens, so that each count is a bucket of its own
  /// (rule U2); `output_tokens` counts thoughts.
  init(anthropic reports: inout UsageReports) {
    let thoughts = reports.count(AnthropicCount.thoughts)
    self.init(
      input: reports.count(AnthropicCount.input), output: reports.count(AnthropicCount.output),
      cachedInput: reports.count(AnthropicCount.cacheRead), cacheWrite: reports.count(AnthropicCount.cacheWrite),
      reasoning: thoughts)
    buckets.uncachedInput = input
    buckets.cacheRead = cachedInput
    // What is kept for an hour is counted in, and has a price of its own.
    let long = reports.count(AnthropicCount.longCacheWrite).map { min($0, cacheWrite ?? $0) }
    buckets.longCacheWrite = long
    buckets.cacheWrite = cacheWrite.map { $0 - (long ?? 0) }
    buckets.reasoningOutput = thoughts.map { min($0, output ?? $0) }
    buckets.textOutput = output.map { max(0, $0 - (thoughts ?? 0)) }
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
