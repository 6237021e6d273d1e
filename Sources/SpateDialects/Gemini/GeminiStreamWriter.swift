// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Gemini's generateContent: events to the bytes of a stream, as server-sent events or as one array.
struct GeminiStreamWriter: AnswerWriter {
  private struct Call: Sendable {
    var number: Int32
    var call: ToolCall
  }

  private let start: ResponseStart
  private let isArray: Bool
  private let streamsArguments: Bool
  private var isBegun = false
  /// The calls whose arguments are not over yet.
  private var calls: [Call] = []
  /// The seal of words that come next: both go into one part.
  private var seal: (detail: BlockSeal, isThought: Bool)?
  private var usage = Usage()
  private var sources: [Source] = []
  private var refused: Set<Int32> = []

  init(start: ResponseStart, isArray: Bool = false, streamsArguments: Bool = false) {
    self.start = start
    self.isArray = isArray
    self.streamsArguments = streamsArguments
  }

  mutating func bytes(of event: StreamEvent) -> [UInt8] {
    switch event {
    case .text(let delta): return words(delta, isThought: false)
    case .reasoning(let delta): return words(delta, isThought: true)
    case .refusal(let delta):
      // It has no form of its own; the reason at the end says what the words are.
      refused.insert(delta.choice)
      return words(delta, isThought: false)
    case .textDetail(let detail): return hold(detail, isThought: false)
    case .reasoningDetail(let detail): return hold(detail, isThought: true)
    case .toolInputStart(let start):
      let before = flushSeal()
      let call = ToolCall(id: start.id, name: start.name, arguments: "", choice: Int(start.choice))
      calls.append(Call(number: start.index, call: call))
      return before
    case .toolInputDelta(let delta):
      let place = calls.lastIndex { $0.number == delta.index && $0.call.choice == Int(delta.choice) }
      if let place { calls[place].call.arguments += delta.arguments }
      return []
    case .toolCall(let call):
      // As it ended, in the place of what was assembled.
      if let place = calls.firstIndex(where: { $0.call.id == call.id && $0.call.choice == call.choice }) {
        calls[place].call = call
        return []
      }
      calls.append(Call(number: -1, call: call))
      return []
    case .providerTool(let tool):
      return flush() + GeminiParts.tool(tool).reduce(into: []) { $0 += part($1, Int32(clamping: tool.choice)) }
    case .part(let whole): return flush() + (GeminiParts.other(whole.part).map { part($0, whole.choice) } ?? [])
    case .source(let source):
      sources.append(source)
      return []
    case .logprobs(let delta): return flush() + candidate(["logprobsResult": delta.native], delta.choice)
    case .usage(let report):
      usage = report
      return []
    case .finish(let finish): return flush() + end(finish)
    default: return []
    }
  }

  mutating func bytes(of failure: ServedFailure) -> [UInt8] {
    let error = GeminiServer.error(failure)
    // The last element: the array closes behind it (rule C11).
    return isArray ? element(error) + Array("]".utf8) : frame(error)
  }

  // MARK: Parts

  private mutating func words(_ delta: TextDelta, isThought: Bool) -> [UInt8] {
    if let held = seal, held.detail.block == delta.block, held.detail.choice == delta.choice, held.isThought == isThought {
      seal = nil
      return flush() + part(GeminiParts.words(delta.text, isThought: isThought, held.detail.seal), delta.choice)
    }
    return flush() + part(GeminiParts.words(delta.text, isThought: isThought), delta.choice)
  }

  private mutating func hold(_ detail: BlockSeal, isThought: Bool) -> [UInt8] {
    let before = flush()
    // The mere mark of a block of thoughts is no signature.
    if detail.seal.isFor(.gemini), detail.signature != nil || detail.details != nil { seal = (detail, isThought) }
    return before
  }

  /// A seal after which no words came is a part with none.
  private mutating func flushSeal() -> [UInt8] {
    guard let held = seal.take() else { return [] }
    return part(GeminiParts.words("", isThought: held.isThought, held.detail.seal), held.detail.choice)
  }

  /// What was held back, before something else comes.
  private mutating func flush() -> [UInt8] {
    var bytes = flushSeal()
    for call in calls {
      let choice = Int32(clamping: call.call.choice)
      let parts = streamsArguments ? GeminiPieces.parts(of: call.call) : nil
      for part in parts ?? [GeminiParts.call(call.call)] { bytes += self.part(part, choice) }
    }
    calls = []
    return bytes
  }

  private mutating func part(_ part: JSONObject, _ choice: Int32) -> [UInt8] {
    candidate(["content": ["parts": [.object(part)], "role": "model"]], choice)
  }

  private mutating func candidate(_ fields: JSONObject, _ choice: Int32) -> [UInt8] {
    var fields = fields
    fields["index"] = .number(JSONNumber(Int(choice)))
    return chunk(["candidates": [.object(fields)]])
  }

  // MARK: The end

  private mutating func end(_ finish: Finish) -> [UInt8] {
    let end = GeminiEnd(finish, sources: sources, refused: refused.contains(0))
    var last = JSONObject()
    if !end.isBlocked {
      var candidates: [JSONValue] = []
      var first = end.candidate
      first["index"] = 0
      candidates.append(.object(first))
      for other in finish.choices where other.choice != 0 {
        let word = GeminiEnd.word(other.native, other.reason ?? .stop, refused: refused.contains(other.choice))
        candidates.append(["finishReason": .string(word), "index": .number(JSONNumber(Int(other.choice)))])
      }
      last["candidates"] = .array(candidates)
    }
    last.merge(end.answer)
    last["usageMetadata"] = .object(usage.geminiReport)
    return chunk(last) + Array((isArray ? "]" : "").utf8)
  }

  // MARK: Frames

  private mutating func chunk(_ fields: JSONObject) -> [UInt8] {
    var fields = fields
    if let model = start.model { fields["modelVersion"] = .string(model) }
    if let id = start.id { fields["responseId"] = .string(id) }
    return isArray ? element(.object(fields)) : frame(.object(fields))
  }

  /// `[{...}`, and `,{...}` for each one more, a line end behind each.
  private mutating func element(_ value: JSONValue) -> [UInt8] {
    let mark = isBegun ? ",\r\n" : "["
    isBegun = true
    return Array(mark.utf8) + value.bytes + [UInt8(ascii: "\n")]
  }

  private func frame(_ value: JSONValue) -> [UInt8] {
    Array("data: ".utf8) + value.bytes + Array("\r\n\r\n".utf8)
  }
}
