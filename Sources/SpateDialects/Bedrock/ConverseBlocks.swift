// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The content blocks of one answer, as they begin, grow and end.
///
/// Blocks are numbered in the order in which they begin; the wire's `contentBlockIndex` only says which of them a delta
/// is for. Only tools, their results and images have an event that begins them; for all others the first delta does, and
/// says what they are.
struct ConverseBlocks: Sendable {
  enum Kind: Sendable {
    /// Its first delta will say.
    case unknown
    case text, thinking
    /// A call of one of the user's tools, by its number.
    case call(Int)
    /// A call of a tool that the provider runs, and what such a tool gave.
    case serverCall, serverResult
    case image
    /// New to us, and only to be kept.
    case opaque
  }

  struct Block: Sendable {
    /// The wire's number of it.
    var index: Int
    /// Ours.
    var number: Int32
    var kind: Kind
    /// What `start` said.
    var value = JSONObject()
    var joiner = TextJoiner()
    /// The pieces of a server's call's input.
    var input = ""
    /// The pieces of redacted thoughts, in base64.
    var redacted: [String] = []
    /// The pieces of a result, or the deltas of what is new to us.
    var pieces: [JSONValue] = []
    var size = 0
    var bytes: [UInt8] = []
  }

  /// Those that began and have not ended: mostly one.
  var open: [Block] = []
  private var count: Int32 = 0
  private let context: ResponseContext
  var calls = BlockCalls()
  /// The tools that the provider ran, by the ids of their calls: results do not always name them.
  private(set) var serverTools: [String: String] = [:]
  /// How many texts had to be repaired.
  var repairs = 0

  /// No honest answer has more; a block of a few bytes costs much more here.
  private static let limit = 4096

  init(context: ResponseContext) { self.context = context }

  // MARK: Beginnings

  /// Begins a block that says what it is; one that is still open with its index ends.
  mutating func begin(_ start: JSONValue?, at index: Int, into events: inout [StreamEvent]) throws(SpateError) {
    end(at: index, into: &events)
    // An empty one says nothing: its deltas will.
    guard let (name, value) = start?.object?.members.first else { return }
    var block = try block(at: index, .opaque, into: &events)
    block.value = value.object ?? [:]
    switch name {
    case "toolUse" where value["type"] == "server_tool_use":
      block.kind = .serverCall
      let (id, tool) = (value["toolUseId"]?.string ?? "", value["name"]?.string ?? "")
      serverTools[id] = tool
      events.append(.providerToolStart(ToolInputStart(index: block.number, id: id, name: tool)))
    case "toolUse": block.kind = .call(try beginCall(value, into: &events))
    case "toolResult": block.kind = .serverResult
    case "image": block.kind = .image
    default: block.value = start?.object ?? [:]
    }
    open.append(block)
  }

  private mutating func block(
    at index: Int, _ kind: Kind, into events: inout [StreamEvent]
  ) throws(SpateError) -> Block {
    guard count < Self.limit else {
      throw SpateError(.limit, "the answer has more blocks than the limit of \(Self.limit)")
    }
    // Redacted thoughts are known at their end, and some servers do not tell it: they come before what follows them.
    for block in open where !block.redacted.isEmpty { end(at: block.index, into: &events) }
    defer { count += 1 }
    return Block(index: index, number: count, kind: kind)
  }

  private mutating func beginCall(_ value: JSONValue, into events: inout [StreamEvent]) throws(SpateError) -> Int {
    // What has no name here is wanted back.
    var rest = value.object ?? [:]
    for name in ["toolUseId", "name", "input"] { rest[name] = nil }
    return try calls.begin(
      id: value["toolUseId"]?.string, name: value["name"]?.string,
      seal: rest.isEmpty ? nil : Seal(dialect: .bedrockConverse, details: .object(rest)), isSealShown: false, context,
      into: &events)
  }

  // MARK: Deltas

