// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// Events to bytes, and back to the same events. Rule N4.
@Suite struct ChatWriterRoundTripTests: ChatWriterSuite {
  /// An answer of random events, as a decoder may give it: the numbers of the calls and the answers in order.
  /// `hasAll`: also what a whole answer holds in another form, in one piece.
  private func randomEvents(_ seed: UInt64, hasAll: Bool = true) -> [StreamEvent] {
    var random = SeededRandom(seed: seed)
    let words = ["a", "Grüße", "🙂", "\"\\\n\u{0}", " ", "\u{2028}", "data: [DONE]", "\u{FEFF}", "e\u{301}"]
    var events: [StreamEvent] = [.start(Self.start)]
    var calls: [[ToolCall]] = []
    for choice in 0..<Int32.random(in: 1...3, using: &random) {
      calls.append([])
      // Each answer begins with words, so that it has an end even when nothing else comes.
      events.append(.text(TextDelta("begin", choice: choice)))
    }
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      let choice = Int.random(in: 0..<calls.count, using: &random)
      let text = words.randomElement(using: &random) ?? "a"
      let delta = TextDelta(text, choice: Int32(choice))
      switch Int.random(in: hasAll ? -4..<5 : 0..<5, using: &random) {
      case -4:
        events.append(.logprobs(LogprobsDelta(choice: Int32(choice), native: ["content": [.string(text), nil]])))
      case -3:
        let data = Bool.random(using: &random) ? "AA==" : nil
        events.append(.audio(AudioDelta(id: "x", data: data, transcript: text)))
      case -2:
        let citation: JSONValue = ["url": "https://a.example", "title": .string(text), "start_index": 1]
        let native: JSONValue = ["type": "url_citation", "url_citation": citation]
        events.append(.source(Source(url: "https://a.example", title: text, native: native)))
      case -1:
        let seal: JSONValue = ["type": "reasoning.encrypted", "data": .string(text)]
        events.append(.reasoningDetail(BlockSeal(Seal(dialect: .openAIChat, details: [seal]))))
      case 0: events.append(.text(delta))
      case 1: events.append(.reasoning(delta))
      case 2: events.append(.refusal(delta))
      case 3:
        let index = Int32(calls[choice].count)
        let id = "c\(choice).\(index)"
        calls[choice].append(ToolCall(id: id, name: "f\(index)", arguments: "", choice: choice))
        events.append(.toolInputStart(ToolInputStart(index: index, choice: Int32(choice), id: id, name: "f\(index)")))
        // The start is given out with the first arguments: these come at once, as they do from providers.
        append("[1", to: Int(index), &calls[choice], &events)
      default:
        guard let index = calls[choice].indices.randomElement(using: &random) else { continue }
        append(",\(Int.random(in: 0..<100, using: &random))", to: index, &calls[choice], &events)
      }
    }
    for choice in calls.indices {
      for index in calls[choice].indices where Bool.random(using: &random) {
        append("]", to: index, &calls[choice], &events)
      }
    }
    let native = ["stop", "length", "tool_calls", "content_filter", "eos", "odd"]
    let ends = calls.indices.map { choice in
      ChoiceFinish(choice: Int32(choice), reason: nil, native: native.randomElement(using: &random))
    }
    return events + [
      .usage(Usage(input: 3, output: 2)), .finish(Finish(reason: .stop, native: ends[0].native, choices: ends)),
    ]
  }

  private func append(_ text: String, to index: Int, _ calls: inout [ToolCall], _ events: inout [StreamEvent]) {
    calls[index].arguments += text
    events.append(
      .toolInputDelta(ToolInputDelta(index: Int32(index), choice: Int32(calls[index].choice), arguments: text)))
  }

  /// The events that both sides know: the decoder adds the whole calls, warnings and what the words mean.
  private func common(_ events: [StreamEvent]) -> [StreamEvent] {
    events.filter {
      switch $0 {
      case .toolCall, .warning, .usage, .finish: false
      default: true
      }
    }
  }

  @Test(arguments: SeededRandom.seeds(150)) func N4_eventsToBytesToEvents(_ seed: UInt64) {
    let events = randomEvents(seed)
    let decoded = Decoded([bytes(events, includesUsage: true)], context: ResponseContext(choices: 3))
    var sent = Accumulator()
    for event in events { sent.add(event) }
    let isSame = common(decoded.events) == common(events)
    #expect(isSame && decoded.failure == nil, "seed \(seed)")
    #expect(decoded.answer.usage?.input == 3 && decoded.answer.usage?.output == 2, "seed \(seed)")
    let words = decoded.answer.choices.map(\.nativeFinish)
    #expect(words == sent.partial.choices.map(\.nativeFinish), "seed \(seed)")
    for (choice, other) in zip(decoded.answer.choices, sent.partial.choices) {
      #expect(choice.toolCalls.map(\.arguments) == other.toolCalls.map(\.arguments), "seed \(seed)")
      let mayBeComplete = choice.nativeFinish != "length" && choice.nativeFinish != "content_filter"
      for call in choice.toolCalls {
        #expect(call.isComplete == (mayBeComplete && call.arguments.hasSuffix("]")), "seed \(seed)")
      }
    }
  }

  /// Rule D16 from the other side: the whole answer that is built of the same events is read as the same.
  @Test(arguments: SeededRandom.seeds(150)) func N4_eventsToAWholeAnswerToEvents(_ seed: UInt64) {
    let events = randomEvents(seed, hasAll: false)
    var streamed = Decoded([bytes(events, includesUsage: true)], context: ResponseContext(choices: 3)).answer
    var whole = Decoded([ChatAnswerWriter.bytes(of: events)], context: ResponseContext(choices: 3)).answer
    #expect(streamed.message == whole.message, "seed \(seed)")
    (streamed.chunkCount, streamed.metadata) = (0, [:])
    (whole.chunkCount, whole.metadata) = (0, [:])
    let isSame = streamed == whole
    #expect(isSame, "seed \(seed)")
  }
}
