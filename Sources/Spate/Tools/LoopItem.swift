// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// One tool call in a loop, and how far it has come.
struct LoopItem: Sendable {
  enum Phase: Sendable {
    case waiting, asking, ready, running, done
  }

  let number: Int
  var call: ToolCall
  /// Nil for a name that no tool has.
  let tool: ExecutableTool?
  /// Its place in the answer; nil while that is not known.
  var index: Int?
  var phase = Phase.waiting
  /// When its tool began to run.
  var started: Duration?
  var hasStarted: Bool { started != nil }
  var changedArguments: String?
  var execution: ToolExecution?
  /// What runs it.
  var leftovers: [LoopState.Leftover] = []

  init(number: Int, call: ToolCall, tool: ExecutableTool?, index: Int?) {
    self.number = number
    self.call = call
    self.tool = tool
    self.index = index
  }

  /// The call as its tool gets it.
  var callToRun: ToolCall {
    var call = call
    call.arguments = changedArguments ?? call.arguments
    return call
  }

  mutating func end(
    _ outcome: ToolExecution.Outcome, _ output: ToolOutput, at now: Duration? = nil,
    _ rest: inout [LoopState.Leftover]
  ) {
    drop(&rest)
    let time = started.flatMap { start in now.map { $0 - start } }
    execution = ToolExecution(
      call: call, index: index ?? 0,
      result: ToolResult(callID: call.id, name: call.name, content: output.content, isError: output.isError),
      outcome: outcome, changedArguments: changedArguments, duration: time)
  }

  mutating func end(
    _ outcome: ToolExecution.Outcome, _ message: String, _ rest: inout [LoopState.Leftover]
  ) {
    end(outcome, .error(message), &rest)
  }

  /// Nobody waits for it any more.
  mutating func drop(_ rest: inout [LoopState.Leftover]) {
    phase = .done
    rest += leftovers
    leftovers = []
  }
}
