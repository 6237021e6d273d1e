// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension Usage {
  /// The counts of a `usage` object of the OpenAI shapes, chat or Responses.
  ///
  /// Mostly `prompt_tokens` counts cached tokens in, and `completion_tokens` reasoning. Where the total says that it does
  /// not (xAI), or a part is larger than what it should be part of, it does not. What only the total counts (Google's
  /// thoughts) was thought.
  init(chat reports: inout UsageReports) {
    func details(_ names: String...) -> JSONObject {
      names.lazy.compactMap { [native = reports.native] in native[$0]?.object }.first ?? [:]
    }
    let prompt = details("prompt_tokens_details", "input_tokens_details")
    let completion = details("completion_tokens_details", "output_tokens_details")
    self.init(
      input: reports.count(reports["prompt_tokens"], reports["input_tokens"]),
      output: reports.count(reports["completion_tokens"], reports["output_tokens"]),
      cachedInput: reports.count(
        prompt["cached_tokens"], reports["cached_tokens"], reports["prompt_cache_hit_tokens"],
        reports["cache_read_input_tokens"]),
      cacheWrite: reports.count(prompt["cache_write_tokens"], reports["cache_creation_input_tokens"]),
      reasoning: reports.count(completion["reasoning_tokens"], reports["reasoning_tokens"]),
      reportedCost: reports.chatCost)
    let total = reports.count("total_tokens")
    let isPlainSum = total != nil && input != nil && total == (input ?? 0) + (output ?? 0)
    takeInput(audio: reports.count(prompt["audio_tokens"]), isPlainSum: isPlainSum)
    takeOutput(audio: reports.count(completion["audio_tokens"]), total: total, isPlainSum: isPlainSum)
  }

  private mutating func takeInput(audio: Int?, isPlainSum: Bool) {
    buckets.audioInput = audio
    guard let input else {
      (buckets.cacheRead, buckets.cacheWrite) = (cachedInput, cacheWrite)
      return
    }
    let parts = (cachedInput ?? 0) + (cacheWrite ?? 0) + (audio ?? 0)
    if parts > input, !isPlainSum {
      // They stand beside it.
      (buckets.uncachedInput, buckets.cacheRead, buckets.cacheWrite) = (input, cachedInput, cacheWrite)
      return
    }
    var rest = input
    buckets.audioInput = audio.map { Self.part($0, of: &rest) }
    buckets.cacheRead = cachedInput.map { Self.part($0, of: &rest) }
    buckets.cacheWrite = cacheWrite.map { Self.part($0, of: &rest) }
    buckets.uncachedInput = rest
  }

  private mutating func takeOutput(audio: Int?, total: Int?, isPlainSum: Bool) {
    buckets.audioOutput = audio
    guard let output else {
      buckets.reasoningOutput = reasoning
      return
    }
    var rest = output
    buckets.audioOutput = audio.map { Self.part($0, of: &rest) }
    let isApart = total != nil && input != nil && total == (input ?? 0) + output + (reasoning ?? 0)
    if let reasoning {
      buckets.reasoningOutput =
        isApart || reasoning > output && !isPlainSum ? reasoning : Self.part(reasoning, of: &rest)
    } else if let total, let input, total > input + output, cachedInput == nil, cacheWrite == nil {
      // With cached tokens the difference could be them.
      buckets.reasoningOutput = total - input - output
    }
    buckets.textOutput = rest
  }

  /// Takes a part out of what is left; more than that there can not be.
  private static func part(_ count: Int, of rest: inout Int) -> Int {
    let part = min(count, rest)
    rest -= part
    return part
  }
}

extension UsageReports {
  /// What the provider says that it cost: `cost` in dollars (OpenRouter, Vercel), with its parts (Perplexity), or in
  /// ten-thousand-millionths of a dollar (xAI). Where the caller's own key is charged for the tokens (OpenRouter), `cost`
  /// is only the fee, and what the key is charged comes to it.
  fileprivate var chatCost: Double? {
    // Azure passes the field on, with a zero in it that is no cost.
    if let ticks = self["cost_in_usd_ticks"]?.double, ticks > 0 { return ticks / 1e10 }
    guard let cost = self["cost"]?.double ?? self["cost"]?["total_cost"]?.double else { return nil }
    guard self["is_byok"] == true else { return cost }
    return self["cost_details"]?["upstream_inference_cost"]?.double.map { cost + $0 }
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
