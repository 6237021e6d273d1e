// SPDX-License-Identifier: Apache-2.0

/// What is asked of a model, in no provider's dialect.
public struct ChatRequest: Sendable, Hashable, Codable {
  /// The model, by the provider's name for it.
  public var model: String
  /// The conversation so far.
  public var messages: [Message]
  /// What the model may call.
  public var tools: [Tool]
  /// How to answer.
  public var options: ChatOptions
  /// Whether the answer shall come as it is made.
  public var isStream: Bool
  /// Whether the last message, the model's own, is the beginning of its answer, to be gone on with (prefill). Some formats
  /// have a mark for that. Not saved with the request.
  public var continuesLastTurn = false

  private enum CodingKeys: String, CodingKey {
    case model, messages, tools, options, isStream
  }

  /// A request for a stream, unless `isStream` is false.
  public init(
    model: String, messages: [Message], tools: [Tool] = [], options: ChatOptions = ChatOptions(), isStream: Bool = true
  ) {
    self.model = model
    self.messages = messages
    self.tools = tools
    self.options = options
    self.isStream = isStream
  }
}