  mutating func take(
    _ event: ConverseEvent, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard let delta = event.delta else { return }
    let place = try place(for: event, json, into: &events)
    let number = open[place].number
    switch open[place].kind {
    case .unknown, .opaque:
      try grow(place, by: delta.end - delta.start)
      open[place].pieces.append(json.value(of: delta))
      return
    case .text:
      if let slice = event.text {
        // First the text, then the call: as its argument it would have the block copied.
        let text = open[place].joiner.text(of: slice, in: json)
        if !text.isEmpty { events.append(.text(TextDelta(text, block: number))) }
        return
      }
      if let citation = event.citation { return give(json.value(of: citation), of: number, into: &events) }
    case .thinking:
      if let slice = event.thought {
        let text = open[place].joiner.text(of: slice, in: json)
        if !text.isEmpty { events.append(.reasoning(TextDelta(text, block: number))) }
        return
      }
      if let slice = event.signature { return sign(json.text(of: slice), number, into: &events) }
      if let slice = event.redacted {
        try grow(place, by: slice.end - slice.start)
        open[place].redacted.append(json.text(of: slice))
        return
      }
    case .call(let call):
      if let slice = event.input {
        let text = open[place].joiner.text(of: slice, in: json)
        return try calls.append(text, to: call, context, into: &events)
      }
    case .serverCall:
      if let slice = event.input {
        let text = open[place].joiner.text(of: slice, in: json)
        try grow(place, by: text.utf8.count)
        open[place].input += text
        return
      }
    case .serverResult:
      if let slice = event.result {
        try grow(place, by: slice.end - slice.start)
        let piece = json.value(of: slice)
        open[place].pieces += piece.array ?? [piece]
        return
      }
    case .image:
      if let slice = event.image {
        let image = json.value(of: slice)
        if let bytes = image["source"]?["bytes"]?.string.flatMap({ Base64.decode($0) }) {
          open[place].bytes += bytes
        } else {
          // An error, or where else the image lies.
          for (key, value) in image.object?.members ?? [] { open[place].value[key] = value }
        }
        return
      }
    }
    // A delta that is new to us (rule N5).
    events.append(.raw(RawEvent(type: "contentBlockDelta", bytes: json.bytes(of: delta))))
  }

  /// The block that a delta is for; the first one of a block begins it.
  private mutating func place(
    for event: ConverseEvent, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) -> Int {
    let index = event.index.flatMap { json.integer($0) } ?? 0
    if let place = open.lastIndex(where: { $0.index == index }) { return place }
    let kind: Kind =
      if event.text != nil || event.citation != nil {
        .text
      } else if event.thought != nil || event.signature != nil || event.redacted != nil {
        .thinking
      } else if event.result != nil {
        .serverResult
      } else {
        .unknown
      }
    open.append(try block(at: index, kind, into: &events))
    return open.count - 1
  }

  /// Values are kept whole to the end of their block: bounded as arguments are.
  private mutating func grow(_ place: Int, by count: Int) throws(SpateError) {
    open[place].size += count
    try calls.check(open[place].size, context)
  }

  func give(_ text: String?, of number: Int32, into events: inout [StreamEvent]) {
    if let text, !text.isEmpty { events.append(.text(TextDelta(text, block: number))) }
  }

  private func sign(_ signature: String, _ number: Int32, into events: inout [StreamEvent]) {
    guard !signature.isEmpty else { return }
    events.append(.reasoningDetail(BlockSeal(Seal(dialect: .bedrockConverse, signature: signature), block: number)))
  }

  /// Rule N6. A citation may come without words of its own: the seal keeps its place in the turn.
  private func give(_ citation: JSONValue, of number: Int32, into events: inout [StreamEvent]) {
    let url = citation["location"]?["web"]?["url"]?.string ?? citation["source"]?.string
    events.append(.textDetail(BlockSeal(Seal(dialect: .bedrockConverse), block: number)))
    events.append(
      .source(
        Source(
          url: url, title: citation["title"]?.string, native: citation, dialect: .bedrockConverse, block: number)))
  }

  // MARK: Whole blocks

  /// A block of an answer that came whole: it begins and ends at once (rule D16).
  mutating func take(_ block: JSONValue, at index: Int, into events: inout [StreamEvent]) throws(SpateError) {
    guard let (name, value) = block.object?.members.first else { return }
    switch name {
    case "text":
      let number = try self.block(at: index, .text, into: &events).number
      give(value.string, of: number, into: &events)
    case "citationsContent":
      let number = try self.block(at: index, .text, into: &events).number
      for piece in value["content"]?.array ?? [] { give(piece["text"]?.string, of: number, into: &events) }
      for citation in value["citations"]?.array ?? [] { give(citation, of: number, into: &events) }
    case "reasoningContent":
      var block = try self.block(at: index, .thinking, into: &events)
      if let text = value["reasoningText"]?["text"]?.string, !text.isEmpty {
        events.append(.reasoning(TextDelta(text, block: block.number)))
      }
      sign(value["reasoningText"]?["signature"]?.string ?? "", block.number, into: &events)
      block.redacted = value["redactedContent"]?.string.map { [$0] } ?? []
      giveRedacted(block, into: &events)
    case "toolUse":
      try begin(block, at: index, into: &events)
      let input = value["input"] ?? [:]
      if case .call(let call)? = open.last?.kind {
        // No arguments are an empty object, and said so by nothing: as in a stream (rule T6).
        if input != [:] { try calls.append(input.description, to: call, context, into: &events) }
      }
      end(at: index, into: &events)
    case "toolResult":
      try begin(block, at: index, into: &events)
      open[open.count - 1].pieces = value["content"]?.array ?? []
      end(at: index, into: &events)
    case "image":
      try begin(block, at: index, into: &events)
      if let bytes = value["source"]?["bytes"]?.string.flatMap({ Base64.decode($0) }) {
        open[open.count - 1].bytes = bytes
      }
      end(at: index, into: &events)
    default:
      try begin(block, at: index, into: &events)
      end(at: index, into: &events)
    }
  }
}
