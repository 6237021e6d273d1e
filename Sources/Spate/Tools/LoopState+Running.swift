// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// While tools run: which of them begin, what they answer, and when all have.
extension LoopState {
  /// What is to be done now; `events` get what begins.
  mutating func advance(at now: Duration, into events: inout [StreamEvent]) -> [Action] {
    guard failure == nil, !isHeld else { return [] }
    var actions: [Action] = []
    if loop.approve == nil {
      for index in items.indices where items[index].phase == .waiting { items[index].phase = .ready }
    } else if !items.contains(where: { $0.phase == .asking }),
      let index = items.firstIndex(where: { $0.phase == .waiting })
    {
      items[index].phase = .asking
      actions.append(.ask(items[index].number, items[index].call))
    }
    var running = items.count { $0.phase == .running }
    for index in items.indices where items[index].phase == .ready && running < max(loop.maxParallel, 1) {
      guard let tool = items[index].tool else { continue }
      items[index].phase = .running
      items[index].started = now
      running += 1
      let call = items[index].callToRun
      events.append(.toolStart(call))
      actions.append(.start(items[index].number, call, tool))
    }
    if finish != nil, !hasProceeded, items.allSatisfy({ $0.phase == .done }) {
      hasProceeded = true
      actions.append(.proceed)
    }
    return actions
  }

  /// Whether a call may run.
  mutating func decide(_ number: Int, _ approval: ToolApproval, into events: inout [StreamEvent]) {
    guard let index = items.firstIndex(where: { $0.number == number }), items[index].phase == .asking else { return }
    if let reason = approval.refusal {
      settle(index, .denied, "the call was not approved" + (reason.isEmpty ? "" : ": \(reason)"))
      tell(index, into: &events)
    } else {
      items[index].changedArguments = approval.arguments
      items[index].phase = .ready
    }
  }

  /// A tool has ended, or its time has. What comes later is ignored.
  mutating func end(
    _ number: Int, _ output: ToolOutput, _ outcome: ToolExecution.Outcome, at now: Duration,
    into events: inout [StreamEvent]
  ) {
    guard let index = items.firstIndex(where: { $0.number == number }), items[index].phase == .running else { return }
    items[index].end(outcome, output, at: now, &leftovers)
    tell(index, into: &events)
  }

  mutating func settle(_ index: Int, _ outcome: ToolExecution.Outcome, _ message: String) {
    items[index].end(outcome, message, &leftovers)
  }

  /// Results are told once the answer has ended: until then they may be thrown away.
  private mutating func tell(_ index: Int, into events: inout [StreamEvent]) {
    guard finish != nil, let execution = items[index].execution else { return }
    report(execution, into: &events)
  }

  mutating func report(_ execution: ToolExecution, into events: inout [StreamEvent]) {
    events.append(.toolResult(execution))
    guard failure == nil, loop.failsOn.contains(execution.outcome) else { return }
    let words = execution.result.content.compactMap(\.words).joined()
    failure = SpateError(
      .tool, DisplayText.bounded("\(execution.call.name): \(execution.outcome.rawValue): \(words)"))
  }
}
