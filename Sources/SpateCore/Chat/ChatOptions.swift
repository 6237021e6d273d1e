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
  public var temperature: Double? {
    get { shared.first?.temperature }
    set { fields.temperature = newValue }
  }
  /// Only words within this share of the probability.
  public var topP: Double? {
    get { shared.first?.topP }
    set { fields.topP = newValue }
  }
  /// Only this many of the likeliest words.
  public var topK: Int? {
    get { shared.first?.topK }
    set { fields.topK = newValue }
  }
  /// The longest answer, in tokens; reasoning counts.
  public var maxTokens: Int? {
    get { shared.first?.maxTokens }
    set { fields.maxTokens = newValue }
  }
  /// Texts at which the answer ends; they are not part of it.
  public var stop: [String]? {
    get { shared.first?.stop }
    _modify { yield &fields.stop }
  }
  /// For repeatable answers, where the provider tries.
  public var seed: Int? {
    get { shared.first?.seed }
    set { fields.seed = newValue }
  }
  /// How many answers.
  public var n: Int? {
    get { shared.first?.n }
    set { fields.n = newValue }
  }
  /// Against words that were there already.
  public var presencePenalty: Double? {
    get { shared.first?.presencePenalty }
    set { fields.presencePenalty = newValue }
  }
  /// Against words that were there often.
  public var frequencyPenalty: Double? {
    get { shared.first?.frequencyPenalty }
    set { fields.frequencyPenalty = newValue }
  }
  /// Whether to report the log probability of each token.
  public var logprobs: Bool? {
    get { shared.first?.logprobs }
    set { fields.logprobs = newValue }
  }
  /// How many alternatives to report for each token.
  public var topLogprobs: Int? {
    get { shared.first?.topLogprobs }
    set { fields.topLogprobs = newValue }
  }
  /// How hard to think before answering.
  public var reasoning: ReasoningEffort? {
    get { shared.first?.reasoning }
    set { fields.reasoning = newValue }
  }
  /// The most tokens of thought, where the provider counts them.
  public var reasoningBudget: Int? {
    get { shared.first?.reasoningBudget }
    set { fields.reasoningBudget = newValue }
  }
  /// Whether thoughts are shown, where that has to be asked for; nil: they are when reasoning is asked for.
  public var showsReasoning: Bool? {
    get { shared.first?.showsReasoning }
    set { fields.showsReasoning = newValue }
  }
  /// The shape of the answer.
  public var responseFormat: ResponseFormat? {
    get { shared.first?.responseFormat }
    set { fields.responseFormat = newValue }
  }
  /// Whether to call tools.
  public var toolChoice: ToolChoice? {
    get { shared.first?.toolChoice }
    set { fields.toolChoice = newValue }
  }
  /// Whether several tools may be called in one turn.
  public var parallelTools: Bool? {
    get { shared.first?.parallelTools }
    set { fields.parallelTools = newValue }
  }
  /// Who asks, for the provider's abuse checks.
  public var user: String? {
    get { shared.first?.user }
    set { fields.user = newValue }
  }
  /// Labels that the provider keeps with the request.
  public var metadata: [String: String]? {
    get { shared.first?.metadata }
    _modify { yield &fields.metadata }
  }
  /// Whether a stream shall report its usage; it is asked for unless this is false (rule D9).
  public var streamUsage: Bool? {
    get { shared.first?.streamUsage }
    set { fields.streamUsage = newValue }
  }
  /// Whether the provider keeps the answer, to be gone on with by its id.
  public var store: Bool? {
    get { shared.first?.store }
    set { fields.store = newValue }
  }
  /// The id of a kept answer to go on with, in place of the conversation so far.
  public var previousResponse: String? {
    get { shared.first?.previousResponse }
    set { fields.previousResponse = newValue }
  }
  /// Whether the provider works on it in the background.
  public var isBackground: Bool? {
    get { shared.first?.isBackground }
    set { fields.isBackground = newValue }
  }
  /// Features that a provider has behind a name, such as Anthropic's `anthropic-beta`.
  public var betas: [String]? {
    get { shared.first?.betas }
    _modify { yield &fields.betas }
  }
  /// What happens when the target can not take what was asked for; nil: it is said in a warning.
  public var strictness: Strictness? {
    get { shared.first?.strictness }
    set { fields.strictness = newValue }
  }
  /// How an answer by a schema (``ResponseFormat/schema(name:_:isStrict:)``) is asked for; nil: by the provider's own
  /// way or not at all.
  public var outputMode: OutputMode? {
    get { shared.first?.outputMode }
    set { fields.outputMode = newValue }
  }
  /// The tags round thoughts among the words, where the server does not tell them apart; nil: what is known of the model.
  public var thinkTags: ThinkTags? {
    get { shared.first?.thinkTags }
    set { fields.thinkTags = newValue }
  }
  /// Fields of the request body that have no name here, by the provider's names. They win over named ones.
  public var extra: JSONObject {
    get { shared.first?.extra ?? [:] }
    _modify { yield &fields.extra }
  }

  /// None where nothing was ever set, else one. Each call copies its options several times, and mostly none are set: a copy
  /// of an array is one reference, and the owner of the only one changes it in place.
  private var shared: [ChatOptionFields] = []

  var fields: ChatOptionFields {
    get { shared.first ?? ChatOptionFields() }
    _modify {
      if shared.isEmpty { shared.append(ChatOptionFields()) }
      yield &shared[0]
    }
  }

  /// All is left to the provider.
  public init() {}

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
    shared = [
      ChatOptionFields(
        temperature: temperature, topP: topP, topK: topK, maxTokens: maxTokens, stop: stop, seed: seed, n: n,
        presencePenalty: presencePenalty, frequencyPenalty: frequencyPenalty, logprobs: logprobs,
        topLogprobs: topLogprobs, reasoning: reasoning, reasoningBudget: reasoningBudget,
        showsReasoning: showsReasoning, responseFormat: responseFormat, toolChoice: toolChoice,
        parallelTools: parallelTools, user: user, metadata: metadata, streamUsage: streamUsage, store: store,
        previousResponse: previousResponse, isBackground: isBackground, betas: betas, strictness: strictness,
        outputMode: outputMode, thinkTags: thinkTags, extra: extra)
    ]
  }

  /// These options, and `defaults` where they say nothing. `metadata` and `extra` are merged key by key.
  public func over(_ defaults: ChatOptions) -> ChatOptions {
    guard let own = shared.first else { return defaults }
    guard let under = defaults.shared.first else { return self }
    var merged = ChatOptions()
    merged.shared = [own.over(under)]
    return merged
  }
}

extension ChatOptions {
  /// Whether the same is set.
  public static func == (a: ChatOptions, b: ChatOptions) -> Bool { a.fields == b.fields }

  /// By all that is set.
  public func hash(into hasher: inout Hasher) { hasher.combine(fields) }

  /// Reads what was set.
  public init(from decoder: any Decoder) throws { shared = [try ChatOptionFields(from: decoder)] }

  /// Writes what is set.
  public func encode(to encoder: any Encoder) throws { try fields.encode(to: encoder) }
}

extension ChatOptions: CustomReflectable {
  /// The options, by name.
  public var customMirror: Mirror {
    Mirror(self, children: Mirror(reflecting: fields).children, displayStyle: .struct)
  }
}
