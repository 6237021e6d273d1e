// SPDX-License-Identifier: Apache-2.0

public import SpateCore
public import SpateDialects

/// A model of a provider, with options for every call.
public struct Model: Sendable {
  /// The client that it is asked through.
  public let client: Client
  /// Who is asked. More than one: each call goes to one of them, and to the next when that one can not answer.
  public let candidates: [Candidate]
  /// Options over the client's and under a call's.
  public let options: ChatOptions
  /// Timeouts over the client's and under a call's.
  public let timeouts: Timeouts
  /// What happens when a call fails, over the client's and under a call's.
  public let recovery: Recovery
  /// How a call chooses among the candidates.
  let choice: Choice

  /// How a call chooses among several candidates.
  enum Choice: Sendable {
    /// As they stand.
    case inOrder
    /// By weight; the same key goes to the same one.
    case spread(key: String?)
    /// All at once.
    case race
  }

  /// As it was named; of several, the first.
  public var name: String { candidates[0].model }
  /// Who is asked; nil when the name says it.
  public var provider: Provider? { candidates[0].provider }
  /// What it can do, where that was given with it; of several, the first.
  public var profile: ModelProfile? { candidates[0].profile }

  /// Streams the answer to one question. Tools that can be run are, as `loop` says: see ``ExecutableTool``.
  public func stream(
    _ prompt: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) -> ResponseStream {
    stream([.user(prompt)], tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery)
  }

  /// Streams the answer to a conversation. Nothing is sent before the first read, which throws what is wrong.
  public func stream(
    _ messages: [Message], tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) -> ResponseStream {
    ask(messages, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery, isStream: true)
  }

  /// Asks one question and waits for the whole answer, which the provider sends in one piece.
  public func respond(
    to prompt: String, tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(),
    recovery: Recovery = Recovery()
  ) async throws -> Response {
    try await respond(
      to: [.user(prompt)], tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery)
  }

  /// Asks with a conversation and waits for the whole answer, which the provider sends in one piece.
  ///
  /// Throws `SpateError`, or `CancellationError` when the task is cancelled, which closes the connection.
  public func respond(
    to messages: [Message], tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery()
  ) async throws -> Response {
    try await ask(
      messages, tools: tools, loop: loop, options: options, timeouts: timeouts, recovery: recovery, isStream: false
    ).response
  }

  /// Both ways to ask. An answer that comes whole makes the events of one that streams, all at once.
  package func ask(
    _ messages: [Message], tools: [any ModelTool] = [], loop: ToolLoop = ToolLoop(),
    options: ChatOptions = ChatOptions(),
    timeouts: Timeouts = Timeouts(), recovery: Recovery = Recovery(), isStream: Bool
  ) -> ResponseStream {
    let recovery = recovery.over(self.recovery.over(client.recovery))
    let timeouts = timeouts.over(self.timeouts.over(client.timeouts))
    let options = options.over(self.options.over(client.options))
    let question = Question(
      client: client, messages: messages, tools: tools.isEmpty ? [] : tools.map(\.definition), options: options,
      timeouts: timeouts, isStream: isStream)
    var targets = order()
    if let fallbacks = recovery.fallbacks { targets += fallbacks }
    let runsTools = tools.contains { $0.executable != nil }
    return ResponseStream(
      StreamRun(
        CallPlan(
          loop: runsTools ? loop : nil, racerCount: choice.isRace ? candidates.count : 1, targets: targets,
          recovery: recovery, timeouts: timeouts.over(.standard(isStream: isStream)), client: client,
          asking: .question(question),
          firstRound: runsTools
            ? RoundRequest(number: 1, messages: messages, options: options, tools: tools, previous: []) : nil)))
  }

  private func order() -> [Candidate] {
    guard case .spread(let key) = choice, candidates.count > 1 else { return candidates }
    var random = client.environment.random
    return Spread(candidates: candidates, key: key)
      .order(cooling: client.ledger.cooling(at: client.transport.now), &random)
  }
}

extension Model.Choice {
  fileprivate var isRace: Bool { if case .race = self { true } else { false } }
}
