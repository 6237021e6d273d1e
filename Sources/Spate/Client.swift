// SPDX-License-Identifier: Apache-2.0

public import SpateCore
public import SpateDialects
public import SpateTransport

/// The way to every model.
///
/// ```swift
/// let client = Client()
/// for try await text in client.stream("Tell me a story", model: "gpt-4o").text { print(text, terminator: "") }
/// ```
///
/// Keys come from the environment (`OPENAI_API_KEY`, ...). Making a client opens no connection and never fails; what is
/// wrong with a call is thrown by its first read.
public struct Client: Sendable {
  /// Options under those of models and calls.
  public var options: ChatOptions
  /// Who is asked when the model's name does not say it.
  public var provider: Provider?
  /// Timeouts under those of models and calls.
  public var timeouts: Timeouts
  let environment: Environment
  let transport: any Transport

  /// A client; `provider` is asked for every model whose name does not name another.
  public init(
    provider: Provider? = nil, options: ChatOptions = ChatOptions(), timeouts: Timeouts = Timeouts(),
    environment: Environment = .process, transport: (any Transport)? = nil
  ) {
    self.provider = provider
    self.options = options
    self.timeouts = timeouts
    self.environment = environment
    self.transport = transport ?? PlatformTransport.shared
  }

  /// A model by name: `gpt-4o`, `openrouter/mistralai/mistral-large`, `ollama:llama3.2`, or any name at `provider`.
  public func model(
    _ name: String, provider: Provider? = nil, options: ChatOptions = ChatOptions(), timeouts: Timeouts = Timeouts()
  ) -> Model {
    Model(client: self, name: name, provider: provider ?? self.provider, options: options, timeouts: timeouts)
  }

  /// Streams the answer to one question.
  public func stream(
    _ prompt: String, model: String, tools: [Tool] = [], options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts()
  ) -> ResponseStream {
    self.model(model).stream(prompt, tools: tools, options: options, timeouts: timeouts)
  }

  /// Streams the answer to a conversation.
  public func stream(
    _ messages: [Message], model: String, tools: [Tool] = [], options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts()
  ) -> ResponseStream {
    self.model(model).stream(messages, tools: tools, options: options, timeouts: timeouts)
  }
}

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
    let options = options.over(self.options.over(client.options))
    let timeouts = timeouts.over(self.timeouts.over(client.timeouts))
    do throws(SpateError) {
      let call = try prepare(messages, tools: tools, options: options, timeouts: timeouts)
      return ResponseStream(StreamRun(.success(call)))
    } catch {
      var error = error
      if error.model == nil { error.model = name }
      return ResponseStream(StreamRun(.failure(error)))
    }
  }

  private func prepare(
    _ messages: [Message], tools: [Tool], options: ChatOptions, timeouts: Timeouts
  ) throws(SpateError) -> PreparedCall {
    let route = try Route(model: name, provider: provider)
    let request = ChatRequest(model: route.model, messages: messages, tools: tools, options: options)
    let dialect = route.provider.dialect.dialect
    let encoded = try dialect.encode(request, for: route.provider)
    let endpoint = try Endpoint(base: route.provider.baseURL, path: encoded.path)
    var fields = encoded.fields
    try Credentials(provider: route.provider, environment: client.environment).sign(&fields, for: endpoint)
    let timeouts = timeouts.over(.standard(isStream: request.isStream))
    var http = HTTPRequest(
      method: encoded.method, url: endpoint.url, fields: fields, body: encoded.body, expectsStream: request.isStream)
    if let connect = timeouts.connect { http.connectTimeout = connect }
    return PreparedCall(
      request: http,
      dialect: dialect, provider: route.provider, model: route.model, choices: options.n ?? 1,
      warnings: encoded.warnings + endpoint.warnings, transport: client.transport, timeouts: timeouts)
  }
}
