// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The calls of the user's tools where each is a block whose arguments come as text: Anthropic's and Converse's.
struct BlockCalls: Sendable {
  private struct Call: Sendable {
    var id: String
    var name: String
    var arguments = ""
    var seal: Seal?
  }

  private var calls: [Call] = []

  /// Begins a call; gives its number. `seal` goes back with it; `isSealShown`: its first event has it too.
  mutating func begin(
    id: String?, name: String?, seal: Seal?, isSealShown: Bool, _ context: ResponseContext,
    into events: inout [StreamEvent]
  ) throws(SpateError) -> Int {
    guard calls.count < context.toolCallLimit else {
      throw SpateError(.limit, "the model made more tool calls than the limit of \(context.toolCallLimit)")
    }
    var id = id ?? ""
    // Rule D22: ours where there is none, the same each time it is read.
    if id.isEmpty { id = "call-\(calls.count)" }
    let call = Call(id: id, name: name ?? "", seal: seal)
    calls.append(call)
    events.append(
      .toolInputStart(
        ToolInputStart(
          index: Int32(calls.count - 1), id: id, name: call.name, seal: isSealShown ? seal : nil)))
    return calls.count - 1
  }

  mutating func append(
    _ text: String, to call: Int, _ context: ResponseContext, into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard !text.isEmpty else { return }
    try check(calls[call].arguments.utf8.count + text.utf8.count, context)
    calls[call].arguments += text
    events.append(.toolInputDelta(ToolInputDelta(index: Int32(call), arguments: text)))
  }

  /// Whether nothing of its arguments came.
  func isEmpty(_ call: Int) -> Bool { calls[call].arguments.isEmpty }

  /// The end of a call: what its text held back.
  mutating func end(_ call: Int, _ rest: String, into events: inout [StreamEvent]) {
    calls[call].arguments += rest
    events.append(.toolInputDelta(ToolInputDelta(index: Int32(call), arguments: rest)))
  }

  /// Whether so much may be kept of one.
  func check(_ count: Int, _ context: ResponseContext) throws(SpateError) {
    guard count <= context.toolArgumentsLimit else {
      throw SpateError(
        .limit, "the arguments of a tool call are longer than the limit of \(context.toolArgumentsLimit) bytes")
    }
  }

  /// The calls as they ended. `isWhole`: the answer has an end, and no limit was it.
  func giveAll(isWhole: Bool, into events: inout [StreamEvent]) {
    for call in calls {
      var whole = ToolCall(id: call.id, name: call.name, arguments: call.arguments, seal: call.seal)
      let isReadable = whole.value != nil
      whole.isComplete = isWhole && isReadable && !call.name.isEmpty
      if isWhole, !isReadable {
        events.append(
          .warning(StreamWarning(.malformedArguments, "the arguments of a call of \(call.name) are no JSON")))
      }
      events.append(.toolCall(whole))
    }
  }
}
