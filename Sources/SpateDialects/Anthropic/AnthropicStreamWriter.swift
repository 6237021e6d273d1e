// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Anthropic's Messages: events to the bytes of a stream.
///
/// One block is open at a time, as at Anthropic, except for calls whose arguments come interleaved.
struct AnthropicStreamWriter: AnswerWriter {
  private enum Kind: Sendable, Hashable {
    case text(Int32), thinking(Int32)
  }

  private struct Call: Sendable {
    var number: Int32
    var index: Int
    var id: String
    var arguments = ""
    var isOpen = true
  }

  private let start: ResponseStart
  private var isStarted = false
  private var open: (kind: Kind, index: Int)?
  private var calls: [Call] = []
  private var count = 0
  private var usage = Usage()
  private var refusal = ""

  init(start: ResponseStart) { self.start = start }

  mutating func bytes(of event: StreamEvent) -> [UInt8] {
    let before = begin()
    switch event {
    case .text(let delta) where delta.choice <= 0:
      return before + inBlock(.text(delta.block), "text_delta", "text", .string(delta.text))
    case .reasoning(let delta) where delta.choice <= 0:
      return before + inBlock(.thinking(delta.block), "thinking_delta", "thinking", .string(delta.text))
    case .reasoningDetail(let detail) where detail.choice <= 0: return before + bytes(of: detail)
    case .refusal(let delta) where delta.choice <= 0:
      // It has no place in a stream; the reason at the end has words.
      refusal += delta.text
    case .source(let source) where source.choice <= 0:
      return before + inBlock(.text(source.block), "citations_delta", "citation", source.anthropicCitation)
    case .toolInputStart(let start) where start.choice <= 0: return before + bytes(of: start)
    case .toolInputDelta(let delta) where delta.choice <= 0: return before + bytes(of: delta)
    case .toolCall(let call) where call.choice <= 0: return before + bytes(of: call)
    case .providerTool(let tool) where tool.choice <= 0:
      return before + tool.anthropicBlocks.reduce(into: []) { $0 += whole($1) }
    case .part(let part) where part.choice <= 0:
      if case .native(let native) = part.part, native.dialect == .anthropic, let block = native.value.object {
        return before + whole(block)
      }
    case .usage(let report): usage = report
    case .finish(let finish): return before + end(finish)
    default: break
    }
    return before
  }

  mutating func bytes(of failure: ServedFailure) -> [UInt8] {
    Self.frame("error", AnthropicServer.error(failure).object ?? [:])
  }

  // MARK: Blocks

  private mutating func begin() -> [UInt8] {
    guard !isStarted else { return [] }
    isStarted = true
    var message: JSONObject = [
      "id": .string(start.id ?? ""), "type": "message", "role": "assistant", "model": .string(start.model ?? ""),
      "content": [], "stop_reason": nil, "stop_sequence": nil,
    ]
    message["usage"] = ["input_tokens": 0, "output_tokens": 0]
    return Self.frame("message_start", ["message": .object(message)])
  }

  /// A delta in the open block, or in a new one.
  private mutating func inBlock(_ kind: Kind, _ type: String, _ name: String, _ value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    if open?.kind != kind {
      bytes += close()
      let block: JSONObject =
        if case .text = kind {
          ["type": "text", "text": ""]
        } else {
          ["type": "thinking", "thinking": "", "signature": ""]
        }
      open = (kind, count)
      bytes += beginBlock(block)
    }
    return bytes + Self.delta(open?.index ?? 0, type, name, value)
  }

  private mutating func beginBlock(_ block: JSONObject) -> [UInt8] {
    let bytes = Self.frame(
      "content_block_start", ["index": .number(JSONNumber(count)), "content_block": .object(block)])
    count += 1
    return bytes
  }

  private mutating func close() -> [UInt8] {
    guard let open else { return [] }
    self.open = nil
    return Self.stop(open.index)
  }

