// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension Model {
  /// Streams the answer to a conversation. Nothing is sent before the first read, which throws what is wrong.
  public func stream(
    _ conversation: Conversation, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts()
  ) -> ResponseStream {
    stream(conversation.messages, tools: tools, loop: loop, options: options, timeouts: timeouts)
  }

  /// Asks with a conversation and waits for the whole answer, which the provider sends in one piece.
  public func respond(
    to conversation: Conversation, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts()
  ) async throws -> Response {
    try await respond(to: conversation.messages, tools: tools, loop: loop, options: options, timeouts: timeouts)
  }
}

extension Client {
  /// Streams the answer to a conversation.
  public func stream(
    _ conversation: Conversation, model: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts()
  ) -> ResponseStream {
    stream(conversation.messages, model: model, tools: tools, loop: loop, options: options, timeouts: timeouts)
  }

  /// Asks with a conversation and waits for the whole answer, which the provider sends in one piece.
  public func respond(
    to conversation: Conversation, model: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts()
  ) async throws -> Response {
    try await respond(
      to: conversation.messages, model: model, tools: tools, loop: loop, options: options, timeouts: timeouts)
  }
}
