// SPDX-License-Identifier: Apache-2.0

/// How an answer ended.
public struct Finish: Sendable, Hashable {
  /// Why the model stopped.
  public var reason: FinishReason
  /// The provider's own word for it; nil where it gave none.
  public var native: String?
  /// What that means for the stream.
  public var outcome: Outcome
  /// The ends of all answers, when several were asked for.
  public var choices: [ChoiceFinish]
  /// What else the provider said about the answer, by its own names.
  public var metadata: JSONObject
  /// The counts of the whole answer, as in ``PartialResponse/usage``: set by the client, not by a decoder. The last finish
  /// of a tool loop has the sum over its rounds.
  public var usage: Usage? {
    get { usageBox?.value }
    set { usageBox = newValue.map(Box.value) }
  }
  /// What it cost, where that is known: set by the client (rule U5).
  public var cost: Cost? {
    get { costBox?.value }
    set { costBox = newValue.map(Box.value) }
  }
  /// The usage and the cost, as they are handed on.
  var usageBox: Box<Usage>?
  var costBox: Box<Cost>?

  /// An end for this reason.
  public init(
    reason: FinishReason, native: String?, outcome: Outcome? = nil, choices: [ChoiceFinish] = [],
    metadata: JSONObject = [:]
  ) {
    self.reason = reason
    self.native = native
    self.outcome = outcome ?? Outcome(reason)
    self.choices = choices
    self.metadata = metadata
  }
}

/// How one of several answers ended.
public struct ChoiceFinish: Sendable, Hashable {
  /// Which answer.
  public var choice: Int32
  /// Why the model stopped; nil when it did not say.
  public var reason: FinishReason?
  /// The provider's own word for it.
  public var native: String?

  /// An end of this answer.
  public init(choice: Int32, reason: FinishReason?, native: String?) {
    self.choice = choice
    self.reason = reason
    self.native = native
  }
}

/// Something that was not as it should be, and was dealt with.
public struct StreamWarning: Sendable, Hashable {
  /// What kind of thing. New ones may come.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name, as the command line prints it.
    public let description: String

    package init(_ name: String) { description = name }

    /// Bytes that are no UTF-8 were replaced by U+FFFD (rule B2).
    public static let repairedText = Code("repaired_text")
    /// The last event had no blank line after it, and was taken all the same (rule S9).
    public static let unterminatedEvent = Code("unterminated_event")
    /// The provider ended properly but gave no reason (rule C2).
    public static let missingFinish = Code("missing_finish")
    /// The provider gave a reason that is new to Spate.
    public static let unknownFinish = Code("unknown_finish")
    /// The arguments of a tool call are no JSON (rule T7).
    public static let malformedArguments = Code("malformed_arguments")
    /// The connection broke after the answer was complete.
    public static let lateBreak = Code("late_break")
    /// A tool loop came to its last round, whose calls were not run.
    public static let toolRounds = Code("tool_rounds")
    /// A tool had started before its answer ended, which then did not call it: what it answered was thrown away.
    public static let discardedTools = Code("discarded_tools")
    /// A count or a name was out of all bounds, and was left out.
    public static let ignoredValue = Code("ignored_value")
    /// A stream was asked for and a whole answer came, or the reverse (rule S11).
    public static let unexpectedForm = Code("unexpected_form")
    /// An option, or a part of the conversation, that this provider or model can not take was left out.
    public static let unsupportedOption = Code("unsupported_option")
    /// An option was given another value, which this model takes.
    public static let adjustedOption = Code("adjusted_option")
    /// The model is known not to take something that was sent all the same, for it is what was asked about: an image,
    /// tools.
    public static let unsupportedInput = Code("unsupported_input")
    /// An answer broke off, and what was asked for in this case could not be done.
    public static let notRecovered = Code("not_recovered")
    /// An answer by a schema is asked for in another way than the provider's own (``ChatOptions/outputMode``).
    public static let outputMode = Code("output_mode")
  }

  /// Whether it says that the request is not exactly what was asked for: what ``Strictness/refuse`` refuses.
  package var isAboutRequest: Bool {
    [.unsupportedOption, .adjustedOption, .unsupportedInput].contains(code)
  }

  /// What kind of thing.
  public var code: Code
  /// One sentence for a person.
  public var message: String

  /// A warning of this kind.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
