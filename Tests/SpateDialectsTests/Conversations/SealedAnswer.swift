// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport

/// Random answers full of what only their provider can read, as that provider's decoder gives them.
struct SealedAnswer {
  private(set) var events: [StreamEvent]
  /// The opaque texts, each of them once; ids of calls apart.
  private(set) var opaque: [String] = []
  private(set) var callIDs: [String] = []

  private let dialect: DialectID
  private var random: SeededRandom
  private var serial = 0
  private var calls: [ToolCall] = []

  static let start = ResponseStart(id: "r1", model: "m", created: 1_750_000_000)

  init(_ dialect: DialectID, seed: UInt64) {
    // In AWS's frames Anthropic's turns are Anthropic's.
    self.dialect = dialect == .bedrockInvokeAnthropic ? .anthropic : dialect
    random = SeededRandom(seed: seed)
    events = [.start(Self.start)]
    // Dialects without numbers have their parts in one order: thoughts, words, calls.
    let hasOrder = ![.openAIChat, .ollama, .cohere, .mistral].contains(self.dialect)
    var kinds = (0..<Int.random(in: 1...6, using: &random)).map { _ in Int.random(in: 0..<4, using: &random) }
    kinds = hasOrder ? kinds : Array(Set(kinds + [2])).sorted()
    // There is something to send back always.
    if !kinds.contains(2) { kinds.append(2) }
    // Neighbours of one kind are one block to who tells blocks by their kinds.
    if self.dialect == .gemini { kinds = kinds.enumerated().filter { $0 == 0 || kinds[$0 - 1] != $1 }.map(\.1) }
    for (block, kind) in kinds.enumerated() { add(kind, hasOrder ? Int32(block) : 0) }
    events.append(.usage(Usage(input: 3, output: 2)))
    events += calls.map(StreamEvent.toolCall)
    events.append(.finish(Finish(reason: calls.isEmpty ? .stop : .toolCalls, native: nil)))
  }

  /// Letters that JSON, base64 and URLs write in different ways, and that nothing may touch.
  private mutating func token() -> String {
    serial += 1
    let tail = ["+/==", "\\u0041", "é🙂", "\"quoted\"", "\n"].randomElement(using: &random) ?? ""
    opaque.append("sealed\(serial)-\(UInt32.random(in: 0 ... .max, using: &random))\(tail)")
    return opaque[opaque.count - 1]
  }

  private mutating func base64() -> String {
    let text = Base64.encode(Array(token().utf8))
    opaque[opaque.count - 1] = text
    return text
  }

  private mutating func add(_ kind: Int, _ block: Int32) {
    switch kind {
    case 0: addThought(block)
    case 1: addRedacted(block)
    case 2: addWords(block)
    default: addCall(block)
    }
  }

  private mutating func addThought(_ block: Int32) {
    events.append(.reasoning(TextDelta("hm", block: block)))
    let seal: Seal
    switch dialect {
    case .anthropic, .bedrockConverse, .mistral, .gemini: seal = Seal(dialect: dialect, signature: token())
    case .openAIChat:
      // As streams have it: the words come before, by themselves.
      let details: JSONValue = [["type": "reasoning.text", "signature": .string(token())]]
      seal = Seal(dialect: dialect, signature: opaque.last, details: details)
    case .openAIResponses:
      let details: JSONValue = [
        "type": "reasoning", "id": .string(token()), "summary": [["type": "summary_text", "text": "hm"]],
        "encrypted_content": .string(token()),
      ]
      seal = Seal(dialect: dialect, details: details)
    default: return
    }
    events.append(.reasoningDetail(BlockSeal(seal, block: block)))
  }

  private mutating func addRedacted(_ block: Int32) {
    let details: JSONValue
    switch dialect {
    case .anthropic: details = ["type": "redacted_thinking", "data": .string(token())]
    case .bedrockConverse: details = ["reasoningContent": ["redactedContent": .string(base64())]]
    case .openAIChat: details = [["type": "reasoning.encrypted", "data": .string(token())]]
    case .openAIResponses:
      details = ["type": "reasoning", "id": .string(token()), "summary": [], "encrypted_content": .string(token())]
    default: return
    }
    events.append(.reasoningDetail(BlockSeal(Seal(dialect: dialect, details: details), block: block)))
  }

  private mutating func addWords(_ block: Int32) {
    events.append(.text(TextDelta("Grüße", block: block)))
    switch dialect {
    case .anthropic:
      let citation: JSONValue = [
        "type": "web_search_result_location", "url": "https://a.example", "title": "t", "cited_text": "x",
        "encrypted_index": .string(token()),
      ]
      events.append(
        .source(Source(url: "https://a.example", title: "t", native: citation, dialect: dialect, block: block)))
    case .gemini:
      events.append(.textDetail(BlockSeal(Seal(dialect: dialect, signature: token()), block: block)))
    case .openAIChat:
      let details: JSONValue = ["extra_content": ["google": ["thought_signature": .string(token())]]]
      events.append(.textDetail(BlockSeal(Seal(dialect: dialect, details: details), block: block)))
    case .openAIResponses:
      events.append(.textDetail(BlockSeal(Seal(dialect: dialect, details: ["id": .string(token())]), block: block)))
    default: break
    }
  }

  private mutating func addCall(_ block: Int32) {
    let index = Int32(calls.count)
    let id = "c" + String("\(10_000_000 + UInt32.random(in: 0..<9_999_999, using: &random))".suffix(8))
    callIDs.append(id)
    var call = ToolCall(id: id, name: "f\(index)", arguments: #"{"x":"é"}"#)
    switch dialect {
    case .anthropic:
      call.seal = Seal(dialect: dialect, details: ["caller": ["type": "x", "tool_id": .string(token())]])
    case .gemini:
      call.seal = Seal(dialect: dialect, signature: token(), details: ["functionCall": ["id": .string(id)]])
    case .openAIResponses: call.seal = Seal(dialect: dialect, details: ["id": .string(token())])
    case .openAIChat:
      call.seal = Seal(
        dialect: dialect, details: ["extra_content": ["google": ["thought_signature": .string(token())]]])
    default: break
    }
    // Anthropic says it at the beginning of a call, all others with it.
    let early = dialect == .anthropic ? call.seal : nil
    events.append(.toolInputStart(ToolInputStart(index: index, id: id, name: call.name, seal: early)))
    events.append(.toolInputDelta(ToolInputDelta(index: index, arguments: call.arguments)))
    calls.append(call)
  }
}

/// The texts of a JSON value, keys aside.
func texts(of value: JSONValue) -> [String] {
  switch value {
  case .string(let text): [text]
  case .array(let list): list.flatMap(texts)
  case .object(let object): object.members.flatMap { texts(of: $0.value) }
  default: []
  }
}
