// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension Usage {
  /// The counts of a `usage` object of the OpenAI shapes, chat or Responses.
  ///
  /// Mostly `prompt_tokens` counts cached tokens in, and `completion_tokens` reasoning. Where the total says that it does
  /// not (xAI), or a part is larger than what it should be part of, it does not. What only the total counts (Google's
  /// thoughts) was thought.
  init(chat reports: inout UsageReports) {
    self.init(
      input: reports.count(ChatCount.prompt) ?? reports.count(ChatCount.input),
      output: reports.count(ChatCount.completion) ?? reports.count(ChatCount.output))
    // Of the details, the older name counts when both are there.
    let hasPrompt = reports.hasObject(ChatCount.promptDetails)
    let hasCompletion = reports.hasObject(ChatCount.completionDetails)
    cachedInput =
      reports.count(hasPrompt ? ChatCount.promptCached : .inputCached) ?? reports.count(ChatCount.cached)
      ?? reports.count(ChatCount.cacheHit) ?? reports.count(ChatCount.cacheRead)
    cacheWrite =
      reports.count(hasPrompt ? ChatCount.promptCacheWrite : .inputCacheWrite) ?? reports.count(ChatCount.cacheCreation)
    reasoning =
      reports.count(hasCompletion ? ChatCount.completionReasoning : .outputReasoning)
      ?? reports.count(ChatCount.reasoning)
    reportedCost = reports.chatCost
    let total = reports.count(ChatCount.total)
    let isPlainSum = total != nil && input != nil && total == (input ?? 0) + (output ?? 0)
    takeInput(audio: reports.count(hasPrompt ? ChatCount.promptAudio : .inputAudio), isPlainSum: isPlainSum)
    let audio = reports.count(hasCompletion ? ChatCount.completionAudio : .outputAudio)
    takeOutput(audio: audio, total: total, isPlainSum: isPlainSum)
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
    if has(ChatCount.costTicks), let ticks = self["cost_in_usd_ticks"]?.double, ticks > 0 { return ticks / 1e10 }
    guard has(ChatCount.cost), let cost = self["cost"]?.double ?? self["cost"]?["total_cost"]?.double else {
      return nil
    }
    guard self["is_byok"] == true else { return cost }
    return self["cost_details"]?["upstream_inference_cost"]?.double.map { cost + $0 }
  }
}
