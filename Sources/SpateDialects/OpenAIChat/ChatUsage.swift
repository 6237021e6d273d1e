// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension Usage {
  /// Reads a `usage` object of the OpenAI chat shape; nil when it reports nothing.
  ///
  /// `prompt_tokens` counts cached tokens in. `completion_tokens` mostly counts reasoning in; where the total says
  /// that it does not (xAI), it does not.
  init?(chat report: JSONValue) {
    guard let object = report.object, !object.isEmpty else { return nil }
    let promptDetails = object["prompt_tokens_details"] ?? object["input_tokens_details"]
    let completionDetails = object["completion_tokens_details"] ?? object["output_tokens_details"]
    let input = Self.count(object["prompt_tokens"] ?? object["input_tokens"])
    let output = Self.count(object["completion_tokens"] ?? object["output_tokens"])
    self.init(
      input: input, output: output,
      cachedInput: Self.count(
        promptDetails?["cached_tokens"] ?? object["cached_tokens"] ?? object["prompt_cache_hit_tokens"]),
      cacheWrite: Self.count(promptDetails?["cache_write_tokens"] ?? object["cache_creation_input_tokens"]),
      reasoning: Self.count(completionDetails?["reasoning_tokens"] ?? object["reasoning_tokens"]),
      reportedCost: object["cost"]?.double, native: report)
    guard input != nil || output != nil else { return nil }

    let audioIn = Self.count(promptDetails?["audio_tokens"])
    let audioOut = Self.count(completionDetails?["audio_tokens"])
    buckets.cacheRead = cachedInput
    buckets.cacheWrite = cacheWrite
    buckets.audioInput = audioIn
    buckets.audioOutput = audioOut
    buckets.uncachedInput = input.map { max(0, $0 - (cachedInput ?? 0) - (cacheWrite ?? 0) - (audioIn ?? 0)) }
    buckets.reasoningOutput = reasoning
    let total = Self.count(object["total_tokens"])
    let reasoningIsApart = total != nil && input != nil && total == (input ?? 0) + (output ?? 0) + (reasoning ?? 0)
    let counted = reasoningIsApart ? 0 : (reasoning ?? 0)
    buckets.textOutput = output.map { max(0, $0 - counted - (audioOut ?? 0)) }
  }

  /// A count that can be one: bounded, so that sums of them never overflow.
  private static func count(_ value: JSONValue?) -> Int? {
    value?.int.flatMap { (0...(1 << 48)).contains($0) ? $0 : nil }
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
