// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension Client {
  /// Streams the answer to one question for as long as `body` runs.
  ///
  /// ```swift
  /// let first = try await client.withResponse("Count", model: "gpt-4o") { stream in
  ///   for try await word in stream.text { return word }
  ///   return ""
  /// }
  /// ```
  ///
  /// When `body` returns or throws, what is still running is cancelled, and its socket is closed before this returns.
  public func withResponse<Result>(
    _ prompt: String, model: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery(),
    _ body: (ResponseStream) async throws -> Result
  ) async throws -> Result {
    try await stream(
      prompt, model: model, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery
    )
    .scoped(body)
  }

  /// Streams the answer to a conversation for as long as `body` runs.
  public func withResponse<Result>(
    _ messages: [Message], model: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery(),
    _ body: (ResponseStream) async throws -> Result
  ) async throws -> Result {
    try await stream(
      messages, model: model, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery
    )
    .scoped(body)
  }
}

extension Model {
  /// Streams the answer to one question for as long as `body` runs.
  public func withResponse<Result>(
    _ prompt: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(),
    recovery: Recovery = Recovery(), _ body: (ResponseStream) async throws -> Result
  ) async throws -> Result {
    try await stream(prompt, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery).scoped(
      body)
  }

  /// Streams the answer to a conversation for as long as `body` runs.
  public func withResponse<Result>(
    _ messages: [Message], tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(), timeouts: Timeouts = Timeouts(),
    recovery: Recovery = Recovery(), _ body: (ResponseStream) async throws -> Result
  ) async throws -> Result {
    try await stream(messages, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery)
      .scoped(body)
  }
}

extension ResponseStream {
  /// Runs `body`, then cancels and waits until the socket of what was cancelled is closed.
  fileprivate func scoped<Result>(_ body: (ResponseStream) async throws -> Result) async throws -> Result {
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(self)) } catch { result = .failure(error) }
    cancel()
    await run.waitForClose()
    return try result.get()
  }
}
