// SPDX-License-Identifier: Apache-2.0

/// What of an answer has come so far: a snapshot of a running stream, or what an error kept.
public struct PartialResponse: Sendable, Hashable {
  // What every word touches comes first (docs/decisions/0023).
  /// The answers, by number: one, unless several were asked for. Never empty.
  public var choices = [Choice(index: 0)]
  /// How many pieces of text, reasoning, refusal and arguments came.
  public var chunkCount = 0
  /// The provider's id of the answer.
  public var id: String?
  /// The model that answers, by the provider's name for it.
  public var model: String?
  /// When the provider began, in seconds since 1970.
  public var created: Int?
  /// Seals and the provider's own form of the reasoning, for sending back.
  public var reasoningDetails: [BlockSeal] = []
  /// Seals of the words, for sending back.
  public var textDetails: [BlockSeal] = []
  /// The tools that the provider ran itself: calls and results, in order.
  public var providerTools: [ProviderTool] = []
  /// Images and files that the model made, and parts that Spate has no name for.
  public var parts: [ContentPart] = []
  /// What is said in the answer's sound.
  public var audioTranscript = ""
  /// The answer's sound, in base64, piece by piece as it came.
  public var audio: [String] = []
  /// Where things in the answer come from.
  public var sources: [Source] = []
  /// The provider's last report; once an answer has ended without it, also what came since, estimated and marked so
  /// (``Usage/estimatedOutput``). In a tool loop the sum over all rounds, as far as they report it.
  public var usage: Usage? {
    get { usageBox?.value }
    set { usageBox = newValue.map(Box.init) }
  }
  /// What it cost; nil while it runs, and where neither the provider nor a price table says it. In a tool loop of all
  /// rounds, and without a total where that of one is not known.
  public var cost: Cost? {
    get { costBox?.value }
    set { costBox = newValue.map(Box.init) }
  }
  /// What was not as it should be.
  public var warnings: [StreamWarning] = []
  /// What else the provider said, by its own names.
  public var metadata: JSONObject = [:]
  /// The requests of the call that did not give this answer, in their order: what was retried, replaced or lost a race.
  public var failedAttempts: [FailedAttempt] = []
  /// In a tool loop, the rounds before this answer, in order: what the model said and called, and what the tools answered.
  /// The usage and the cost of each are its own. Empty without tools that Spate runs.
  public var rounds: [PartialResponse] = []
  /// What became of this answer's tool calls, in the order in which they ended: in a tool loop, once they have run.
  public var toolResults: [ToolExecution] = []
  /// Where the answer was put together of several responses.
  public var seams: [Seam] = []
  /// How the stream ended; nil while it runs.
  public var outcome: Outcome?

  /// The usage and the cost, as they are handed on.
  var usageBox: Box<Usage>?
  /// What the provider says that it cost.
  package var reportedCost: Double? { usageBox?.value.reportedCost }
  var costBox: Box<Cost>?

  /// Nothing yet.
  public init() {}

  /// The words of the first answer.
  public var text: String { choices[0].text }
  /// The thoughts behind it.
  public var reasoning: String { choices[0].reasoning }
  /// The words of its refusal; nil without one.
  public var refusal: String? { choices[0].refusal }
  /// Its tool calls, in order.
  public var toolCalls: [ToolCall] { choices[0].toolCalls }
  /// Its log probabilities, in the provider's form, in order.
  public var logprobs: [JSONValue] { choices[0].logprobs }
  /// Why the model stopped; nil while it has not.
  public var finish: FinishReason? { choices[0].finish }
  /// The provider's own word for it.
  public var nativeFinish: String? { choices[0].nativeFinish }

  /// One answer.
  public struct Choice: Sendable, Hashable {
    /// Its number.
    public var index: Int
    /// Its words.
    public var text = ""
    /// In which order its parts came.
    var outline = TurnOutline()
    /// The thoughts behind it.
    public var reasoning = ""
    /// The words of a refusal; nil without one.
    public var refusal: String?
    /// Its tool calls, in order.
    public var toolCalls: [ToolCall] = []
    /// Log probabilities in the provider's form, in order.
    public var logprobs: [JSONValue] = []
    /// Why the model stopped; nil when it did not say.
    public var finish: FinishReason?
    /// The provider's own word for it.
    public var nativeFinish: String?

    /// The answer with this number, empty.
    public init(index: Int) { self.index = index }
  }
}

/// A whole answer: everything of a ``PartialResponse``, and how it ended.
@dynamicMemberLookup public struct Response: Sendable, Hashable {
  private let content: PartialResponse
  /// Why the model stopped.
  public let finish: FinishReason
  /// How the stream ended: never ``Outcome/cut`` or ``Outcome/failed``, which are thrown.
  public let outcome: Outcome

  /// All of it in the form that errors carry.
  package var partial: PartialResponse { content }

  /// Nil while the answer has no end, or none that is an answer.
  public init?(_ content: PartialResponse) {
    guard let outcome = content.outcome, outcome.isAnswer else { return nil }
    self.content = content
    self.outcome = outcome
    finish = content.finish ?? .unknown
  }

  /// `text`, `toolCalls`, `usage` and everything else that came.
  public subscript<Value>(dynamicMember path: KeyPath<PartialResponse, Value>) -> Value { content[keyPath: path] }
}
