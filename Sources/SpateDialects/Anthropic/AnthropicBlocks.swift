// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The content blocks of one answer, as they begin, grow and end.
///
/// Blocks are numbered in the order in which they begin; the wire's `index` only says which of them a delta is for.
struct AnthropicBlocks: Sendable {
  private enum Kind: Sendable {
    case text, thinking
    /// A call of one of the user's tools, by its number.
    case call(Int)
    /// A call of a tool that the provider runs.
    case serverCall
    /// Whole, and only to be kept: results, redacted thoughts, and kinds that are new to us.
    case opaque
  }

  private struct Block: Sendable {
    /// The wire's number of it.
    var index: Int
    /// Ours.
    var number: Int32
    var kind: Kind
    /// As it began.
    var value: JSONValue
    var joiner = TextJoiner()
    /// The pieces of a call's input.
    var input = ""
    /// It has deltas of kinds that are new to us, added to its value.
    var hasGrown = false
  }

  /// Those that began and have not ended: mostly one.
  private var open: [Block] = []
  private var count: Int32 = 0
  private var calls = BlockCalls()
  /// How many texts had to be repaired.
  private(set) var repairs = 0

  /// No honest answer has more; a block of a few bytes costs much more here.
  private static let limit = 4096

  // MARK: Beginnings

  /// Begins a block; one that is still open with its index ends.
  mutating func begin(
    _ value: JSONValue, at index: Int, _ context: ResponseContext, into events: inout [StreamEvent]
  ) throws(SpateError) {
    end(at: index, into: &events)
    guard count < Self.limit else {
      throw SpateError(.limit, "the answer has more blocks than the limit of \(Self.limit)")
    }
    let number = count
    count += 1
    var block = Block(index: index, number: number, kind: .opaque, value: value)
    switch value["type"]?.string ?? "" {
    case "text":
      block.kind = .text
      // The text may begin here already.
      give(value["text"]?.string, of: number, into: &events)
      for citation in value["citations"]?.array ?? [] { give(citation, of: number, into: &events) }
    case "thinking":
      block.kind = .thinking
      if let text = value["thinking"]?.string, !text.isEmpty {
        events.append(.reasoning(TextDelta(text, block: number)))
      }
      if let signature = value["signature"]?.string { sign(signature, number, into: &events) }
    case "redacted_thinking":
      // Rule N3: opaque, never shown, goes back as it came.
      events.append(.reasoningDetail(BlockSeal(Seal(dialect: .anthropic, details: value), block: number)))
    case "tool_use": block.kind = .call(try beginCall(value, context, into: &events))
    case "server_tool_use", "mcp_tool_use":
      block.kind = .serverCall
      let (id, name) = (value["id"]?.string ?? "", value["name"]?.string ?? "")
      events.append(.providerToolStart(ToolInputStart(index: number, id: id, name: name)))
    default: break
    }
    open.append(block)
  }

  private func give(_ text: String?, of number: Int32, into events: inout [StreamEvent]) {
    if let text, !text.isEmpty { events.append(.text(TextDelta(text, block: number))) }
  }

  private func sign(_ signature: String, _ number: Int32, into events: inout [StreamEvent]) {
    guard !signature.isEmpty else { return }
    events.append(.reasoningDetail(BlockSeal(Seal(dialect: .anthropic, signature: signature), block: number)))
  }

  /// Rule N6.
  private func give(_ citation: JSONValue, of number: Int32, into events: inout [StreamEvent]) {
    let title = citation["title"]?.string ?? citation["document_title"]?.string
    let url = citation["url"]?.string ?? citation["source"]?.string
    events.append(
      .source(Source(url: url, title: title, native: citation, dialect: .anthropic, block: number)))
  }

  private mutating func beginCall(
    _ value: JSONValue, _ context: ResponseContext, into events: inout [StreamEvent]
  ) throws(SpateError) -> Int {
    // `caller`, and what else has no name here, is wanted back.
    var rest = value.object ?? [:]
    for name in ["type", "id", "name", "input"] { rest[name] = nil }
    return try calls.begin(
      id: value["id"]?.string, name: value["name"]?.string,
      seal: rest.isEmpty ? nil : Seal(dialect: .anthropic, details: .object(rest)), isSealShown: true, context,
      into: &events)
  }

  // MARK: Deltas

  mutating func take(
    _ event: AnthropicEvent, _ json: borrowing JSONScanner, _ context: ResponseContext,
    into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard let delta = event.delta else { return }
    guard let place = try place(for: event, json, context, into: &events) else {
      return giveRaw(event, delta, json, into: &events)
    }
    let number = open[place].number
    switch open[place].kind {
    case .text:
      if let slice = event.text {
        // First the text, then the call: as its argument it would have the block copied.
        let text = open[place].joiner.text(of: slice, in: json)
        if !text.isEmpty { events.append(.text(TextDelta(text, block: number))) }
        return
      }
      if let citation = event.citation { return give(json.value(of: citation), of: number, into: &events) }
    case .thinking:
      if let slice = event.thinking {
        let text = open[place].joiner.text(of: slice, in: json)
        if !text.isEmpty { events.append(.reasoning(TextDelta(text, block: number))) }
        return
      }
      if let slice = event.signature { return sign(json.text(of: slice), number, into: &events) }
    case .call(let call):
      if let slice = event.partialJSON {
        let text = open[place].joiner.text(of: slice, in: json)
        return try calls.append(text, to: call, context, into: &events)
      }
    case .serverCall:
      if let slice = event.partialJSON {
        let text = open[place].joiner.text(of: slice, in: json)
        try calls.check(open[place].input.utf8.count + text.utf8.count, context)
        open[place].input += text
        return
      }
    case .opaque:
      open[place].hasGrown = true
      open[place].value = Self.grown(open[place].value, by: json.value(of: delta))
      return
    }
    giveRaw(event, delta, json, into: &events)
  }

