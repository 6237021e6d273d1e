// SPDX-License-Identifier: Apache-2.0

/// What ``ChatOptions`` are made of: its properties of the same names.
struct ChatOptionFields: Sendable, Hashable, Codable {
  var temperature: Double?
  var topP: Double?
  var topK: Int?
  var maxTokens: Int?
  var stop: [String]?
  var seed: Int?
  var n: Int?
  var presencePenalty: Double?
  var frequencyPenalty: Double?
  var logprobs: Bool?
  var topLogprobs: Int?
  var reasoning: ReasoningEffort?
  var reasoningBudget: Int?
  var showsReasoning: Bool?
  var responseFormat: ResponseFormat?
  var toolChoice: ToolChoice?
  var parallelTools: Bool?
  var user: String?
  var metadata: [String: String]?
  var streamUsage: Bool?
  var store: Bool?
  var previousResponse: String?
  var isBackground: Bool?
  var betas: [String]?
  var strictness: Strictness?
  var outputMode: OutputMode?
  var thinkTags: ThinkTags?
  var extra: JSONObject = [:]

  /// These, and `defaults` where they say nothing.
  func over(_ defaults: ChatOptionFields) -> ChatOptionFields {
    var merged = defaults
    if let temperature { merged.temperature = temperature }
    if let topP { merged.topP = topP }
    if let topK { merged.topK = topK }
    if let maxTokens { merged.maxTokens = maxTokens }
    if let stop { merged.stop = stop }
    if let seed { merged.seed = seed }
    if let n { merged.n = n }
    if let presencePenalty { merged.presencePenalty = presencePenalty }
    if let frequencyPenalty { merged.frequencyPenalty = frequencyPenalty }
    if let logprobs { merged.logprobs = logprobs }
    if let topLogprobs { merged.topLogprobs = topLogprobs }
    if let reasoning { merged.reasoning = reasoning }
    if let responseFormat { merged.responseFormat = responseFormat }
    if let toolChoice { merged.toolChoice = toolChoice }
    if let parallelTools { merged.parallelTools = parallelTools }
    if let user { merged.user = user }
    if let streamUsage { merged.streamUsage = streamUsage }
    if let reasoningBudget { merged.reasoningBudget = reasoningBudget }
    if let showsReasoning { merged.showsReasoning = showsReasoning }
    if let store { merged.store = store }
    if let previousResponse { merged.previousResponse = previousResponse }
    if let isBackground { merged.isBackground = isBackground }
    if let betas { merged.betas = betas }
    if let strictness { merged.strictness = strictness }
    if let outputMode { merged.outputMode = outputMode }
    if let thinkTags { merged.thinkTags = thinkTags }
    if let metadata { merged.metadata = (defaults.metadata ?? [:]).merging(metadata) { $1 } }
    merged.extra.merge(extra)
    return merged
  }
}
