// SPDX-License-Identifier: Apache-2.0

/// A round of a tool loop begins: a request that may end in tool calls, which are then run and answered.
public struct RoundStart: Sendable, Hashable {
  /// Which round of the call it is, from 1.
  public var number: Int

  /// The round with this number.
  public init(number: Int) { self.number = number }
}

/// A round of a tool loop has its answer: how the model ended this turn. Its tools, if it called any, run after it.
public struct RoundFinish: Sendable, Hashable {
  /// Which round of the call it is, from 1.
  public var number: Int
  /// How the model's turn ended, with the usage and the cost of this round alone.
  public var finish: Finish

  /// The end of this round.
  public init(number: Int, finish: Finish) {
    self.number = number
    self.finish = finish
  }
}

/// What became of one tool call in a tool loop.
public struct ToolExecution: Sendable, Hashable {
  /// The call as the model made it.
  public var call: ToolCall
  /// Its place among the calls of its turn, from 0.
  public var index: Int
  /// What the model is told.
  public var result: ToolResult
  /// Whether it ran, and if not, why.
  public var outcome: Outcome
  /// The arguments that the tool ran with, where an approval had changed them.
  public var changedArguments: String?
  /// How long it ran; nil when it did not run.
  public var duration: Duration?

  /// Whether a tool ran, and if not, why.
  @nonexhaustive public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// It answered.
    case answered
    /// It threw, or said that its answer is an error.
    case failed
    /// It took longer than it may.
    case timedOut = "timeout"
    /// It was not approved, and did not run.
    case denied
    /// There is no tool of that name.
    case unknownTool = "unknown_tool"
    /// The arguments are no JSON, or not what the tool takes; it did not run (rule T7).
    case malformedArguments = "malformed_arguments"
  }

  /// What became of this call.
  public init(
    call: ToolCall, index: Int, result: ToolResult, outcome: Outcome, changedArguments: String? = nil,
    duration: Duration? = nil
  ) {
    self.call = call
    self.index = index
    self.result = result
    self.outcome = outcome
    self.changedArguments = changedArguments
    self.duration = duration
  }
}

extension PartialResponse {
  /// What a call added to the conversation: the answer, and in a tool loop all turns before it with what the tools
  /// answered.
  ///
  /// ```swift
  /// messages += try await client.stream(messages, model: "gpt-4o", tools: [weather]).response.turns
  /// ```
  public var turns: [Message] { rounds.flatMap(\.ownTurns) + ownTurns }

  private var ownTurns: [Message] { resultTurn.map { [message, $0] } ?? [message] }

  /// What its tools answered, in the order of the calls; nil when none did.
  package var resultTurn: Message? {
    let results = toolResults.sorted { $0.index < $1.index }.map { ContentPart.toolResult($0.result) }
    return results.isEmpty ? nil : Message(role: .tool, content: results)
  }
}
