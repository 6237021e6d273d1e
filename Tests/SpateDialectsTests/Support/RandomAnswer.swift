// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport

/// Answers of random events, as a decoder gives them that numbers its blocks by their kinds: thoughts and words in any
/// order, calls with whole arguments, usage and an end.
enum RandomAnswer {
  static let start = ResponseStart(id: "r1", model: "m", created: 1_750_000_000)

  static func events(seed: UInt64, finishes: [String]) -> [StreamEvent] {
    var random = SeededRandom(seed: seed)
    let words = [
      "a", "Grüße", "🙂", "\"\\\n\u{0}", " ", "\u{2028}", "data: [DONE]", "\u{FEFF}", "e\u{301}", "{\"a\":1}",
    ]
    var events: [StreamEvent] = [.start(start)]
    var isThought: Bool?
    var block: Int32 = 0
    var calls: [String] = []
    for _ in 0..<Int.random(in: 0...16, using: &random) {
      let text = words.randomElement(using: &random) ?? "a"
      switch Int.random(in: 0..<5, using: &random) {
      case 0 where calls.count < 4:
        let index = Int32(calls.count)
        calls.append("[]")
        events.append(.toolInputStart(ToolInputStart(index: index, id: "call0000\(index)", name: "f\(index)")))
        for piece in ["{\"x\":", "[1,\"é\"]", "}"] {
          events.append(.toolInputDelta(ToolInputDelta(index: index, arguments: piece)))
        }
      case let kind:
        let next = kind == 1
        if let isThought, isThought != next { block += 1 }
        isThought = next
        let delta = TextDelta(text, block: block)
        events.append(next ? .reasoning(delta) : .text(delta))
      }
    }
    // An answer has some words: so it has an end even when nothing else came.
    if isThought != false { block += isThought == nil ? 0 : 1 }
    events.append(.text(TextDelta("end", block: block)))
    events.append(.usage(Usage(input: 3, output: 2)))
    let native = finishes.randomElement(using: &random) ?? "stop"
    return events + [.finish(Finish(reason: .stop, native: native))]
  }

  /// The bytes of a stream.
  static func stream(_ events: [StreamEvent], by server: any ServerDialect) -> [UInt8] {
    var writer = server.writer(for: request, start: start)
    return events.flatMap { writer.bytes(of: $0) }
  }

  static let request = ChatRequest(model: "m", messages: ["hi"])

  /// What a turn is made of, without what only one side knows.
  static func sent(_ events: [StreamEvent]) -> PartialResponse {
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    return accumulator.partial
  }
}
