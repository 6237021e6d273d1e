// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// Events that are read by the template of an earlier one say what they say when they are scanned whole.
@Suite struct TemplateTests {
  /// The events of a stream, by templates and without, and how many were read by one.
  private func read(_ body: String, _ dialect: any Dialect) -> (same: Bool, hits: Int, misses: Int, decoded: Decoded) {
    var context = ResponseContext()
    var decoder = dialect.decoder(for: context)
    var events: [StreamEvent] = []
    _ = decoder.feed(Array(body.utf8).span, into: &events)
    let counts = (decoder as? any TemplateCounting)?.templateCounts ?? (hits: 0, misses: 0)
    let decoded = Decoded(finishing: decoder, after: events)
    context.usesTemplates = false
    let scanned = Decoded(body, context: context, dialect: dialect)
    return (decoded == scanned, counts.hits, counts.misses, decoded)
  }

  private func anthropic(_ events: [String]) -> String { events.map { "data: \($0)\n\n" }.joined() }

  private func block(_ index: Int, _ type: String, _ deltas: [String]) -> [String] {
    let start = [
      "text": #"{"type":"text","text":""}"#, "thinking": #"{"type":"thinking","thinking":"","signature":""}"#,
      "tool": #"{"type":"tool_use","id":"t\#(index)","name":"f","input":{}}"#,
    ]
    let field = ["text": ("text_delta", "text"), "thinking": ("thinking_delta", "thinking")][type]
    let (kind, name) = field ?? ("input_json_delta", "partial_json")
    return [#"{"type":"content_block_start","index":\#(index),"content_block":\#(start[type] ?? "{}")}"#]
      + deltas.map {
        #"{"type":"content_block_delta","index":\#(index),"delta":{"type":"\#(kind)","\#(name)":"\#($0)"}}"#
      }
      + [#"{"type":"content_block_stop","index":\#(index)}"#]
  }

  private let end = [
    #"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#, #"{"type":"message_stop"}"#,
  ]

  @Test func blocksThatTakeTurnsAreReadByTheirTemplates() {
    var events: [String] = []
    for round in 0..<5 {
      events += block(2 * round, "tool", ["{", #"\"a\":"#, "\(round)}"])
      events += [#"{"type":"ping"}"#]
      events += block(2 * round + 1, "text", ["one", " two", " \\u00e9", " \\n"])
    }
    let found = read(anthropic(events + end), AnthropicDialect())
    #expect(found.same && found.decoded.failure == nil)
    // Beside the firsts: the words of a block with a new number, and what was out of the last four kinds.
    #expect(found.hits >= 35 && found.hits + found.misses == events.count + 2, "\(found.hits) of \(events.count)")
    #expect(found.decoded.answer.toolCalls.count == 5)
  }

  /// A plain event adds to the block that it was plain for: after another event it is looked at again.
  @Test func aPlainEventAfterOthersIsLookedAtAgain() {
    func words(_ index: Int, _ text: String) -> String {
      #"{"type":"content_block_delta","index":\#(index),"delta":{"type":"text_delta","text":"\#(text)"}}"#
    }
    let start = { (index: Int) in
      #"{"type":"content_block_start","index":\#(index),"content_block":{"type":"text","text":""}}"#
    }
    let stop = { (index: Int) in #"{"type":"content_block_stop","index":\#(index)}"# }
    let events = [
      start(0), words(0, "a"), words(0, "b"), start(1), words(1, "c"), words(1, "d"), words(0, "e"), words(0, "f"),
      stop(0), words(1, "g"), words(0, "late"), words(0, "later"), words(1, "h"), stop(1),
    ]
    let found = read(anthropic(events + end), AnthropicDialect())
    #expect(found.same)
    #expect(found.hits > 3)
  }

  /// What stands beside the words is taken again when the pattern comes back: the last value counts.
  @Test func whatStandsBesideTheWordsIsTakenAgain() {
    func chunk(_ content: String, _ fingerprint: String) -> String {
      #"{"id":"r","extra":"\#(fingerprint)","choices":[{"index":0,"delta":{"content":"\#(content)"}}]}"#
    }
    for last in ["a", "b"] {
      let chunks = [chunk("1", "a"), chunk("2", "a"), chunk("3", "b"), chunk("4", "b"), chunk("5", last)]
      let found = read(stream(chunks + [chunk("6", last), stop()]), OpenAIChatDialect())
      #expect(found.same && found.decoded.answer.text == "123456")
      let metadata = found.decoded.events.compactMap {
        if case .finish(let finish) = $0 { finish.metadata } else { nil }
      }
      #expect(metadata.last?["extra"] == .string(last))
    }
  }

  /// A spoiled event between two patterns fails as it fails without them; a strange one is read whole.
  @Test(arguments: [
    #"{"id":"r1","model":"m","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]"#,
    #"{"id":"r1","model":"m","choices":[{"index":0,"delta":{"content":"x\q"},"finish_reason":null}]}"#,
    #"{"id":"r1","model":"m","choices":[{"index":0,"delta":{"content":5},"finish_reason":null}]}"#,
    #"{"id":"r1","model":"m","choices":[{"index":0,"delta":{"content":"x","content":"y"},"finish_reason":null}]}"#,
    #"{"id":"r1","model":"m","choices":[{"index":0,"delta":{"reasoning":""},"finish_reason":null}]}"#,
    #"{"id":"r1","model":"m","choices":[]}"#, #"{}"#, #"[1]"#,
  ]) func aSpoiledEventBetweenTwoPatterns(_ spoiled: String) {
    let thought = { (text: String) in chunk(#"{"reasoning":"\#(text)"}"#) }
    let chunks = [
      thought("a"), thought("b"), words("c"), words("d"), thought("e"), words("f"), spoiled, words("g"), thought("h"),
      words("i"), stop(),
    ]
    let found = read(stream(chunks), OpenAIChatDialect())
    #expect(found.same)
    #expect(found.hits >= 4)
  }

  @Test func callsThatTakeTurnsAreReadByOneTemplate() {
    var chunks = [tool(#""index":0,"id":"c0","type":"function","function":{"name":"f","arguments":""}"#)]
    chunks.append(tool(#""index":1,"id":"c1","type":"function","function":{"name":"f","arguments":""}"#))
    for round in 0..<10 {
      chunks.append(
        tool(#""index":\#(round % 2),"function":{"arguments":"\#(round < 2 ? "{" : round < 8 ? " " : "}")"}"#))
    }
    let found = read(stream(chunks + [stop("tool_calls")]), OpenAIChatDialect())
    #expect(found.same && found.decoded.answer.toolCalls.count == 2)
    #expect(found.hits == 10, "\(found.hits)")
  }

  @Test func typedBlocksAreReadByTheirTemplate() {
    let thought = { (text: String) in
      chunk(#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"\#(text)"}]}]}"#)
    }
    let found = read(stream((0..<10).map { thought("\($0)") } + [words("a"), words("b"), stop()]), MistralDialect())
    #expect(found.same && found.hits == 10)
  }

  /// Padding in front of the last brace, as Anthropic sends it.
  @Test func paddedEventsAreReadByTheirTemplate() {
    let words = (0..<20).map { number in
      #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"w\#(number)"}"#
        + String(repeating: " ", count: number * 7 % 11) + "}"
    }
    let start = #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#
    let found = read(anthropic([start] + words + end), AnthropicDialect())
    #expect(found.same && found.hits == 19)
  }

  @Test func geminisPartsOfCallsAreReadByTheirTemplate() {
    let chunks = (0..<10).map { number in
      #"{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a[\#(number)]","#
        + #""stringValue":"x"}],"willContinue":true}}]}}],"usageMetadata":{"trafficType":"ON_DEMAND"},"responseId":"r"}"#
    }
    let first =
      #"{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"f","willContinue":true}}]}}],"#
      + #""responseId":"r"}"#
    let last = #"{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{}}]},"finishReason":"STOP"}]}"#
    let found = read(anthropic([first] + chunks + [last]), GeminiDialect())
    #expect(found.same && found.hits >= 9, "\(found.hits)")
  }

  /// Any run of events of a few kinds, spoiled ones among them.
  @Test(arguments: SeededRandom.seeds(60)) func anyRunOfEventsSaysTheSame(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let pieces = ["", "a", "\\n", "\\\"", "é", "\\ud83d", "\\ude00", "}", "null"]
    var chunks: [String] = []
    for number in 0..<80 {
      let text = pieces.randomElement(using: &random) ?? ""
      let extra = ["", #","e":1"#, #","e":2"#].randomElement(using: &random) ?? ""
      let usage = #","usage":{"prompt_tokens":\#(number % 7),"completion_tokens":\#(number),"d":{"x":\#(number % 3)}}"#
      switch Int.random(in: 0..<6, using: &random) {
      case 0: chunks.append(chunk(#"{"reasoning":"\#(text)"}"#, more: extra))
      case 1: chunks.append(words(text, choice: number % 2))
      case 2: chunks.append(chunk(#"{"content":"\#(text)"}"#, more: usage + extra))
      case 3:
        chunks.append(
          tool(#""index":\#(number % 3),"id":"c\#(number % 3)","function":{"name":"f","arguments":"\#(text)"}"#))
      case 4: chunks.append(#"{"id":"r1","choices":[]\#(usage)}"#)
      default: chunks.append(chunk(#"{"content":"\#(text)","reasoning":"\#(text)"}"#, more: extra))
      }
    }
    var body = Array(stream(chunks + [stop()]).utf8)
    if seed % 3 == 0 {
      body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    let found = read(String(decoding: body, as: UTF8.self), OpenAIChatDialect())
    #expect(found.same, "seed \(seed)")
  }

  /// A stream whose events never match does not pay for learning each of them, and says the same.
  @Test func aStreamThatNeverMatches() {
    let chunks = (0..<100).map { #"{"id":"r1","k\#($0)":1,"choices":[{"index":0,"delta":{"content":"a"}}]}"# }
    let found = read(stream(chunks + [stop()]), OpenAIChatDialect())
    #expect(found.same && found.hits == 0 && found.misses == 101)
  }
}
