// SPDX-License-Identifier: Apache-2.0

/// How a model shall answer. Whatever is nil is left to the provider.
///
/// ```swift
/// let options = ChatOptions(temperature: 0.2, maxTokens: 500)
/// ```
///
/// A call's options win over its model's, which win over the client's: see ``over(_:)``.
public struct ChatOptions: Sendable, Hashable, Codable {
  /// 0 for the likeliest words, higher for more surprise.
  public var temperature: Double?
  /// Only words within this share of the probability.
  public var topP: Double?
  /// Only this many of the likeliest words.
  public var topK: Int?
  /// The longest answer, in tokens; reasoning counts.
  public var maxTokens: Int?
  /// Texts at which the answer ends; they are not part of it.
  public var stop: [String]?
  /// For repeatable answers, where the provider tries.
  public var seed: Int?
  /// How many answers.
  public var n: Int?
  /// Against words that were there already.
  public var presencePenalty: Double?
  /// Against words that were there often.
  public var frequencyPenalty: Double?
  /// Whether to report the log probability of each token.
  public var logprobs: Bool?
  /// How many alternatives to report for each token.
  public var topLogprobs: Int?
  /// How hard to think before answering.
  public var reasoning: ReasoningEffort?
  /// The most tokens of thought, where the provider counts them.
  public var reasoningBudget: Int?
  /// Whether thoughts are shown, where that has to be asked for; nil: they are when reasoning is asked for.
  public var showsReasoning: Bool?
  /// The shape of the answer.
  public var responseFormat: ResponseFormat?
  /// Whether to call tools.
  public var toolChoice: ToolChoice?
  /// Whether several tools may be called in one turn.
  public var parallelTools: Bool?
  /// Who asks, for the provider's abuse checks.
  public var user: String?
  /// Labels that the provider keeps with the request.
  public var metadata: [String: String]?
  /// Whether a stream shall report its usage; it is asked for unless this is false (rule D9).
  public var streamUsage: Bool?
  /// Whether the provider keeps the answer, to be gone on with by its id.
  public var store: Bool?
  /// The id of a kept answer to go on with, in place of the conversation so far.
  public var previousResponse: String?
  /// Whether the provider works on it in the background.
  public var isBackground: Bool?
  /// Features that a provider has behind a name, such as Anthropic's `anthropic-beta`.
  public var betas: [String]?
  /// What happens when the target can not take what was asked for; nil: it is said in a warning.
  public var strictness: Strictness?
  /// How an answer by a schema (``ResponseFormat/schema(name:_:isStrict:)``) is asked for; nil: by the provider's own
  /// way or not at all.
  public var outputMode: OutputMode?
  /// The tags round thoughts among the words, where the server does not tell them apart; nil: what is known of the model.
  public var thinkTags: ThinkTags?
  /// Fields of the request body that have no name here, by the provider's names. They win over named ones.
  public var extra: JSONObject

  /// Options; whatever is not given is left to the provider.
  public init(
    temperature: Double? = nil, topP: Double? = nil, topK: Int? = nil, maxTokens: Int? = nil, stop: [String]? = nil,
    seed: Int? = nil, n: Int? = nil, presencePenalty: Double? = nil, frequencyPenalty: Double? = nil,
    logprobs: Bool? = nil, topLogprobs: Int? = nil, reasoning: ReasoningEffort? = nil,
    responseFormat: ResponseFormat? = nil, toolChoice: ToolChoice? = nil, parallelTools: Bool? = nil,
    user: String? = nil, metadata: [String: String]? = nil, streamUsage: Bool? = nil, extra: JSONObject = [:],
    reasoningBudget: Int? = nil, showsReasoning: Bool? = nil, store: Bool? = nil, previousResponse: String? = nil,
    isBackground: Bool? = nil, betas: [String]? = nil, strictness: Strictness? = nil,
    outputMode: OutputMode? = nil, thinkTags: ThinkTags? = nil
  ) {
    self.temperature = temperature
    self.topP = topP
    self.topK = topK
    self.maxTokens = maxTokens
    self.stop = stop
    self.seed = seed
    self.n = n
    self.presencePenalty = presencePenalty
    self.frequencyPenalty = frequencyPenalty
    self.logprobs = logprobs
    self.topLogprobs = topLogprobs
    self.reasoning = reasoning
    self.responseFormat = responseFormat
    self.toolChoice = toolChoice
    self.parallelTools = parallelTools
    self.user = user
    self.metadata = metadata
    self.streamUsage = streamUsage
    self.extra = extra
    self.reasoningBudget = reasoningBudget
    self.showsReasoning = showsReasoning
    self.store = store
    self.previousResponse = previousResponse
    self.isBackground = isBackground
    self.betas = betas
    self.strictness = strictness
    self.outputMode = outputMode
    self.thinkTags = thinkTags
  }

  /// These options, and `defaults` where they say nothing. `metadata` and `extra` are merged key by key.
  public func over(_ defaults: ChatOptions) -> ChatOptions {
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

/// How hard a model thinks. Providers know different words: one that is not here is `ReasoningEffort(rawValue:)`.
public struct ReasoningEffort: RawRepresentable, Sendable, Hashable, Codable {
  /// The word on the wire.
  public let rawValue: String

  /// Any word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Not at all.
  public static let none = ReasoningEffort(rawValue: "none")
  /// As little as possible.
  public static let minimal = ReasoningEffort(rawValue: "minimal")
  /// A little.
  public static let low = ReasoningEffort(rawValue: "low")
  /// Moderately.
  public static let medium = ReasoningEffort(rawValue: "medium")
  /// A lot.
  public static let high = ReasoningEffort(rawValue: "high")
  /// More than a lot, where there is such a word.
  public static let xhigh = ReasoningEffort(rawValue: "xhigh")
  /// As much as the model can, where there is such a word.
  public static let max = ReasoningEffort(rawValue: "max")

  /// From nothing to everything.
  package static let scale: [ReasoningEffort] = [.none, .minimal, .low, .medium, .high, .xhigh, .max]
}

/// What happens when a provider or a model can not take an option, or a part of the conversation.
///
/// ```swift
/// let client = Client(options: ChatOptions(strictness: .refuse))
/// ```
@nonexhaustive public enum Strictness: String, Sendable, Hashable, Codable {
  /// It is left out or changed, and a warning event says so.
  case warn
  /// Nothing is sent: the call fails with ``SpateError/Code/unsupportedParameter``, which names all that is so.
  case refuse
}

/// The shape of an answer.
@nonexhaustive public enum ResponseFormat: Sendable, Hashable, Codable {
  case text
  /// Any JSON object. Most providers want the word JSON in the prompt too.
  case json
  /// JSON by this schema; `isStrict` asks the provider to guarantee it.
  case schema(name: String, JSONValue, isStrict: Bool = true)
}
