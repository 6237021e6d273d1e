// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a report of the OpenAI shapes counts, chat or Responses, and those of who speaks them.
enum ChatCount: Int, UsageField {
  case prompt, input, completion, output, total
  case cached, cacheHit, cacheRead, cacheCreation, reasoning
  case promptDetails, promptCached, promptCacheWrite, promptAudio
  case inputCached, inputCacheWrite, inputAudio
  case completionDetails, completionReasoning, completionAudio
  case outputReasoning, outputAudio
  case costTicks, cost

  /// Made once.
  static let fields = UsageFields(ChatCount.self)

  var path: (object: StaticString?, name: StaticString) {
    switch self {
    case .prompt: (nil, "prompt_tokens")
    case .input: (nil, "input_tokens")
    case .completion: (nil, "completion_tokens")
    case .output: (nil, "output_tokens")
    case .total: (nil, "total_tokens")
    case .cached: (nil, "cached_tokens")
    case .cacheHit: (nil, "prompt_cache_hit_tokens")
    case .cacheRead: (nil, "cache_read_input_tokens")
    case .cacheCreation: (nil, "cache_creation_input_tokens")
    case .reasoning: (nil, "reasoning_tokens")
    case .promptDetails: (nil, "prompt_tokens_details")
    case .promptCached: ("prompt_tokens_details", "cached_tokens")
    case .promptCacheWrite: ("prompt_tokens_details", "cache_write_tokens")
    case .promptAudio: ("prompt_tokens_details", "audio_tokens")
    case .inputCached: ("input_tokens_details", "cached_tokens")
    case .inputCacheWrite: ("input_tokens_details", "cache_write_tokens")
    case .inputAudio: ("input_tokens_details", "audio_tokens")
    case .completionDetails: (nil, "completion_tokens_details")
    case .completionReasoning: ("completion_tokens_details", "reasoning_tokens")
    case .completionAudio: ("completion_tokens_details", "audio_tokens")
    case .outputReasoning: ("output_tokens_details", "reasoning_tokens")
    case .outputAudio: ("output_tokens_details", "audio_tokens")
    case .costTicks: (nil, "cost_in_usd_ticks")
    case .cost: (nil, "cost")
    }
  }
}

extension FinishReason {
  /// The reason behind a word of the OpenAI chat shape (dialects.md, part 3).
  init(chat word: String) {
    self =
      switch word {
      case "stop", "eos", "stop_sequence", "end_turn", "COMPLETE", "STOP": .stop
      case "tool_calls", "function_call", "tool_use": .toolCalls
      case "length", "max_tokens", "MAX_TOKENS", "model_length": .length
      case "content_filter", "safety", "SAFETY": .contentFilter
      case "refusal": .refusal
      case "pause_turn": .pause
      case "error": .error
      default: .unknown
      }
  }
}
