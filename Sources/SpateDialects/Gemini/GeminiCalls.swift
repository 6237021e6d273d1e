// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The tool calls of one answer: whole, or with arguments that come in pieces (dialects.md, part 5).
///
/// Each `functionCall` with a name is a call of its own, over the whole stream (rule N10); one without a name goes on
/// with the open call, and an empty one closes it.
struct GeminiCalls: Sendable {
  private struct Call: Sendable {
    var id: String
    var name: String
    /// As they were given out.
    var arguments = ""
    var seal: Seal?
    var pieces = GeminiArguments()
    var isOpen = false
  }

  private var calls: [Call] = []
  private let choice: Int32

  init(choice: Int32) { self.choice = choice }

  /// Whether the model wants anything to be called.
  var isEmpty: Bool { calls.isEmpty }

  /// Takes one part with a `functionCall`; false when it is none that can be understood.
  mutating func add(
    _ part: JSONObject, responseID: String?, _ context: ResponseContext, into events: inout [StreamEvent]
  ) throws(SpateError) -> Bool {
    guard let call = part["functionCall"]?.object else { return false }
    let name = call["name"]?.string ?? ""
    let id = call["id"]?.string ?? ""
    let seal = Self.seal(of: part)
    let isLater = !name.isEmpty && !id.isEmpty && calls.last.map { $0.isOpen && $0.id == id } ?? false
    if !name.isEmpty, !isLater {
      close(into: &events)
      try begin(id: id, name: name, seal, responseID, context, into: &events)
    } else {
      guard let last = calls.indices.last, calls[last].isOpen else { return call.isEmpty }
      // A later piece never takes a signature away (rule N11).
      if let seal { calls[last].seal = calls[last].seal?.followed(by: seal) ?? seal }
    }
    let last = calls.count - 1
    if let arguments = call["args"], !arguments.isNull, calls[last].arguments.isEmpty {
      try give(arguments.description, of: last, context, into: &events)
    }
    for piece in call["partialArgs"]?.array ?? [] {
      let text = calls[last].pieces.add(piece)
      try give(text, of: last, context, into: &events)
    }
    calls[last].isOpen = true
    if call["willContinue"] != true { close(into: &events) }
    return true
  }

  private mutating func begin(
    id: String, name: String, _ seal: Seal?, _ responseID: String?, _ context: ResponseContext,
    into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard calls.count < context.toolCallLimit else {
      throw SpateError(.limit, "the model made more tool calls than the limit of \(context.toolCallLimit)")
    }
    var id = id
    if id.isEmpty {
      // Rule D22: the same for the same answer, and different in the next turn.
      let name = choice == 0 ? "call-\(calls.count)" : "choice-\(choice)-call-\(calls.count)"
      id = responseID.map { "\($0)-\(name)" } ?? name
    }
    calls.append(Call(id: id, name: name, seal: seal))
    events.append(
      .toolInputStart(ToolInputStart(index: Int32(calls.count - 1), choice: choice, id: id, name: name)))
  }

  private mutating func give(
    _ text: String, of place: Int, _ context: ResponseContext, into events: inout [StreamEvent]
  ) throws(SpateError) {
    let size = max(calls[place].arguments.utf8.count + text.utf8.count, calls[place].pieces.size)
    guard size <= context.toolArgumentsLimit else {
      throw SpateError(
        .limit, "the arguments of a tool call are longer than the limit of \(context.toolArgumentsLimit) bytes")
    }
    guard !text.isEmpty else { return }
    calls[place].arguments += text
    events.append(.toolInputDelta(ToolInputDelta(index: Int32(place), choice: choice, arguments: text)))
  }

  /// Ends the open call: its brackets close.
  private mutating func close(into events: inout [StreamEvent]) {
    guard let last = calls.indices.last, calls[last].isOpen else { return }
    calls[last].isOpen = false
    let text = calls[last].pieces.close()
    guard !text.isEmpty else { return }
    calls[last].arguments += text
    events.append(.toolInputDelta(ToolInputDelta(index: Int32(last), choice: choice, arguments: text)))
  }

  /// The calls as they ended. `isWhole`: the answer has an end, and nothing else was it.
  mutating func finish(isWhole: Bool, into events: inout [StreamEvent]) {
    // The mark that closes a call can be missing; what a limit cut stays open.
    if isWhole { close(into: &events) }
    for call in calls {
      var whole = ToolCall(
        id: call.id, name: call.name, arguments: call.arguments, choice: Int(choice), seal: call.seal)
      if call.pieces.isOutOfOrder { whole.arguments = call.pieces.assembled().description }
      let isReadable = whole.value != nil && !call.pieces.isBroken
      whole.isComplete = isWhole && isReadable
      if isWhole, !isReadable {
        events.append(
          .warning(
            StreamWarning(.malformedArguments, "the arguments of a call of \(call.name) can not be put together")))
      }
      events.append(.toolCall(whole))
    }
  }

  // MARK: Seals

  /// What goes back with a call: its signature, Gemini's own id, and fields that have no name here. The id is in it
  /// only when it came: one of ours is never sent (rule D22).
  static func seal(of part: JSONObject) -> Seal? {
    var rest = part
    rest["thoughtSignature"] = nil
    var call = part["functionCall"]?.object ?? [:]
    for name in ["name", "args", "partialArgs", "willContinue"] { call[name] = nil }
    if call["id"] == "" { call["id"] = nil }
    rest["functionCall"] = call.isEmpty ? nil : .object(call)
    let signature = part["thoughtSignature"]?.string
    guard signature != nil || !rest.isEmpty else { return nil }
    return Seal(dialect: .gemini, signature: signature, details: rest.isEmpty ? nil : .object(rest))
  }
}
