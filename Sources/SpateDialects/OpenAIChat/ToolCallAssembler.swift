// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Puts tool calls together from their pieces, however a server names and numbers them (rules T1 to T8).
struct ToolCallAssembler: Sendable {
  private struct Call: Sendable {
    /// The provider's number of it; nil when it came without one.
    var number: Int?
    var id = ""
    /// The id is one of ours.
    var isMinted = false
    var name = ""
    var arguments = ""
    var joiner = TextJoiner()
    var isCustom = false
    /// Its start was given out: the name is settled.
    var isStarted = false
    /// `extra_content`: goes back with the call.
    var extra: JSONObject = [:]
    /// Where its arguments end, for a server that does not number its calls.
    var extent = JSONExtent()
  }

  private var calls: [Call] = []
  private let choice: Int32
  private let limit: Int
  private let argumentsLimit: Int
  /// What calls get whose id is ours, where the provider must not get it back (rule D22).
  private let mintedSeal: Seal?

  init(choice: Int32, limit: Int, argumentsLimit: Int, mintedSeal: Seal? = nil) {
    self.mintedSeal = mintedSeal
    self.choice = choice
    self.limit = limit
    self.argumentsLimit = argumentsLimit
  }

  /// Whether nothing came.
  var isEmpty: Bool { calls.isEmpty }

  /// Whether there is a call with a name.
  var hasCalls: Bool { calls.contains { !$0.name.isEmpty } }

  /// How many texts had to be repaired.
  var repairs: Int { calls.reduce(0) { $0 + $1.joiner.repairs } }

  /// How an entry stands to the one before it.
  enum Position {
    /// The first one of a delta: it may go on with a call.
    case first
    /// A later one of the same delta.
    case later
    /// In a whole answer: a call by itself.
    case alone
  }

  /// Adds one entry of `tool_calls`.
  mutating func add(
    _ piece: ChatChunk.Tool, _ position: Position, in json: borrowing JSONScanner, responseID: String?,
    into events: inout [StreamEvent]
  ) throws(SpateError) {
    let id = piece.id.map { json.text(of: $0) } ?? ""
    let name = piece.name.map { json.text(of: $0) } ?? ""
    let hasArguments = piece.arguments.map { !$0.isEmpty } ?? false
    // Snowflake fills every field with blanks: that is no call.
    if id.isEmpty, name.isEmpty, !hasArguments, piece.extra == nil || calls.isEmpty { return }
    let number = piece.index.flatMap { json.integer($0) }
    let place: Int
    if let known = known(position, number: number, id: id, name: name, hasArguments: hasArguments) {
      place = known
    } else {
      place = try begin(number)
    }
    if calls[place].id.isEmpty { calls[place].id = id }
    if piece.isCustom { calls[place].isCustom = true }
    if let extra = piece.extra, let fields = json.value(of: extra).object { calls[place].extra.merge(fields) }
    takeName(name, at: place)
    if let slice = piece.arguments, hasArguments {
      let text = piece.argumentsAreText ? calls[place].joiner.text(of: slice, in: json) : json.text(of: slice)
      try append(text, at: place, responseID, into: &events)
    } else if !calls[place].arguments.isEmpty {
      start(place, responseID, into: &events)  // the name came after the arguments
    }
  }

  /// The call that a piece goes on with: by number; else by id; else the last one, as long as it is open (rule T1).
  private func known(_ position: Position, number: Int?, id: String, name: String, hasArguments: Bool) -> Int? {
    func differs(_ call: Call) -> Bool { !id.isEmpty && !call.id.isEmpty && !call.isMinted && id != call.id }
    if case .alone = position { return nil }
    if let number {
      // A number that is used again with another id begins another call.
      if let place = calls.lastIndex(where: { $0.number == number }), !differs(calls[place]) { return place }
      if !id.isEmpty, let place = calls.lastIndex(where: { $0.id == id && $0.number == nil }) { return place }
    } else if !id.isEmpty {
      if let place = calls.lastIndex(where: { $0.id == id }) { return place }
    } else if let last = calls.indices.last {
      // Only a piece with a name can begin a call that has neither number nor id: beside another one in its delta,
      // with another name, or once the arguments of the last one have closed.
      if name.isEmpty { return last }
      if case .later = position { return nil }
      let call = calls[last]
      let isAnother = call.isStarted && name != call.name || call.extent.isClosed && hasArguments
      return isAnother ? nil : last
    }
    return nil
  }

  private mutating func begin(_ number: Int?) throws(SpateError) -> Int {
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
      let name = choice == 0 ? "call-\(place)" : "choice-\(choice)-call-\(place)"
      calls[place].id = responseID.map { "\($0)-\(name)" } ?? name
      calls[place].isMinted = true
    }
    let call = calls[place]
    events.append(
      .toolInputStart(ToolInputStart(index: Int32(place), choice: choice, id: call.id, name: call.name)))
    if !call.arguments.isEmpty { give(call.arguments, of: place, into: &events) }
  }

  private func give(_ arguments: String, of place: Int, into events: inout [StreamEvent]) {
    events.append(.toolInputDelta(ToolInputDelta(index: Int32(place), choice: choice, arguments: arguments)))
  }

  /// Arguments that come before the name are held back until it does: a start without a name helps nobody.
  private mutating func append(
    _ text: String, at place: Int, _ responseID: String?, into events: inout [StreamEvent]
  ) throws(SpateError) {
    if !calls[place].name.isEmpty { start(place, responseID, into: &events) }
    guard !text.isEmpty else { return }
    guard calls[place].arguments.utf8.count + text.utf8.count <= argumentsLimit else {
      throw SpateError(.limit, "the arguments of a tool call are longer than the limit of \(argumentsLimit) bytes")
    }
    calls[place].arguments += text
    if calls[place].number == nil { calls[place].extent.read(text) }
    if calls[place].isStarted { give(text, of: place, into: &events) }
  }

  /// The calls as they ended. `isWhole`: the answer has an end, and no limit was it.
  mutating func finish(isWhole: Bool, responseID: String?, into events: inout [StreamEvent]) {
    flush(responseID: responseID, into: &events)
    for call in calls where !call.name.isEmpty || !call.arguments.isEmpty {
      var whole = ToolCall(
        id: call.id, name: call.name, arguments: call.arguments, isCustom: call.isCustom, choice: Int(choice))
      if call.isMinted { whole.seal = mintedSeal }
      if !call.extra.isEmpty {
        whole.seal = Seal(dialect: .openAIChat, details: ["extra_content": .object(call.extra)])
      }
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
    for place in calls.indices where !calls[place].name.isEmpty || !calls[place].arguments.isEmpty {
      start(place, responseID, into: &events)
      guard let rest = calls[place].joiner.finish() else { continue }
      calls[place].arguments += rest
      give(rest, of: place, into: &events)
    }
  }
}
