// SPDX-License-Identifier: Apache-2.0

/// What happens in a stream, in one set of events for all providers.
///
/// ```swift
/// for try await event in stream {
///   switch event {
///   case .text(let delta): print(delta.text, terminator: "")
///   case .toolCall(let call): calls.append(call)
///   default: break
///   }
/// }
/// ```
///
/// At most 40 bytes: frequent payloads lie in the event, rare ones behind a reference. New cases may come.
@nonexhaustive public enum StreamEvent: Sendable, Hashable {
  /// The provider has begun to answer: before any content, and again after a ``retry(_:)``.
  indirect case start(ResponseStart)
  /// Words of the answer: whole Unicode scalars, possibly only part of a character that is made of several.
  case text(TextDelta)
  /// Thoughts, apart from the answer.
  case reasoning(TextDelta)
  /// The seal of the reasoning of its block, or a piece of it, for sending back.
  indirect case reasoningDetail(BlockSeal)
  /// The seal of the words of its block, for sending back.
  indirect case textDetail(BlockSeal)
  /// Words of a refusal.
  case refusal(TextDelta)
  /// A tool call begins: its name is known.
  indirect case toolInputStart(ToolInputStart)
  /// More of a tool call's arguments.
  case toolInputDelta(ToolInputDelta)
  /// A tool call as it ended. Run it only when ``ToolCall/isComplete``.
  indirect case toolCall(ToolCall)
  /// The provider begins to run a tool of its own: for showing that it does.
  indirect case providerToolStart(ToolInputStart)
  /// A call of a tool that the provider runs, its result, or both.
  indirect case providerTool(ProviderTool)
  /// A whole part that the model made: an image, a file, or one that Spate has no name for.
  indirect case part(WholePart)
  /// Sound, or its transcript.
  indirect case audio(AudioDelta)
  /// Where something in the answer comes from.
  indirect case source(Source)
  /// Log probabilities, in the provider's form.
  indirect case logprobs(LogprobsDelta)
  /// The counts so far: each report replaces the one before it.
  indirect case usage(Usage)
  /// What else the provider says about the answer, by its own names, where it is wanted before the end or without one:
  /// the `sequence_number` that a stream can be resumed after.
  indirect case metadata(JSONObject)
  /// Something was not as it should be, and was dealt with.
  indirect case warning(StreamWarning)
  /// A request failed, and another one follows. Before any words, or as the caller's policy says.
  indirect case retry(Retry)
  /// A request of a race failed, or was given up because another model was the first to answer.
  indirect case superseded(FailedAttempt)
  /// The answer begins again: take back what was shown of it. It follows a ``retry(_:)``.
  indirect case restarted(Restart)
  /// The answer goes on after a cut, in another response: the next words follow those before it. It follows a
  /// ``retry(_:)``.
  indirect case resumed(Seam)
  /// A round of a tool loop begins. Only in a stream whose tools are run by Spate.
  indirect case roundStart(RoundStart)
  /// A round of a tool loop has its answer, with its own finish, usage and cost; ``finish(_:)`` comes once, after the
  /// last round.
  indirect case roundFinish(RoundFinish)
  /// A tool of the caller's begins to run: the call, with the arguments that the tool gets.
  indirect case toolStart(ToolCall)
  /// What became of a tool call that the loop took care of, and what the model is told.
  indirect case toolResult(ToolExecution)
  /// What the provider sent and Spate has no name for.
  indirect case raw(RawEvent)
  /// The provider's own event, untouched, before what it was decoded to. Only in a stream that was asked for it.
  indirect case native(NativeEvent)
  /// The end of an answer: the last event, exactly once. A stream that fails throws instead.
  indirect case finish(Finish)
}

/// The first thing a provider says.
public struct ResponseStart: Sendable, Hashable {
  /// The provider's id of the answer.
  public var id: String?
  /// The model that answers, by the provider's name for it.
  public var model: String?
  /// When the provider began, in seconds since 1970.
  public var created: Int?
  /// Which configuration of its machines answers, where the provider says it (OpenAI's `system_fingerprint`).
  public var systemFingerprint: String?

  /// A start with what is known.
  public init(id: String? = nil, model: String? = nil, created: Int? = nil, systemFingerprint: String? = nil) {
    self.id = id
    self.model = model
    self.created = created
    self.systemFingerprint = systemFingerprint
  }
}
