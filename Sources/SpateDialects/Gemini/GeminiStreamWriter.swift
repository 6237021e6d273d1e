// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Gemini's generateContent: events to the bytes of a stream, as server-sent events or as one array.
struct GeminiStreamWriter: AnswerWriter {
  /// What waits for a call to end: a part, or the call itself.
  private enum Pending: Sendable {
    case part(JSONObject, Int32)
    case call(ToolCall, number: Int32, isEnded: Bool)
  }

  private let start: ResponseStart
  private let isArray: Bool
  private let streamsArguments: Bool
  private var isBegun = false
  /// From the first call on that has not ended: its signature is known at its end only.
  private var queue: [Pending] = []
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
      queue.append(.call(call, number: start.index, isEnded: false))
      return before
    case .toolInputDelta(let delta):
      append(delta)
      return []
    case .toolCall(let call): return flushSeal() + end(call)
    case .providerTool(let tool):
      return flushSeal() + GeminiParts.tool(tool).reduce(into: []) { $0 += part($1, Int32(clamping: tool.choice)) }
    case .part(let whole): return flushSeal() + (GeminiParts.other(whole.part).map { part($0, whole.choice) } ?? [])
    case .source(let source):
      sources.append(source)
      return []
    case .logprobs(let delta): return flushSeal() + candidate(["logprobsResult": delta.native], delta.choice)
    case .usage(let report):
      usage = report
      return []
    case .finish(let finish): return flushSeal() + drain(all: true) + end(finish)
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
    if let held = seal, held.detail.block == delta.block, held.detail.choice == delta.choice,
      held.isThought == isThought
    {
      seal = nil
      return part(GeminiParts.words(delta.text, isThought: isThought, held.detail.seal), delta.choice)
    }
    return flushSeal() + part(GeminiParts.words(delta.text, isThought: isThought), delta.choice)
  }

  private mutating func hold(_ detail: BlockSeal, isThought: Bool) -> [UInt8] {
    let before = flushSeal()
    // The mere mark of a block of thoughts is no signature.
    if detail.seal.isFor(.gemini), detail.signature != nil || detail.details != nil { seal = (detail, isThought) }
    return before
  }

  /// A seal after which no words came is a part with none.
  private mutating func flushSeal() -> [UInt8] {
    guard let held = seal.take() else { return [] }
    return part(GeminiParts.words("", isThought: held.isThought, held.detail.seal), held.detail.choice)
  }

  /// A part, behind the calls before it.
  private mutating func part(_ part: JSONObject, _ choice: Int32) -> [UInt8] {
    guard queue.isEmpty else {
      queue.append(.part(part, choice))
      return []
    }
    return content(part, choice)
  }

  private mutating func content(_ part: JSONObject, _ choice: Int32) -> [UInt8] {
    candidate(["content": ["parts": [.object(part)], "role": "model"]], choice)
  }

  // MARK: Calls

  private mutating func append(_ delta: ToolInputDelta) {
    for place in queue.indices.reversed() {
      guard case .call(var call, delta.index, let isEnded) = queue[place], call.choice == Int(delta.choice) else {
        continue
      }
      // Taken out, so that it is not copied.
      queue[place] = .part([:], 0)
      call.arguments += delta.arguments
      queue[place] = .call(call, number: delta.index, isEnded: isEnded)
      return
    }
  }

  /// A call as it ended, in the place where it began.
  private mutating func end(_ whole: ToolCall) -> [UInt8] {
    let place = queue.firstIndex { pending in
      if case .call(let call, _, false) = pending { call.id == whole.id && call.choice == whole.choice } else { false }
    }
    if let place {
      queue[place] = .call(whole, number: -1, isEnded: true)
    } else {
      queue.append(.call(whole, number: -1, isEnded: true))
    }
    return drain(all: false)
  }

  /// What no open call keeps waiting.
  private mutating func drain(all: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    var count = 0
    drain: for pending in queue {
      switch pending {
      case .part(let part, let choice): bytes += content(part, choice)
      case .call(let call, _, let isEnded):
        guard all || isEnded else { break drain }
        let parts = streamsArguments ? GeminiPieces.parts(of: call) : nil
        for part in parts ?? [GeminiParts.call(call)] { bytes += content(part, Int32(clamping: call.choice)) }
      }
      count += 1
    }
    queue.removeFirst(count)
    return bytes
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
