// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Cohere's v2 chat: events to the bytes of a stream.
struct CohereWriter: AnswerWriter {
  /// A content block on the wire, by what it is for here.
  private struct Block: Equatable {
    var isThought: Bool
    var number: Int32
  }

  private let start: ResponseStart
  private var blocks: [Block] = []
  private var openBlock: Int?
  private var openCalls: [Int32] = []
  private var citationCount = 0
  private var hasPlan = false
  private var usage: Usage?

  init(start: ResponseStart) { self.start = start }

  mutating func bytes(of event: StreamEvent) -> [UInt8] {
    switch event {
    case .start: return begin()
    case .text(let delta): return content(delta.text, Block(isThought: false, number: delta.block))
    // It has no words for a refusal: they are words.
    case .refusal(let delta): return content(delta.text, Block(isThought: false, number: delta.block))
    case .reasoning(let delta): return content(delta.text, Block(isThought: true, number: delta.block))
    case .toolInputStart(let start):
      openCalls.append(start.index)
      let call = ToolCall(id: start.id, name: start.name, arguments: "")
      return endBlock() + frame("tool-call-start", Int(start.index), ["tool_calls": call.cohere(isEmpty: true)])
    case .toolInputDelta(let delta):
      let call: JSONValue = ["function": ["arguments": .string(delta.arguments)]]
      return frame("tool-call-delta", Int(delta.index), ["tool_calls": call])
    case .source(let source):
      guard source.native.object?.isEmpty == false else { break }
      let number = citationCount
      citationCount += 1
      return frame("citation-start", number, ["citations": source.native]) + frame("citation-end", number, nil)
    case .raw(let raw) where raw.type == "tool_plan":
      hasPlan = true
      return endBlock() + frame("tool-plan-delta", nil, ["tool_plan": .string(raw.bytes.span.decodedString())])
    case .part(let whole):
      // Where the plan came as it was made, it is not said again.
      guard case .native(let part) = whole.part, part.dialect == .cohere, !hasPlan,
        let plan = part.value["tool_plan"]
      else { break }
      return endBlock() + frame("tool-plan-delta", nil, ["tool_plan": plan])
    case .logprobs(let delta):
      return Self.frame([
        "type": "content-delta", "index": .number(JSONNumber(openBlock ?? 0)), "logprobs": delta.native,
      ])
    case .usage(let report): usage = report
    case .finish(let finish): return end(finish)
    default: break
    }
    return []
  }

  /// An error inside a stream, and the end of it (rule C11).
  func bytes(of failure: ServedFailure) -> [UInt8] {
    let delta: JSONValue = ["finish_reason": "ERROR", "error": .string(CohereServer.words(of: failure))]
    return Self.frame(["type": "message-end", "delta": delta]) + ChatStreamWriter.lastWord
  }

  private func begin() -> [UInt8] {
    let message: JSONValue = ["role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []]
    return Self.frame([
      "id": .string(start.id ?? ""), "type": "message-start", "delta": ["message": message],
    ])
  }

  private mutating func content(_ text: String, _ block: Block) -> [UInt8] {
    let name = block.isThought ? "thinking" : "text"
    var bytes: [UInt8] = []
    let index: Int
    if let known = blocks.firstIndex(of: block) {
      index = known
    } else {
      bytes = endBlock()
      index = blocks.count
      blocks.append(block)
      openBlock = index
      var opening: JSONObject = ["type": .string(name)]
      opening[name] = ""
      bytes += frame("content-start", index, ["content": .object(opening)])
    }
    var piece: JSONObject = [:]
    piece[name] = .string(text)
    return bytes + frame("content-delta", index, ["content": .object(piece)])
  }

  private mutating func endBlock() -> [UInt8] {
    guard let index = openBlock else { return [] }
    openBlock = nil
    return frame("content-end", index, nil)
  }

  private mutating func end(_ finish: Finish) -> [UInt8] {
    var bytes = endBlock()
    for call in openCalls { bytes += frame("tool-call-end", Int(call), nil) }
    var delta: JSONObject = ["finish_reason": .string(finish.native ?? finish.reason.cohereWord)]
    if let usage { delta["usage"] = usage.cohere }
    bytes += Self.frame(["type": "message-end", "delta": .object(delta)])
    return bytes + ChatStreamWriter.lastWord
  }

  private func frame(_ type: String, _ index: Int?, _ message: JSONObject?) -> [UInt8] {
    var fields: JSONObject = ["type": .string(type)]
    if let index { fields["index"] = .number(JSONNumber(index)) }
    if let message { fields["delta"] = ["message": .object(message)] }
    return Self.frame(fields)
  }

  /// An event by its type.
  private static func frame(_ fields: JSONObject) -> [UInt8] {
    Array("event: \(fields["type"]?.string ?? "")\n".utf8) + ChatStreamWriter.frame(JSONValue.object(fields).bytes)
  }
}
