// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension Model {
  /// Streams the answer to one question as a value of `type`. The schema is that of the type (``JSONSchema``), unless one
  /// is given; how it is asked for is `mode`.
  public func stream<Output: Decodable & Sendable>(
    _ prompt: String, as type: Output.Type, schema: JSONValue? = nil, mode: OutputMode = .automatic,
    tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) -> TypedStream<Output> {
    stream(
      [.user(prompt)], as: type, schema: schema, mode: mode, tools: tools, loop: loop, options: options,
      timeouts: timeouts, recovery: recovery)
  }

  /// Streams the answer to a conversation as a value of `type`. Nothing is sent before the first read, which throws what
  /// is wrong.
  public func stream<Output: Decodable & Sendable>(
    _ messages: [Message], as type: Output.Type, schema: JSONValue? = nil, mode: OutputMode = .automatic,
    tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) -> TypedStream<Output> {
    let (format, problem) = OutputFormat.make(type, schema: schema)
    var options = options
    (options.responseFormat, options.outputMode) = (format.responseFormat, mode)
    options.n = options.n ?? 1
    let stream = stream(messages, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery)
    return TypedStream(stream: problem.map(stream.refused) ?? stream, format: format)
  }

  /// Asks one question and waits for the whole answer as a value of `type`.
  ///
  /// `repairs`: so often an answer that does not fit is sent back, with what is wrong with it, for the model to mend. Each
  /// is a further request, to be paid for.
  public func respond<Output: Decodable & Sendable>(
    to prompt: String, as type: Output.Type, schema: JSONValue? = nil, mode: OutputMode = .automatic, repairs: Int = 0,
    tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) async throws -> TypedResponse<Output> {
    try await respond(
      to: [.user(prompt)], as: type, schema: schema, mode: mode, repairs: repairs, tools: tools, loop: loop,
      options: options,
      timeouts: timeouts, recovery: recovery)
  }

  /// Asks with a conversation and waits for the whole answer as a value of `type`.
  public func respond<Output: Decodable & Sendable>(
    to messages: [Message], as type: Output.Type, schema: JSONValue? = nil, mode: OutputMode = .automatic,
    repairs: Int = 0, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(),
    recovery: Recovery = Recovery()
  ) async throws -> TypedResponse<Output> {
    let (format, problem) = OutputFormat.make(type, schema: schema)
    if let problem { throw problem }
    var options = options
    (options.responseFormat, options.outputMode) = (format.responseFormat, mode)
    options.n = options.n ?? 1
    var messages = messages
    var left = repairs
    while true {
      let response = try await respond(
        to: messages, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery)
      do throws(SpateError) {
        return TypedResponse(value: try format.value(type, of: response), response: response)
      } catch {
        guard left > 0, response.outcome == .complete else { throw error }
        left -= 1
        messages += [
          response.message, .user("\(error.message). Give the whole answer again, so that it fits the schema."),
        ]
      }
    }
  }
}

extension Client {
  /// Streams the answer to one question as a value of `type`.
  ///
  /// ```swift
  /// let recipe = try await client.stream("A recipe for bread", model: "gpt-4o", as: Recipe.self).value
  /// ```
  public func stream<Output: Decodable & Sendable>(
    _ prompt: String, model: String, as type: Output.Type, schema: JSONValue? = nil, mode: OutputMode = .automatic,
    tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) -> TypedStream<Output> {
    self.model(model).stream(
      prompt, as: type, schema: schema, mode: mode, tools: tools, loop: loop, options: options, timeouts: timeouts,
      recovery: recovery)
  }

  /// Streams the answer to a conversation as a value of `type`.
  public func stream<Output: Decodable & Sendable>(
    _ messages: [Message], model: String, as type: Output.Type, schema: JSONValue? = nil,
    mode: OutputMode = .automatic, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(), timeouts: Timeouts = Timeouts(),
    recovery: Recovery = Recovery()
  ) -> TypedStream<Output> {
    self.model(model).stream(
      messages, as: type, schema: schema, mode: mode, tools: tools, loop: loop, options: options, timeouts: timeouts,
      recovery: recovery)
  }

  /// Asks one question and waits for the whole answer as a value of `type`: see ``Model``.
  public func respond<Output: Decodable & Sendable>(
    to prompt: String, model: String, as type: Output.Type, schema: JSONValue? = nil, mode: OutputMode = .automatic,
    repairs: Int = 0, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(),
    recovery: Recovery = Recovery()
  ) async throws -> TypedResponse<Output> {
    try await self.model(model).respond(
      to: prompt, as: type, schema: schema, mode: mode, repairs: repairs, tools: tools, loop: loop, options: options,
      timeouts: timeouts,
      recovery: recovery)
  }
}

extension OutputFormat {
  /// For a type, by its own schema or a given one; and what is wrong with that, which the first read throws.
  fileprivate static func make<Output: Decodable>(
    _ type: Output.Type, schema: JSONValue?
  ) -> (OutputFormat, SpateError?) {
    if let schema { return (OutputFormat(name: "answer", schema: schema, isStrict: false), nil) }
    do throws(SpateError) { return (try OutputFormat(type, name: "answer"), nil) } catch {
      return (OutputFormat(name: "answer", schema: [:], isStrict: false), error)
    }
  }
}
