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
  public var options: ChatOptions {
    get { shared.settings.options }
    set { settings.options = newValue }
  }
  /// Who is asked when the model's name does not say it.
  public var provider: Provider? {
    get { shared.settings.provider }
    set { settings.provider = newValue }
  }
  /// Timeouts under those of models and calls.
  public var timeouts: Timeouts {
    get { shared.settings.timeouts }
    set { settings.timeouts = newValue }
  }
  /// What happens when a call fails, under that of models and calls.
  public var recovery: Recovery {
    get { shared.settings.recovery }
    set { settings.recovery = newValue }
  }
  /// What models cost, for ``PartialResponse/cost`` and for budgets; a provider that reports what an answer cost is
  /// believed before it.
  public var prices: PriceTable {
    get { shared.settings.prices }
    set { settings.prices = newValue }
  }
  /// What its calls may cost together: one that may cost more than is left throws ``SpateError/Code/budget`` before it is
  /// sent.
  ///
  /// What a call may cost is an estimate: a quarter of the request's bytes as tokens read, and as tokens written the
  /// most that it allows (``ChatOptions/maxTokens``, what the dialect sends, or ``Budget/assumedOutput``).
  public var budget: Budget? {
    get { shared.settings.budget }
    set { settings.budget = newValue }
  }
  /// Your own names for models and providers.
  public var routing: Routing {
    get { shared.settings.routing }
    set { settings.routing = newValue }
  }
  /// What your models can do, where Spate's own table does not say it or is wrong.
  public var profiles: ModelProfiles {
    get { shared.settings.profiles }
    set { settings.profiles = newValue }
  }
  /// Whether and from where it fetches media for a provider that takes only their bytes.
  public var mediaFetching: MediaFetching {
    get { shared.settings.mediaFetching }
    set { settings.mediaFetching = newValue }
  }
  var dialects: Dialects { shared.settings.dialects }
  var environment: Environment { shared.settings.environment }
  var transport: any Transport { shared.settings.transport }
  /// What its calls know together; copies of a client share it.
  var ledger: RecoveryLedger { shared.settings.ledger }
  var prepared: PreparationCache { shared.settings.prepared }

  /// Each call holds its client: a copy is one reference, until it is changed.
  private final class Shared: Sendable {
    let settings: ClientSettings
    init(_ settings: ClientSettings) { self.settings = settings }
  }

  private var shared: Shared

  private var settings: ClientSettings {
    get { shared.settings }
    set { shared = Shared(newValue) }
  }

  /// A client; `provider` is asked for every model whose name does not name another. `dialects` may hold your own.
  public init(
    provider: Provider? = nil, options: ChatOptions = ChatOptions(), timeouts: Timeouts = Timeouts(),
    recovery: Recovery = Recovery(), prices: PriceTable = .builtIn, budget: Budget? = nil,
    routing: Routing = Routing(), profiles: ModelProfiles = ModelProfiles(),
    dialects: Dialects = .builtIn, environment: Environment = .process, transport: (any Transport)? = nil,
    mediaFetching: MediaFetching = MediaFetching()
  ) {
    shared = Shared(
      ClientSettings(
        options: options, provider: provider, timeouts: timeouts, recovery: recovery, prices: prices, budget: budget,
        routing: routing, profiles: profiles, mediaFetching: mediaFetching, dialects: dialects,
        environment: environment, transport: transport ?? PlatformTransport.shared))
  }

  /// A model by name: `gpt-4o`, `openrouter/mistralai/mistral-large`, `ollama:llama3.2`, an alias, or any name at
  /// `provider`. Without `profile`, what it can do is what is known of its family.
  public func model(
    _ name: String, provider: Provider? = nil, options: ChatOptions = ChatOptions(), timeouts: Timeouts = Timeouts(),
    recovery: Recovery = Recovery(), profile: ModelProfile? = nil
  ) -> Model {
    Model(
      client: self, candidates: [Candidate(name, provider: provider ?? self.provider, profile: profile)],
      options: options, timeouts: timeouts, recovery: recovery, choice: .inOrder)
  }

  /// Several models that stand for one: each call goes to one of them, more often to those of a larger weight, and to the
  /// next when that one can not answer. One that fails is left alone for a while.
  ///
  /// ```swift
  /// let model = client.model(oneOf: [Candidate("gpt-4o", weight: 3), Candidate("azure/gpt-4o")], stickingTo: userID)
  /// ```
  ///
  /// Calls with the same `key` go to the same model as long as it is well, where its provider may have their beginning in
  /// a cache. `candidates` must not be empty.
  public func model(
    oneOf candidates: [Candidate], stickingTo key: String? = nil, options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) -> Model {
    model(candidates, .spread(key: key), options, timeouts, recovery)
  }

  /// Several models that are asked at once: the first to give a word answers, the others are cancelled and their
  /// connections closed. What they had reported as used is in ``PartialResponse/failedAttempts``.
  ///
  /// ```swift
  /// let stream = client.model(racing: ["gpt-4o-mini", "claude-haiku-4-5"]).stream("Quick: what is 17 * 3?")
  /// ```
  ///
  /// All of them may have to be paid for. `candidates` must not be empty.
  public func model(
    racing candidates: [Candidate], options: ChatOptions = ChatOptions(), timeouts: Timeouts = Timeouts(),
    recovery: Recovery = Recovery()
  ) -> Model {
    model(candidates, .race, options, timeouts, recovery)
  }

  private func model(
    _ candidates: [Candidate], _ choice: Model.Choice, _ options: ChatOptions, _ timeouts: Timeouts,
    _ recovery: Recovery
  ) -> Model {
    var candidates = candidates.isEmpty ? [Candidate("")] : candidates
    for index in candidates.indices where candidates[index].provider == nil { candidates[index].provider = provider }
    return Model(
      client: self, candidates: candidates, options: options, timeouts: timeouts, recovery: recovery, choice: choice)
  }

  /// Streams the answer to one question.
  public func stream(
    _ prompt: String, model: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) -> ResponseStream {
    self.model(model).stream(prompt, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery)
  }

  /// Streams the answer to a conversation.
  public func stream(
    _ messages: [Message], model: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) -> ResponseStream {
    self.model(model).stream(
      messages, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery)
  }

  /// Asks one question and waits for the whole answer, which the provider sends in one piece.
  ///
  /// ```swift
  /// let answer = try await client.respond(to: "What is 2 + 2?", model: "gpt-4o").text
  /// ```
  public func respond(
    to prompt: String, model: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) async throws -> Response {
    try await self.model(model)
      .respond(to: prompt, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery)
  }

  /// Asks with a conversation and waits for the whole answer, which the provider sends in one piece.
  public func respond(
    to messages: [Message], model: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) async throws -> Response {
    try await self.model(model)
      .respond(to: messages, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery)
  }

  /// The wire format that a provider speaks.
  func dialect(of provider: Provider) throws(SpateError) -> any Dialect {
    guard let dialect = dialects[provider.dialect] else {
      let known = dialects.ids.map(\.rawValue).joined(separator: ", ")
      var error = SpateError(.unsupportedProvider, "no dialect is named \(provider.dialect): there are \(known)")
      error.provider = provider.id
      throw error
    }
    return dialect
  }
}
