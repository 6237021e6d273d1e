// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Puts tool calls together from their pieces, however a server names and numbers them (rules T1 to T8).
struct ToolCallAssembler: Sendable {
  private struct Call: Sendable {
    /// The provider's number of it; nil when it came without one.
    var number: Int?
    var id = ""
    var name = ""
    var arguments = ""
    var joiner = TextJoiner()
    var isCustom = false
    /// Its start was given out: the name is settled.
    var isStarted = false
  }

  private var calls: [Call] = []
  private let choice: Int32
  private let limit: Int
  private let argumentsLimit: Int

  init(choice: Int32, limit: Int, argumentsLimit: Int) {
    self.choice = choice
    self.limit = limit
    self.argumentsLimit = argumentsLimit
  }

  /// Whether there is a call with a name.
  var hasCalls: Bool { calls.contains { !$0.name.isEmpty } }

  /// How many texts had to be repaired.
  var repairs: Int { calls.reduce(0) { $0 + $1.joiner.repairs } }

  /// Adds one entry of a `tool_calls` delta.
  mutating func add(
    _ piece: ChatChunk.Tool, in json: borrowing JSONScanner, responseID: String?, into events: inout [StreamEvent]
  ) throws(SpateError) {
    let id = piece.id.map { json.text(of: $0) } ?? ""
    let name = piece.name.map { json.text(of: $0) } ?? ""
    let hasArguments = piece.arguments.map { !$0.isEmpty } ?? false
    // Snowflake fills every field with blanks: that is no call.
    if id.isEmpty, name.isEmpty, !hasArguments { return }
    let place = try place(number: piece.index.flatMap { json.integer($0) }, id: id, name: name)
    if calls[place].id.isEmpty { calls[place].id = id }
    if piece.isCustom { calls[place].isCustom = true }
    takeName(name, at: place)
    guard let slice = piece.arguments, hasArguments else { return }
    start(place, responseID, into: &events)
    let text = piece.argumentsAreText ? calls[place].joiner.text(of: slice, in: json) : json.text(of: slice)
    try append(text, at: place, into: &events)
  }

  /// The call that a piece belongs to: by number; else a new id begins a call; else the last one goes on (rule T1).
  private mutating func place(number: Int?, id: String, name: String) throws(SpateError) -> Int {
    func differs(_ call: Call) -> Bool { !id.isEmpty && !call.id.isEmpty && id != call.id }
    if let number {
      // A number that is used again with another id begins another call.
      if let place = calls.lastIndex(where: { $0.number == number }), !differs(calls[place]) { return place }
      if !id.isEmpty, let place = calls.lastIndex(where: { $0.id == id && $0.number == nil }) { return place }
    } else if !id.isEmpty {
      if let place = calls.lastIndex(where: { $0.id == id }) { return place }
    } else if let last = calls.indices.last, !(calls[last].isStarted && !name.isEmpty && name != calls[last].name) {
      return last
    }
    guard calls.count < limit else {
      throw SpateError(.limit, "the model made more tool calls than the limit of \(limit)")
    }
    calls.append(Call(number: number))
    return calls.count - 1
  }

  /// A name may come whole, again and again, or in pieces; it is settled when arguments begin (rules T3, T4).
  private mutating func takeName(_ name: String, at place: Int) {
    guard !name.isEmpty, !calls[place].isStarted, name != calls[place].name else { return }
    calls[place].name += name
  }

  private mutating func start(_ place: Int, _ responseID: String?, into events: inout [StreamEvent]) {
    guard !calls[place].isStarted else { return }
    calls[place].isStarted = true
    if calls[place].id.isEmpty {
      // Rule D22: the same for the same answer, and different in the next turn.
      calls[place].id = responseID.map { "\($0)-call-\(place)" } ?? "call-\(place)"
    }
    let call = calls[place]
    events.append(
      .toolInputStart(ToolInputStart(index: Int32(place), choice: choice, id: call.id, name: call.name)))
  }

  private mutating func append(_ text: String, at place: Int, into events: inout [StreamEvent]) throws(SpateError) {
    guard !text.isEmpty else { return }
    guard calls[place].arguments.utf8.count + text.utf8.count <= argumentsLimit else {
      throw SpateError(.limit, "the arguments of a tool call are longer than the limit of \(argumentsLimit) bytes")
    }
    calls[place].arguments += text
    events.append(.toolInputDelta(ToolInputDelta(index: Int32(place), choice: choice, arguments: text)))
  }

  /// The calls as they ended. `isWhole`: the answer has an end, and no limit was it.
  mutating func finish(isWhole: Bool, responseID: String?, into events: inout [StreamEvent]) {
    flush(responseID: responseID, into: &events)
    for call in calls where !call.name.isEmpty || !call.arguments.isEmpty {
      var whole = ToolCall(
        id: call.id, name: call.name, arguments: call.arguments, isCustom: call.isCustom, choice: Int(choice))
      let isReadable = call.isCustom || whole.value != nil
      whole.isComplete = isWhole && isReadable && !call.name.isEmpty
      if isWhole, !isReadable {
        events.append(
          .warning(StreamWarning(.malformedArguments, "the arguments of a call of \(call.name) are no JSON")))
      }
      events.append(.toolCall(whole))
    }
  }

  /// Gives out what was held back.
  mutating func flush(responseID: String?, into events: inout [StreamEvent]) {
    for place in calls.indices where !calls[place].name.isEmpty {
      start(place, responseID, into: &events)
      guard let rest = calls[place].joiner.finish() else { continue }
      calls[place].arguments += rest
      events.append(.toolInputDelta(ToolInputDelta(index: Int32(place), choice: choice, arguments: rest)))
    }
  }
}
