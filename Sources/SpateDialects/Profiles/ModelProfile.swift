// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// What a family of models can do, and which options its requests may have. All data.
///
/// ```swift
/// var profile = Provider.openAI.profile(of: "o3")
/// profile.rules[.temperature] = nil                        // it learned to take one
/// let model = client.model("o3", profile: profile)
/// ```
///
/// What a profile does not say is not known, and is never refused: `ModelProfile()` lets everything through.
public struct ModelProfile: Sendable, Hashable {
  /// An option that a family may have a rule for. The others go by what the model can do: `n` by
  /// ``Capability/severalAnswers``, `parallelTools` by ``Capability/parallelTools``, the efforts by
  /// ``ModelCapabilities/efforts``.
  public enum Parameter: String, Sendable, Hashable, CaseIterable {
    case temperature, topP, topK, maxTokens, stop, seed, presencePenalty, frequencyPenalty
    /// Log probabilities, with and without alternatives.
    case logprobs
    /// ``Message/name``.
    case speakerNames
  }

  /// Which values of an option a family takes.
  @nonexhaustive public enum Rule: Sendable, Hashable {
    /// None: it is left out.
    case refused
    /// This one, which holds anyway: any other is left out.
    case fixed(Double)
    /// These: any other is moved to the nearest.
    case within(ClosedRange<Double>)
    /// Any, as long as the model does not think: the effort has to be ``ReasoningEffort/none``, or not to be asked for.
    case withoutReasoning
    /// Any, as long as the other option is not there.
    case without(Parameter)
  }

  /// What it can do.
  public var capabilities: ModelCapabilities
  /// The options that it does not take as they are.
  public var rules: [Parameter: Rule]
  /// How many tokens of thought can be asked for, where they are counted; beside it 0 is for none, if it can do without.
  public var reasoningBudget: ClosedRange<Int>?
  /// It can not do without thinking.
  public var alwaysReasons: Bool
  /// How long an answer may get where a request must name a limit and the caller gave none: not more than the model can
  /// write, not always all of it.
  public var defaultMaxTokens: Int?
  /// The tags round its thoughts, where every server of it leaves them among the words.
  public var thinkTags: ThinkTags?

  /// What is known; everything else is not.
  public init(
    _ capabilities: ModelCapabilities = ModelCapabilities(), rules: [Parameter: Rule] = [:],
    reasoningBudget: ClosedRange<Int>? = nil, alwaysReasons: Bool = false, defaultMaxTokens: Int? = nil,
    thinkTags: ThinkTags? = nil
  ) {
    self.capabilities = capabilities
    self.rules = rules
    self.reasoningBudget = reasoningBudget
    self.alwaysReasons = alwaysReasons
    self.defaultMaxTokens = defaultMaxTokens
    self.thinkTags = thinkTags
  }

  /// This, and `defaults` where this says nothing.
  public func over(_ defaults: ModelProfile) -> ModelProfile {
    ModelProfile(
      capabilities.over(defaults.capabilities), rules: defaults.rules.merging(rules) { $1 },
      reasoningBudget: reasoningBudget ?? defaults.reasoningBudget,
      alwaysReasons: alwaysReasons || defaults.alwaysReasons,
      defaultMaxTokens: defaultMaxTokens ?? defaults.defaultMaxTokens,
      thinkTags: thinkTags ?? defaults.thinkTags)
  }
}
