// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The counts of a `usage` object of the OpenAI chat shape.
///
/// `prompt_tokens` counts cached tokens in. `completion_tokens` mostly counts reasoning in; where the total says
/// that it does not (xAI), it does not.
struct ChatCounts: Sendable {
  private(set) var input: Int?
  private(set) var output: Int?
  private var cachedInput: Int?
  private var cacheWrite: Int?
  private var reasoning: Int?
  private var audioInput: Int?
  private var audioOutput: Int?
  private var total: Int?
  private var cost: Double?
  /// A count was a number that none can be.
  private(set) var hasIgnored = false

  /// Nothing known.
  init() {}

  /// Nil when it is no report.
  init?(_ report: JSONValue) {
    guard let object = report.object, !object.isEmpty else { return nil }
    let prompt = object["prompt_tokens_details"]?.object ?? object["input_tokens_details"]?.object ?? [:]
    let completion = object["completion_tokens_details"]?.object ?? object["output_tokens_details"]?.object ?? [:]
    input = count(object["prompt_tokens"], object["input_tokens"])
    output = count(object["completion_tokens"], object["output_tokens"])
    cachedInput = count(prompt["cached_tokens"], object["cached_tokens"], object["prompt_cache_hit_tokens"])
    cacheWrite = count(prompt["cache_write_tokens"], object["cache_creation_input_tokens"])
    reasoning = count(completion["reasoning_tokens"], object["reasoning_tokens"])
    audioInput = count(prompt["audio_tokens"])
    audioOutput = count(completion["audio_tokens"])
    total = count(object["total_tokens"])
    cost = object["cost"]?.double
  }

  /// The first that is a count, bounded so that sums of them never overflow.
  private mutating func count(_ values: JSONValue?...) -> Int? {
    for case .number(let number)? in values {
      if let count = number.int, (0...(1 << 48)).contains(count) { return count }
      hasIgnored = true
    }
    return nil
  }

  /// Reports are cumulative: the last value of each field counts, never a sum (rule U1).
  mutating func update(with later: ChatCounts) {
    input = later.input ?? input
    output = later.output ?? output
    cachedInput = later.cachedInput ?? cachedInput
    cacheWrite = later.cacheWrite ?? cacheWrite
    reasoning = later.reasoning ?? reasoning
    audioInput = later.audioInput ?? audioInput
    audioOutput = later.audioOutput ?? audioOutput
    cost = later.cost ?? cost
    total = later.total  // an old sum says nothing about new counts
  }

  /// The counts in the form of all providers, each token in one bucket (rule U2).
  func usage(native: JSONValue) -> Usage {
    var usage = Usage(
      input: input, output: output, cachedInput: cachedInput, cacheWrite: cacheWrite, reasoning: reasoning,
      reportedCost: cost, native: native)
    usage.buckets.cacheRead = cachedInput
    usage.buckets.cacheWrite = cacheWrite
    usage.buckets.audioInput = audioInput
    usage.buckets.audioOutput = audioOutput
    usage.buckets.uncachedInput = input.map {
      max(0, $0 - (cachedInput ?? 0) - (cacheWrite ?? 0) - (audioInput ?? 0))
    }
    usage.buckets.reasoningOutput = reasoning
    let isApart = total != nil && input != nil && total == (input ?? 0) + (output ?? 0) + (reasoning ?? 0)
    usage.buckets.textOutput = output.map { max(0, $0 - (isApart ? 0 : reasoning ?? 0) - (audioOutput ?? 0)) }
    return usage
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
