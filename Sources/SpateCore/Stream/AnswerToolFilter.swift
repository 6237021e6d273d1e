// SPDX-License-Identifier: Apache-2.0

/// Makes words of the input of a tool that stands for the answer: what a model that has no answers by a schema was told
/// to call.
///
/// What it says beside the call is no part of the answer: it is given as reasoning. As long as it is not known whether
/// there will be a call, it is held back; without one it was the answer.
package struct AnswerToolFilter: EventFilter {
  private let name: String
  private var held: [TextDelta] = []
  /// The number of the call, while it runs.
  private var index: Int32?
  private var id: String?
  private var hasInput = false
  private var isAnswered = false

  /// For the tool of this name.
  package init(_ name: String) { self.name = name }

  package mutating func filter(_ events: inout [StreamEvent], isLast: Bool) {
    var filtered: [StreamEvent] = []
    filtered.reserveCapacity(events.count)
    for event in events { read(event, into: &filtered) }
    if isLast { release(into: &filtered) }
    events = filtered
  }

  private mutating func read(_ event: StreamEvent, into events: inout [StreamEvent]) {
    switch event {
    case .text(let delta) where delta.choice == 0:
      if isAnswered || index != nil { events.append(.reasoning(delta)) } else { held.append(delta) }
    case .toolInputStart(let start) where start.choice == 0 && start.name == name && !isAnswered && index == nil:
      (index, id) = (start.index, start.id)
      for delta in held { events.append(.reasoning(delta)) }
      held = []
    case .toolInputDelta(let delta) where delta.choice == 0 && delta.index == index:
      hasInput = true
      events.append(.text(TextDelta(delta.arguments)))
    case .toolCall(let call) where call.choice == 0 && call.name == name:
      end(call, into: &events)
    case .finish(var finish):
      release(into: &events)
      if isAnswered { finish.takeCallAsAnswer() }
      events.append(.finish(finish))
    default: events.append(event)
    }
  }

  private mutating func end(_ call: ToolCall, into events: inout [StreamEvent]) {
    guard !isAnswered else {
      return events.append(
        .warning(StreamWarning(.ignoredValue, "the model called \(name) more than once: the first answer counts")))
    }
    for delta in held { events.append(.reasoning(delta)) }
    held = []
    if !hasInput, !call.arguments.isEmpty { events.append(.text(TextDelta(call.arguments))) }
    index = nil
    isAnswered = true
  }

  /// Without a call the words are the answer.
  private mutating func release(into events: inout [StreamEvent]) {
    for delta in held { events.append(.text(delta)) }
    held = []
  }
}

extension Finish {
  /// The call was the answer: nobody is to run it.
  fileprivate mutating func takeCallAsAnswer() {
    guard reason == .toolCalls else { return }
    reason = .stop
    outcome = Outcome(.stop)
    for place in choices.indices where choices[place].choice == 0 && choices[place].reason == .toolCalls {
      choices[place].reason = .stop
    }
  }
}