  /// A block that comes in one piece.
  private mutating func whole(_ block: JSONObject) -> [UInt8] {
    var bytes = close()
    let index = count
    var block = block
    // The input of a call comes as deltas.
    let isCall = block["type"] == "server_tool_use" || block["type"] == "mcp_tool_use"
    let input = isCall ? block["input"] : nil
    if input != nil { block["input"] = [:] }
    bytes += beginBlock(block)
    if let input { bytes += Self.delta(index, "input_json_delta", "partial_json", .string(input.description)) }
    return bytes + Self.stop(index)
  }

  private mutating func bytes(of detail: BlockSeal) -> [UInt8] {
    guard detail.seal.isFor(.anthropic) else { return [] }
    var bytes: [UInt8] = []
    if let signature = detail.signature {
      bytes += inBlock(.thinking(detail.block), "signature_delta", "signature", .string(signature))
    }
    if let block = detail.details?.object { bytes += whole(block) }
    return bytes
  }

  // MARK: Calls

  private mutating func bytes(of start: ToolInputStart) -> [UInt8] {
    // An open call whose arguments are whole has ended.
    var bytes = close()
    for place in calls.indices where calls[place].isOpen && Self.isWhole(calls[place].arguments) {
      bytes += closeCall(place)
    }
    calls.append(Call(number: start.index, index: count, id: start.id))
    var block: JSONObject = ["type": "tool_use", "id": .string(start.id), "name": .string(start.name), "input": [:]]
    if let seal = start.seal, seal.isFor(.anthropic), let rest = seal.details?.object { block.merge(rest) }
    return bytes + beginBlock(block)
  }

  private mutating func bytes(of delta: ToolInputDelta) -> [UInt8] {
    guard let place = calls.lastIndex(where: { $0.number == delta.index && $0.isOpen }) else { return [] }
    calls[place].arguments += delta.arguments
    return Self.delta(calls[place].index, "input_json_delta", "partial_json", .string(delta.arguments))
  }

  /// A call that came without pieces; all others were told already.
  private mutating func bytes(of call: ToolCall) -> [UInt8] {
    guard !calls.contains(where: { $0.id == call.id }) else { return [] }
    let number = (calls.map(\.number).max() ?? -1) + 1
    let start = ToolInputStart(index: number, id: call.id, name: call.name, seal: call.seal)
    return bytes(of: start) + bytes(of: ToolInputDelta(index: number, arguments: call.anthropicInput.description))
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
    if finish.reason == .error { return bytes + self.bytes(of: ServedFailure(status: 500)) }
    let delta = finish.anthropicEnd(refusal: refusal)
    var json = JSONWriter()
    usage.writeAnthropic(to: &json)
    let counts: JSONValue
    do throws(WireError) { counts = try JSONValue(parsing: json.bytes) } catch { counts = [:] }
    bytes += Self.frame("message_delta", ["delta": .object(delta), "usage": counts])
    return bytes + Self.frame("message_stop", [:])
  }

  // MARK: Frames

  private static func delta(_ index: Int, _ type: String, _ name: String, _ value: JSONValue) -> [UInt8] {
    frame(
      "content_block_delta",
      ["index": .number(JSONNumber(index)), "delta": .object(JSONObject([("type", .string(type)), (name, value)]))])
  }

  private static func stop(_ index: Int) -> [UInt8] {
    frame("content_block_stop", ["index": .number(JSONNumber(index))])
  }

  /// An event with its name in both places.
  private static func frame(_ type: String, _ fields: JSONObject) -> [UInt8] {
    var json = JSONWriter()
    json.object {
      $0.member("type", type)
      for (key, value) in fields.members where key != "type" { $0.member(named: key, value) }
    }
    var bytes = Array("event: \(type)\ndata: ".utf8)
    bytes += json.bytes
    bytes += "\n\n".utf8
    return bytes
  }
}
