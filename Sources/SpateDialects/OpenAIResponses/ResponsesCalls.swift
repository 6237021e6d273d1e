// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The calls of the user's tools, functions and custom ones, as their arguments come.
struct ResponsesCalls: Sendable {
  private struct Call: Sendable {
    var id: String
    var name: String
    var isCustom: Bool
    var arguments = ""
    var joiner = TextJoiner()
    /// Its start was given out: the name is known.
    var isStarted = false
    /// Only pieces of it came, and not its item, which names its id.
    var isImplied: Bool
    /// What the item began with; it counts where nothing else comes.
    var initial = ""
    /// The item says of itself that it is not whole.
    var isBroken = false
    var seal: Seal?
  }

  private let context: ResponseContext
  private var calls: [Call] = []

  init(context: ResponseContext) { self.context = context }

  var hasCalls: Bool { calls.contains { !$0.name.isEmpty } }

  /// How many texts had to be repaired.
  var repairs: Int { calls.reduce(0) { $0 + $1.joiner.repairs } }

  /// Begins a call; gives its number.
  mutating func begin(
    _ item: JSONValue, _ responseID: String?, into events: inout [StreamEvent]
  ) throws(SpateError) -> Int {
    guard calls.count < context.toolCallLimit else {
      throw SpateError(.limit, "the model made more tool calls than the limit of \(context.toolCallLimit)")
    }
    var call = Call(
      id: Self.id(of: item), name: "", isCustom: item["type"] == "custom_tool_call", isImplied: item["name"] == nil)
    if call.id.isEmpty {
      // Rule D22: ours where there is none, the same for the same answer, and different in the next turn.
      let name = "call-\(calls.count)"
      call.id = responseID.map { "\($0)-\(name)" } ?? name
    }
    call.initial = Self.arguments(of: item) ?? ""
    calls.append(call)
    name(item["name"]?.string ?? "", calls.count - 1, into: &events)
    return calls.count - 1
  }

  private static func id(of item: JSONValue) -> String {
    let id = item["call_id"]?.string ?? ""
    return id.isEmpty ? item["id"]?.string ?? "" : id
  }

  /// Text; some servers send the object itself.
  private static func arguments(of item: JSONValue) -> String? {
    guard let value = item["arguments"] ?? item["input"], !value.isNull else { return nil }
    return value.string ?? value.description
  }

  /// The name of a call, which starts it once its id is known too. Arguments that came before are given out with it.
  mutating func name(_ name: String, _ call: Int, into events: inout [StreamEvent]) {
    guard !calls[call].isStarted else { return }
    if !name.isEmpty { calls[call].name = name }
    if !calls[call].name.isEmpty, !calls[call].isImplied { start(call, into: &events) }
  }

  /// The item of a call of which pieces came first.
  mutating func adopt(_ item: JSONValue, _ call: Int, into events: inout [StreamEvent]) {
    guard !calls[call].isStarted else { return }
    let id = Self.id(of: item)
    if !id.isEmpty { calls[call].id = id }
    calls[call].isImplied = false
    name(item["name"]?.string ?? "", call, into: &events)
  }

  private mutating func start(_ call: Int, into events: inout [StreamEvent]) {
    guard !calls[call].isStarted else { return }
    calls[call].isStarted = true
    events.append(.toolInputStart(ToolInputStart(index: Int32(call), id: calls[call].id, name: calls[call].name)))
    give(calls[call].arguments, of: call, into: &events)
  }

  private func give(_ text: String, of call: Int, into events: inout [StreamEvent]) {
    guard !text.isEmpty, calls[call].isStarted else { return }
    events.append(.toolInputDelta(ToolInputDelta(index: Int32(call), arguments: text)))
  }

  mutating func append(
    _ slice: JSONSlice, to call: Int, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    let text = calls[call].joiner.text(of: slice, in: json)
    try append(text, to: call, into: &events)
  }

  private mutating func append(
    _ text: String, to call: Int, into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard !text.isEmpty else { return }
    try check(calls[call].arguments.utf8.count + text.utf8.count)
    calls[call].arguments += text
    give(text, of: call, into: &events)
  }

  private func check(_ count: Int) throws(SpateError) {
    guard count <= context.toolArgumentsLimit else {
      throw SpateError(
        .limit, "the arguments of a tool call are longer than the limit of \(context.toolArgumentsLimit) bytes")
    }
  }

  /// All arguments: fills what deltas missed, and counts where they said something else (rule N15).
  mutating func complete(_ whole: String, _ call: Int, into events: inout [StreamEvent]) throws(SpateError) {
    guard !whole.isEmpty else { return }
    let given = calls[call].arguments.utf8
    if whole.utf8.count == given.count, whole.utf8.elementsEqual(given) { return }
    _ = calls[call].joiner.finish()
    if whole.utf8.starts(with: given) {
      let rest = String(Substring(whole.utf8.dropFirst(given.count)))
      return try append(rest, to: call, into: &events)
    }
    try check(whole.utf8.count)
    calls[call].arguments = whole
  }

  /// The item as it ended.
  mutating func end(_ call: Int, _ item: JSONValue, into events: inout [StreamEvent]) throws(SpateError) {
    adopt(item, call, into: &events)
    try complete(Self.arguments(of: item) ?? "", call, into: &events)
    if item["type"] == "custom_tool_call" { calls[call].isCustom = true }
    calls[call].isBroken = item["status"] == "incomplete"
    // What has no name here is wanted back: the item's id, its status, a namespace.
    var rest = item.object ?? [:]
    for (key, value) in rest.members where value.isNull || value == "" { rest[key] = nil }
    for name in ["type", "call_id", "name", "arguments", "input"] { rest[name] = nil }
    if !rest.isEmpty { calls[call].seal = Seal(dialect: .openAIResponses, details: .object(rest)) }
  }

  /// Gives out what was held back.
  mutating func flush(into events: inout [StreamEvent]) {
    for call in calls.indices {
      if let rest = calls[call].joiner.finish() {
        calls[call].arguments += rest
        give(rest, of: call, into: &events)
      }
      if calls[call].arguments.isEmpty, !calls[call].initial.isEmpty {
        calls[call].arguments = calls[call].initial
        give(calls[call].initial, of: call, into: &events)
      }
      if !calls[call].arguments.isEmpty || !calls[call].name.isEmpty { start(call, into: &events) }
    }
  }

  mutating func giveAll(isWhole: Bool, into events: inout [StreamEvent]) {
    for call in calls where call.isStarted {
      var whole = ToolCall(
        id: call.id, name: call.name, arguments: call.arguments, isCustom: call.isCustom, seal: call.seal)
      let isReadable = call.isCustom || whole.value != nil
      whole.isComplete = isWhole && isReadable && !call.isBroken && !call.name.isEmpty
      if isWhole, !isReadable {
        events.append(
          .warning(StreamWarning(.malformedArguments, "the arguments of a call of \(call.name) are no JSON")))
      }
      events.append(.toolCall(whole))
    }
  }
}
