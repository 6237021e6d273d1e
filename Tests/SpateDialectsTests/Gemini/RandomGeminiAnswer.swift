// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport

/// Answers with everything that Gemini has a form for, as its decoder numbers the parts.
struct RandomGeminiAnswer {
  private var random: SeededRandom
  private var events: [StreamEvent] = []
  private var calls: [ToolCall] = []
  private var block: Int32 = 0
  /// The kind of the last part, while another of its kind would go on with it.
  private var isOpenThought: Bool?

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func chance(_ percent: Int) -> Bool { count(0...99) < percent }

  private mutating func text() -> String {
    let words = ["a", "Grüße ", "🙂", "\"\\\n\u{0}\u{1F}", "\u{2028}", "data:", "e\u{301}", "{}", "]\r\n,", "}\n"]
    return (0..<count(1...4)).map { _ in words.randomElement(using: &random) ?? "a" }.joined()
  }

  private mutating func signature() -> String { Array(text().utf8).map { String($0, radix: 16) }.joined() }

  mutating func make() -> [StreamEvent] {
    events = [.start(ResponseStart(id: "r1", model: "m"))]
    for _ in 0..<count(0...6) {
      switch count(0...6) {
      case 0...1: words(isThought: false)
      case 2: words(isThought: true)
      case 3...4: call()
      default: other()
      }
    }
    events += calls.map { .toolCall($0) }
    events.append(.usage(usage()))
    events.append(.finish(Finish(reason: calls.isEmpty ? .stop : .toolCalls, native: nil)))
    return events
  }

  private mutating func number() -> Int32 {
    defer { block += 1 }
    return block
  }

  private mutating func words(isThought: Bool) {
    let isSealed = chance(40)
    guard isSealed || isOpenThought != isThought else { return }
    isOpenThought = isSealed ? nil : isThought
    let number = number()
    var seal = Seal(dialect: .gemini)
    if isSealed {
      if chance(80) { seal.signature = signature() } else { seal.details = ["partMetadata": ["k": .string(text())]] }
    }
    let detail = BlockSeal(seal, block: number)
    if isThought { events.append(.reasoningDetail(detail)) } else if isSealed { events.append(.textDetail(detail)) }
    // A sealed part is one piece, maybe without words.
    for _ in 0..<(isSealed ? count(0...1) : count(1...3)) {
      let delta = TextDelta(text(), block: number)
      events.append(isThought ? .reasoning(delta) : .text(delta))
    }
  }

  private mutating func call() {
    isOpenThought = nil
    _ = number()
    let index = Int32(calls.count)
    let id = "call \(index)"
    let arguments = arguments()
    events.append(.toolInputStart(ToolInputStart(index: index, id: id, name: "f\(index)")))
    let half = arguments.index(arguments.startIndex, offsetBy: arguments.count / 2)
    for piece in [arguments[..<half], arguments[half...]] where !piece.isEmpty {
      events.append(.toolInputDelta(ToolInputDelta(index: index, arguments: String(piece))))
    }
    let seal = Seal(
      dialect: .gemini, signature: chance(50) ? signature() : nil, details: ["functionCall": ["id": .string(id)]])
    calls.append(ToolCall(id: id, name: "f\(index)", arguments: arguments, seal: seal))
  }

  /// Compact JSON, as it is read.
  private mutating func arguments() -> String {
    var object = JSONObject()
    for index in 0..<count(0...3) { object["\(chance(50) ? "key" : text())\(index)"] = value(depth: 0) }
    return object.isEmpty ? "" : JSONValue.object(object).description
  }

  private mutating func value(depth: Int) -> JSONValue {
    switch count(0...(depth < 3 ? 6 : 4)) {
    case 0: return .null
    case 1: return .bool(chance(50))
    case 2: return 1.5
    case 3...4: return .string(text())
    case 5: return .array((0..<count(1...3)).map { _ in value(depth: depth + 1) })
    default:
      var object = JSONObject()
      for index in 0..<count(1...3) { object["\(text())\(index)"] = value(depth: depth + 1) }
      return .object(object)
    }
  }

  private mutating func other() {
    isOpenThought = nil
    _ = number()
    let part: JSONValue = ["executableCode": ["language": "PYTHON", "code": .string(text())]]
    switch count(0...3) {
    case 0:
      events.append(
        .providerTool(
          ProviderTool(
            id: "", name: "code_execution", input: part["executableCode"]?.description,
            seal: Seal(dialect: .gemini, details: part))))
    case 1:
      let result: JSONValue = ["outcome": "OUTCOME_OK", "output": .string(text())]
      events.append(
        .providerTool(
          ProviderTool(
            id: "", name: "code_execution", output: result,
            seal: Seal(dialect: .gemini, details: ["codeExecutionResult": result]))))
    case 2:
      var media = Media.bytes(Array(text().utf8), mediaType: "image/png")
      if chance(50) { media.seal = Seal(dialect: .gemini, signature: signature()) }
      events.append(.part(WholePart(.image(media))))
    default:
      let native = NativePart(dialect: .gemini, type: "hologram", value: ["hologram": ["depth": .string(text())]])
      events.append(.part(WholePart(.native(native))))
    }
  }

  private mutating func usage() -> Usage {
    var usage = Usage(input: count(10...99), output: count(0...99))
    if chance(50) { usage.reasoning = count(1...9) }
    if chance(50) { usage.cachedInput = count(1...9) }
    usage.buckets.uncachedInput = (usage.input ?? 0) - (usage.cachedInput ?? 0)
    usage.buckets.cacheRead = usage.cachedInput
    usage.buckets.textOutput = usage.output
    usage.buckets.reasoningOutput = usage.reasoning
    return usage
  }
}
