// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Converse: events to AWS's binary frames.
///
/// One block is open at a time, as at Bedrock, except for calls whose arguments come interleaved.
struct ConverseStreamWriter: AnswerWriter {
  private enum Kind: Sendable, Hashable {
    case text(Int32), thinking(Int32), refusal
  }

  private struct Call: Sendable {
    var number: Int32
    var index: Int
    var id: String
    var arguments = ""
    var isOpen = true
  }

  private var isStarted = false
  private var open: (kind: Kind, index: Int)?
  private var calls: [Call] = []
  private var count = 0
  private var usage = Usage()
  private var hasRefusal = false

  mutating func bytes(of event: StreamEvent) -> [UInt8] {
    let before = begin()
    switch event {
    case .text(let delta) where delta.choice <= 0:
      return before + inBlock(.text(delta.block), ["text": .string(delta.text)])
    case .reasoning(let delta) where delta.choice <= 0:
      return before + inBlock(.thinking(delta.block), ["reasoningContent": ["text": .string(delta.text)]])
    case .reasoningDetail(let detail) where detail.choice <= 0: return before + bytes(of: detail)
    case .refusal(let delta) where delta.choice <= 0:
      // There is no other place for it: guardrails put their words there too.
      hasRefusal = true
      return before + inBlock(.refusal, ["text": .string(delta.text)])
    case .source(let source) where source.choice <= 0:
      return before + inBlock(.text(source.block), ["citation": source.converseCitation])
    case .toolInputStart(let start) where start.choice <= 0:
      return before + begin(start, seal: nil)
    case .toolInputDelta(let delta) where delta.choice <= 0: return before + bytes(of: delta)
    case .toolCall(let call) where call.choice <= 0: return before + bytes(of: call)
    case .providerTool(let tool) where tool.choice <= 0:
      return before + whole(ContentPart.providerTool(tool).converseBlocks(isServer: true) ?? [])
    case .part(let part) where part.choice <= 0:
      return before + whole(part.part.converseBlocks(isServer: true) ?? [])
    case .usage(let report): usage = report
    case .finish(let finish): return before + end(finish)
    default: break
    }
    return before
  }

  mutating func bytes(of failure: ServedFailure) -> [UInt8] { BedrockException.message(failure) }

  // MARK: Blocks

  private mutating func begin() -> [UInt8] {
    guard !isStarted else { return [] }
    isStarted = true
    return Self.frame("messageStart", ["role": "assistant"])
  }

  /// A delta in the open block, or in a new one: those of words have no event that begins them.
  private mutating func inBlock(_ kind: Kind, _ delta: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    if open?.kind != kind {
      bytes += close()
      open = (kind, count)
      count += 1
    }
    return bytes + Self.delta(open?.index ?? 0, delta)
  }

  private mutating func close() -> [UInt8] {
    guard let open else { return [] }
    self.open = nil
    return Self.stop(open.index)
  }

  /// Blocks that come in one piece.
  private mutating func whole(_ blocks: [JSONObject]) -> [UInt8] {
    var bytes = close()
    for block in blocks {
      guard let (name, value) = block.members.first else { continue }
      let index = count
      count += 1
      switch name {
      case "toolUse", "toolResult", "image":
        // What begins a block, and what comes as its deltas.
        let part = ["toolUse": "input", "toolResult": "content", "image": "source"][name] ?? ""
        var start = value.object ?? [:]
        let rest = start[part]
        start[part] = nil
        bytes += Self.start(index, [name: .object(start)])
        switch (name, rest) {
        case (_, nil): break
        case ("toolUse", let input?): bytes += Self.delta(index, [name: [part: .string(input.description)]])
        case ("toolResult", let content?): bytes += Self.delta(index, [name: content])
        case (_, let source?): bytes += Self.delta(index, [name: [part: source]])
        }
      case "reasoningContent": bytes += Self.delta(index, .object(block))
      default: bytes += Self.start(index, .object(block))
      }
      bytes += Self.stop(index)
    }
    return bytes
  }

