// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// A piece of an answer in OpenAI's shape, whoever the provider is.
///
/// ```swift
/// for try await chunk in stream.openAI {
///   print(chunk.choices.first?.delta.content ?? "", terminator: "")
/// }
/// ```
///
/// Encodes to OpenAI's own JSON: ``json``, or with any `Encoder`.
public struct ChatCompletionChunk: Sendable, Hashable {
  /// The provider's id of the answer; the same in all chunks.
  public var id: String
  /// When the provider began, in seconds since 1970; 0 where it did not say.
  public var created: Int
  /// The model that answers.
  public var model: String
  /// Which configuration of its machines answers; nil where the provider does not say.
  public var systemFingerprint: String?
  /// What is new of each answer: one, or none in the chunk of the usage.
  public var choices: [Choice]
  /// The counts: in the last chunk, after the finish.
  public var usage: Usage?

  /// A chunk of these parts.
  public init(
    id: String, created: Int = 0, model: String, systemFingerprint: String? = nil, choices: [Choice] = [],
    usage: Usage? = nil
  ) {
    self.id = id
    self.created = created
    self.model = model
    self.systemFingerprint = systemFingerprint
    self.choices = choices
    self.usage = usage
  }

  /// Always `chat.completion.chunk`.
  public var object: String { "chat.completion.chunk" }

  /// What is new of one answer.
  public struct Choice: Sendable, Hashable {
    /// Its number.
    public var index: Int
    /// What is new.
    public var delta: Delta
    /// Why the model stopped; nil until it has. ``FinishReason/unknown`` where the provider's word has no match.
    public var finishReason: FinishReason?
    /// The word for it in the JSON: OpenAI's, or the provider's own where OpenAI has none.
    public var finishWord: String?
    /// Log probabilities in the provider's form.
    public var logprobs: JSONValue?

    /// A choice of these parts.
    public init(
      index: Int = 0, delta: Delta = Delta(), finishReason: FinishReason? = nil, finishWord: String? = nil,
      logprobs: JSONValue? = nil
    ) {
      self.index = index
      self.delta = delta
      self.finishReason = finishReason
      self.finishWord = finishWord
      self.logprobs = logprobs
    }
  }

  /// A piece of a message: what is nil is not new.
  public struct Delta: Sendable, Hashable {
    /// `assistant`, in the first chunk.
    public var role: String?
    /// Words of the answer.
    public var content: String?
    /// Thoughts (`reasoning_content` in the JSON).
    public var reasoning: String?
    /// Words of a refusal.
    public var refusal: String?
    /// Pieces of tool calls.
    public var toolCalls: [ToolCallDelta]
    /// What else there is, under OpenAI's names: `annotations`, `audio`, `reasoning_details`.
    public var other: JSONObject

    /// A piece of these parts.
    public init(
      role: String? = nil, content: String? = nil, reasoning: String? = nil, refusal: String? = nil,
      toolCalls: [ToolCallDelta] = [], other: JSONObject = [:]
    ) {
      self.role = role
      self.content = content
      self.reasoning = reasoning
      self.refusal = refusal
      self.toolCalls = toolCalls
      self.other = other
    }
  }

  /// A piece of a tool call: its first one has the id and the name, all bear its number.
  public struct ToolCallDelta: Sendable, Hashable {
    /// The call's number in its answer.
    public var index: Int
    /// The call's id, once.
    public var id: String?
    /// The tool's name, once.
    public var name: String?
    /// More of the arguments.
    public var arguments: String
    /// It is a custom tool's: its input is text, not JSON.
    public var isCustom: Bool
    /// What the provider wants back with the call, under its own names: Google's `extra_content`.
    public var other: JSONObject = [:]

    /// A piece of these parts.
    public init(index: Int, id: String? = nil, name: String? = nil, arguments: String = "", isCustom: Bool = false) {
      self.index = index
      self.id = id
      self.name = name
      self.arguments = arguments
      self.isCustom = isCustom
    }
  }
}
