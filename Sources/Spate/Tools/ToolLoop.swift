// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// How the tools of a call are run: how often, how many at once, for how long, and who is asked before.
///
/// ```swift
/// let loop = ToolLoop(maxRounds: 5, approve: { call in call.name == "delete" ? .denied("not without a person") : .approved })
/// let stream = client.stream("Tidy up", model: "gpt-4o", tools: tools, loop: loop)
/// ```
///
/// A round is a request and its answer. Where the answer ends in tool calls, and is whole, they are run, and the next
/// round sends what they answered. Only complete calls run: never one of an answer that was cut, or that a token limit
/// ended (rule T8).
public struct ToolLoop: Sendable {
  /// The most requests that a call makes, not counting those that recovery repeats. The last one's calls are not run: the
  /// answer ends with ``FinishReason/toolCalls`` and a warning.
  public var maxRounds: Int
  /// So many tools run at once. One that did not end in its time counts no longer.
  public var maxParallel: Int
  /// How long a tool may run that has no time of its own; nil: for ever. Its task is cancelled then, and the model told.
  public var timeout: Duration?
  /// What ends the call with ``SpateError/Code/tool`` instead of being told to the model, which may find another way.
  public var failsOn: Set<ToolExecution.Outcome>
  /// Whether a tool starts as soon as its own arguments are whole, while the answer still comes.
  ///
  /// It saves the time that the rest of the answer takes. But whether that answer will be whole is not known then: when it
  /// is cut, or ends at a token limit, the tool has run for nothing, and its result is thrown away. Only for tools that
  /// change nothing. An answer whose tools have started is not begun again (``OnCut/restart``): no tool runs twice.
  public var startsEarly: Bool
  /// Asked before each call runs, one call at a time, in their order; nil: all may.
  public var approve: (@Sendable (ToolCall) async -> ToolApproval)?
  /// May change each request but the first: its messages, its options, the tools that the model is offered. What it
  /// throws ends the call.
  public var prepareRound: (@Sendable (inout RoundRequest) async throws -> Void)?
  /// Asked when the tools of a round have run, with the answer that called them and their results; true ends the call
  /// with that answer.
  public var stopWhen: (@Sendable (PartialResponse) async -> Bool)?

  /// Ten rounds, eight tools at once, two minutes each, errors told to the model.
  public init(
    maxRounds: Int = 10, maxParallel: Int = 8, timeout: Duration? = .seconds(120),
    failsOn: Set<ToolExecution.Outcome> = [], startsEarly: Bool = false,
    approve: (@Sendable (ToolCall) async -> ToolApproval)? = nil,
    prepareRound: (@Sendable (inout RoundRequest) async throws -> Void)? = nil,
    stopWhen: (@Sendable (PartialResponse) async -> Bool)? = nil
  ) {
    self.maxRounds = maxRounds
    self.maxParallel = maxParallel
    self.timeout = timeout
    self.failsOn = failsOn
    self.startsEarly = startsEarly
    self.approve = approve
    self.prepareRound = prepareRound
    self.stopWhen = stopWhen
  }
}

/// Whether a tool call may run.
public struct ToolApproval: Sendable, Hashable {
  /// Why it may not; nil when it may.
  let refusal: String?
  /// Other arguments than the model's.
  let arguments: String?

  /// It may run.
  public static let approved = ToolApproval(refusal: nil, arguments: nil)

  /// It may run with these arguments. The conversation keeps the model's.
  public static func approved(arguments: JSONValue) -> ToolApproval {
    ToolApproval(refusal: nil, arguments: arguments.description)
  }

  /// It may not; the model is told the reason.
  public static func denied(_ reason: String = "") -> ToolApproval { ToolApproval(refusal: reason, arguments: nil) }
}

/// The next request of a tool loop.
public struct RoundRequest: Sendable {
  /// Which round it is, from 1.
  public let number: Int
  /// The conversation, with what the tools answered last.
  public var messages: [Message]
  /// The options. A ``ToolChoice`` that makes the model call tools is left out after the first round, which it would
  /// repeat for ever.
  public var options: ChatOptions
  /// What the model may call.
  public var tools: [any ModelTool]
  /// The rounds so far.
  public let previous: [PartialResponse]

  /// What is wrong with it.
  var problem: SpateError? {
    let executables = tools.compactMap(\.executable)
    guard !executables.isEmpty else { return nil }
    if let problem = executables.lazy.compactMap(\.problem).first { return problem }
    var names: Set<String> = []
    for tool in tools where !names.insert(tool.definition.name).inserted {
      return SpateError(.badRequest, "two tools are named \(tool.definition.name)")
    }
    if let count = options.n, count > 1 {
      return SpateError(.badRequest, "tools can be run for one answer only: n is \(count)")
    }
    return nil
  }
}