  private mutating func bytes(of detail: BlockSeal) -> [UInt8] {
    guard detail.seal.isFor(.bedrockConverse) else { return [] }
    var bytes: [UInt8] = []
    if let signature = detail.signature {
      bytes += inBlock(.thinking(detail.block), ["reasoningContent": ["signature": .string(signature)]])
    }
    if let blocks = detail.details.map({ $0.array ?? [$0] }) { bytes += whole(blocks.compactMap(\.object)) }
    return bytes
  }

  // MARK: Calls

  private mutating func begin(_ start: ToolInputStart, seal: Seal?) -> [UInt8] {
    // An open call whose arguments are whole has ended.
    var bytes = close()
    for place in calls.indices where calls[place].isOpen && Self.isWhole(calls[place].arguments) {
      bytes += closeCall(place)
    }
    calls.append(Call(number: start.index, index: count, id: start.id))
    count += 1
    var use: JSONObject = ["toolUseId": .string(start.id), "name": .string(start.name)]
    if let seal, seal.isFor(.bedrockConverse), let rest = seal.details?.object { use.merge(rest) }
    return bytes + Self.start(count - 1, ["toolUse": .object(use)])
  }

  private mutating func bytes(of delta: ToolInputDelta) -> [UInt8] {
    guard let place = calls.lastIndex(where: { $0.number == delta.index && $0.isOpen }) else { return [] }
    calls[place].arguments += delta.arguments
    return Self.delta(calls[place].index, ["toolUse": ["input": .string(delta.arguments)]])
  }

  /// A call that came without pieces; all others were told already.
  private mutating func bytes(of call: ToolCall) -> [UInt8] {
    guard !calls.contains(where: { $0.id == call.id }) else { return [] }
    let number = (calls.map(\.number).max() ?? -1) + 1
    let start = ToolInputStart(index: number, id: call.id, name: call.name)
    let input = call.isCustom ? JSONValue.object(["input": .string(call.arguments)]) : call.value ?? [:]
    return begin(start, seal: call.seal)
      + bytes(of: ToolInputDelta(index: number, arguments: input.description))
  }

  private mutating func closeCall(_ place: Int) -> [UInt8] {
    calls[place].isOpen = false
    return Self.stop(calls[place].index)
  }

  private static func isWhole(_ arguments: String) -> Bool {
    !arguments.isEmpty && ToolCall(id: "", name: "", arguments: arguments).value != nil
  }

  // MARK: The end

  private mutating func end(_ finish: Finish) -> [UInt8] {
    var bytes = close()
    for place in calls.indices where calls[place].isOpen { bytes += closeCall(place) }
    if finish.reason == .error, finish.native == nil { return bytes + self.bytes(of: ServedFailure(status: 500)) }
    var stop: JSONObject = ["stopReason": .string(finish.converseReason(hasRefusal: hasRefusal))]
    let name = "additionalModelResponseFields"
    stop[name] = finish.metadata[name]
    var metadata: JSONObject = ["usage": usage.converse, "metrics": ["latencyMs": 1]]
    for (key, value) in finish.metadata.members where key != name { metadata[key] = value }
    return bytes + Self.frame("messageStop", stop) + Self.frame("metadata", metadata)
  }

  // MARK: Frames

  private static func start(_ index: Int, _ start: JSONValue) -> [UInt8] {
    frame("contentBlockStart", ["contentBlockIndex": .number(JSONNumber(index)), "start": start])
  }

  private static func delta(_ index: Int, _ delta: JSONValue) -> [UInt8] {
    frame("contentBlockDelta", ["contentBlockIndex": .number(JSONNumber(index)), "delta": delta])
  }

  private static func stop(_ index: Int) -> [UInt8] {
    frame("contentBlockStop", ["contentBlockIndex": .number(JSONNumber(index))])
  }

  private static func frame(_ type: String, _ fields: JSONObject) -> [UInt8] {
    EventStreamWriter.message(
      headers: [(":event-type", type), (":content-type", "application/json"), (":message-type", "event")],
      payload: JSONValue.object(fields).bytes)
  }
}

extension Source {
  /// The citation as it came, or one of the address.
  var converseCitation: JSONValue {
    if dialect == .bedrockConverse { return native }
    var citation: JSONObject = [:]
    if let title { citation["title"] = .string(title) }
    if let url { citation["location"] = ["web": ["url": .string(url)]] }
    return .object(citation)
  }
}