  /// The open block of words or thoughts that this delta only adds to.
  func plainPlace(of event: AnthropicEvent, _ index: Int) -> Int? {
    guard (event.text == nil) != (event.thinking == nil) else { return nil }
    guard let place = open.lastIndex(where: { $0.index == index }) else { return nil }
    switch open[place].kind {
    case .text: return event.text == nil ? nil : place
    case .thinking: return event.thinking == nil ? nil : place
    case .call, .serverCall, .opaque: return nil
    }
  }

  /// More of a block, which no event touched since ``plainPlace(of:_:)``.
  mutating func takePlain(
    _ slice: JSONSlice, _ delta: PlainDelta, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) {
    let text = open[delta.place].joiner.text(of: slice, in: json)
    events.add(text, isThought: delta.isThought, block: open[delta.place].number)
  }

  /// A delta that is new to us, or one of a block that never began (rule N5).
  private func giveRaw(
    _ event: AnthropicEvent, _ delta: JSONSlice, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) {
    let type = event.deltaType.map { json.text(of: $0) } ?? ""
    events.append(.raw(RawEvent(type: type, bytes: json.bytes(of: delta))))
  }

  /// The block that a delta is for. A proxy that leaves out where it begins does not lose its words.
  private mutating func place(
    for event: AnthropicEvent, _ json: borrowing JSONScanner, _ context: ResponseContext,
    into events: inout [StreamEvent]
  ) throws(SpateError) -> Int? {
    let index = event.index.flatMap { json.integer($0) } ?? 0
    if let place = open.lastIndex(where: { $0.index == index }) { return place }
    guard event.text != nil || event.thinking != nil else { return nil }
    let type: JSONValue = event.text != nil ? "text" : "thinking"
    try begin(["type": type], at: index, context, into: &events)
    return open.count - 1
  }

  /// A block with a delta's fields: texts are appended, everything else replaces what was there.
  private static func grown(_ value: JSONValue, by delta: JSONValue) -> JSONValue {
    var fields = value.object ?? [:]
    for (key, value) in delta.object?.members ?? [] where key != "type" {
      if case .string(let more) = value, case .string(let text)? = fields[key] {
        fields[key] = .string(text + more)
      } else {
        fields[key] = value
      }
    }
    return .object(fields)
  }

  // MARK: Endings

  mutating func end(at index: Int, into events: inout [StreamEvent]) {
    guard let place = open.lastIndex(where: { $0.index == index }) else { return }
    var block = open.remove(at: place)
    let rest = block.joiner.finish()
    repairs += block.joiner.repairs
    switch block.kind {
    case .text: give(rest, of: block.number, into: &events)
    case .thinking: if let rest { events.append(.reasoning(TextDelta(rest, block: block.number))) }
    case .call(let call):
      // `input: {}` at the beginning only holds the place (rule T6); some servers send all of it there.
      let input = block.value["input"]?.object ?? [:]
      let text = calls.isEmpty(call) && !input.isEmpty ? JSONValue.object(input).description : rest ?? ""
      if !text.isEmpty { calls.end(call, text, into: &events) }
    case .serverCall: events.append(.providerTool(Self.serverCall(block.value, block.input + (rest ?? ""))))
    case .opaque: give(block, into: &events)
    }
  }

  mutating func endAll(into events: inout [StreamEvent]) {
    for block in open { end(at: block.index, into: &events) }
  }

  private static func serverCall(_ value: JSONValue, _ pieces: String) -> ProviderTool {
    var fields = value.object ?? [:]
    if !pieces.isEmpty {
      // Cut arguments stay with the call, and out of what is sent back.
      do throws(WireError) { fields["input"] = try JSONValue(parsing: pieces) } catch { fields["input"] = [:] }
    }
    return ProviderTool(
      id: value["id"]?.string ?? "", name: value["name"]?.string ?? "",
      input: pieces.isEmpty ? value["input"]?.description ?? "{}" : pieces,
      seal: Seal(dialect: .anthropic, details: .object(fields)))
  }

  private func give(_ block: Block, into events: inout [StreamEvent]) {
    let type = block.value["type"]?.string ?? ""
    guard type != "redacted_thinking" else { return }
    let suffix = "_tool_result"
    guard type.hasSuffix(suffix) else {
      let part = NativePart(dialect: .anthropic, type: type, value: block.value)
      return events.append(.part(WholePart(.native(part))))
    }
    let output = block.value["content"]
    let kind = output?["type"]?.string ?? ""
    events.append(
      .providerTool(
        ProviderTool(
          id: block.value["tool_use_id"]?.string ?? "", name: String(type.dropLast(suffix.count)), output: output,
          isError: block.value["is_error"]?.bool ?? kind.hasSuffix("_error"),
          seal: Seal(dialect: .anthropic, details: block.value))))
  }

  /// The calls as they ended. `isWhole`: the answer has an end, and no limit was it.
  func giveCalls(isWhole: Bool, into events: inout [StreamEvent]) {
    calls.giveAll(isWhole: isWhole, into: &events)
  }
}
