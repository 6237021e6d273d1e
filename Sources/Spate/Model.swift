// SPDX-License-Identifier: Apache-2.0

public import SpateCore
public import SpateDialects

/// A model of a provider, with options for every call.
public struct Model: Sendable {
  /// The client that it is asked through.
  public let client: Client
  /// As it was named.
  public let name: String
  /// Who is asked; nil when the name says it.
  public let provider: Provider?
  /// Options over the client's and under a call's.
  public let options: ChatOptions
  /// Timeouts over the client's and under a call's.
  public let timeouts: Timeouts
  /// What it can do, where that was given with it.
  public let profile: ModelProfile?

  /// Streams the answer to one question.
  public func stream(
    _ prompt: String, tools: [Tool] = [], options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts()
  ) -> ResponseStream {
    stream([.user(prompt)], tools: tools, options: options, timeouts: timeouts)
  }

  /// Streams the answer to a conversation. Nothing is sent before the first read, which throws what is wrong.
  public func stream(
    _ messages: [Message], tools: [Tool] = [], options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts()
  ) -> ResponseStream {
    ask(messages, tools: tools, options: options, timeouts: timeouts, isStream: true)
  }

  /// Asks one question and waits for the whole answer, which the provider sends in one piece.
  public func respond(
    to prompt: String, tools: [Tool] = [], options: ChatOptions = ChatOptions(), timeouts: Timeouts = Timeouts()
  ) async throws -> Response {
    try await respond(to: [.user(prompt)], tools: tools, options: options, timeouts: timeouts)
  }

  /// Asks with a conversation and waits for the whole answer, which the provider sends in one piece.
  ///
  /// Throws `SpateError`, or `CancellationError` when the task is cancelled, which closes the connection.
  public func respond(
    to messages: [Message], tools: [Tool] = [], options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts()
  ) async throws -> Response {
    try await ask(messages, tools: tools, options: options, timeouts: timeouts, isStream: false).response
  }

  /// Both ways to ask. An answer that comes whole makes the events of one that streams, all at once.
  package func ask(
    _ messages: [Message], tools: [Tool] = [], options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), isStream: Bool
  ) -> ResponseStream {
    let timeouts = timeouts.over(self.timeouts.over(client.timeouts))
    do throws(SpateError) {
      let route = try Route(model: name, provider: provider, routing: client.routing)
      let request = ChatRequest(
        model: route.model, messages: messages, tools: tools, options: options.over(self.options.over(client.options)),
        isStream: isStream)
      let fitted = try FittedRequest(request, for: route.provider, client: client, profile: profile)
      var call = try PreparedCall(
        fitted.encoded, at: route.provider, dialect: fitted.dialect, isStream: fitted.request.isStream, client: client,
        timeouts: timeouts)
      call.model = route.model
      call.choices = fitted.request.options.n ?? 1
      return ResponseStream(StreamRun(.success(call)))
    } catch {
      var error = error
      if error.model == nil { error.model = name }
      return ResponseStream(StreamRun(.failure(error)))
    }
  }
}
