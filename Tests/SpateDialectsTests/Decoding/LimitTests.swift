// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// trust.md 1.5: each limit at one below, at it, and one above.
@Suite struct LimitTests {
  private func context(_ change: (inout ResponseContext) -> Void) -> ResponseContext {
    var context = ResponseContext()
    change(&context)
    return context
  }

  @Test func defaults() {
    let context = ResponseContext()
    #expect(context.bodyLimit == 256 << 20 && context.eventLimit == 16 << 20)
    #expect(context.toolCallLimit == 128 && context.toolArgumentsLimit == 4 << 20)
  }

  @Test(arguments: [-1, 0, 1]) func B6_event(_ over: Int) {
    let long = words(String(repeating: "x", count: 50))
    let line = "data: \(long)"
    for limit in [line.utf8.count, line.utf8.count - 6] {
      // The line is counted with its name, the event without it: the first limit is the line's.
      let decoded = Decoded.everyWay(
        "data: \(long)\n\ndata: [DONE]\n\n", context: context { $0.eventLimit = limit - over })
      let isWithin = limit - over >= line.utf8.count
      #expect(decoded.failure?.code == (isWithin ? nil : .limit))
    }
  }

  @Test(arguments: [-1, 0, 1]) func eventOfSeveralLines(_ over: Int) {
    let parts = words(String(repeating: "x", count: 60)).split(separator: ",")
    let body = "data: " + parts.joined(separator: ",\ndata: ") + "\n\ndata: [DONE]\n\n"
    let size = parts.joined(separator: ",\n").utf8.count
    let decoded = Decoded.everyWay(body, context: context { $0.eventLimit = size - over })
    #expect(decoded.failure?.code == (over > 0 ? .limit : nil))
  }

  @Test(arguments: [-1, 0, 1]) func body(_ over: Int) {
    let stream = stream(words("a"), stop(), done: false)
    let document = answer(#"{"content":"a"}"#)
    for body in [stream, document] {
      let limit = context { $0.bodyLimit = body.utf8.count - over }
      #expect(Decoded.everyWay(body, context: limit).failure?.code == (over > 0 ? .limit : nil))
    }
  }

  /// What is within the limit is given out, however the body comes; what comes after the end mark is not counted.
  @Test func bodyOverTheLimitKeepsWhatCame() {
    let first = "data: \(words("a"))\n\n"
    let decoded = Decoded.everyWay(first + first, context: context { $0.bodyLimit = first.utf8.count + 3 })
    #expect(decoded.script == ["text a", "error limit"])
    let whole = stream(words("a"), stop())
    let limit = context { $0.bodyLimit = whole.utf8.count }
    #expect(Decoded.everyWay(whole + first, context: limit).script == ["text a", "finish stop"])
  }

  @Test(arguments: [-1, 0, 1]) func errorBody(_ over: Int) {
    let body = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10 + over)
    let failure = Decoded([body], context: ResponseContext(status: 500)).failure
    #expect(failure?.code == .server && failure?.body.count == min(64 << 10, body.count))
    #expect(failure?.message.utf8.count == 4 << 10)
  }

  /// Rule B12: an error's body is not read to its end.
  @Test(arguments: [500, 200]) func B12_longErrorBodiesAreLeftEarly(_ status: Int) {
    var decoder = OpenAIChatDialect().decoder(for: ResponseContext(status: status))
    var events: [StreamEvent] = []
    let piece = Array(("<" + String(repeating: "p", count: 1023)).utf8)
    var count = 1
    while decoder.feed(piece.span, into: &events) == .more, count < 100 { count += 1 }
    #expect(count == 64)
    #expect(Decoded(finishing: decoder, after: events).failure?.code == (status == 500 ? .server : .contentType))
  }

  @Test(arguments: [-1, 0, 1]) func toolCalls(_ over: Int) {
    let calls = (0..<3 + over).map {
      tool(#""index":\#($0),"id":"c\#($0)","function":{"name":"f","arguments":"{}"}"#)
    }
    let decoded = Decoded.everyWay(stream(calls + [stop("tool_calls")]), context: context { $0.toolCallLimit = 3 })
    #expect(decoded.failure?.code == (over > 0 ? .limit : nil))
    #expect(decoded.answer.toolCalls.count == min(3, 3 + over))
  }

  @Test(arguments: [-1, 0, 1]) func toolCallsInOneChunk(_ over: Int) {
    let calls = (0..<128 + over).map { #"{"index":\#($0),"id":"c\#($0)","function":{"name":"f"}}"# }
    let decoded = Decoded(stream(chunk(#"{"tool_calls":[\#(calls.joined(separator: ","))]}"#), stop()))
    #expect(decoded.failure?.code == (over > 0 ? .limit : nil))
  }

  @Test(arguments: [-1, 0, 1]) func toolArguments(_ over: Int) {
    let text = String(repeating: "1", count: 8 + over)
    let pieces = [#""index":0,"id":"a","function":{"name":"f","arguments":"11"}"#]
    let decoded = Decoded.everyWay(
      stream((pieces + [#""index":0,"function":{"arguments":"\#(text)"}"#]).map { tool($0) } + [stop()]),
      context: context { $0.toolArgumentsLimit = 10 })
    #expect(decoded.failure?.code == (over > 0 ? .limit : nil))
  }

  @Test(arguments: [-1, 0, 1]) func answers(_ over: Int) {
    let chunks = (0..<128 + over).map { words("a", choice: $0) }
    let decoded = Decoded(stream(chunks))
    #expect(decoded.failure?.code == (over > 0 ? .limit : nil) && decoded.answer.choices.count == min(128, 128 + over))
  }

  @Test(arguments: [
    ("{\"choices\":[", "{}", "]}"), ("{\"choices\":[{\"delta\":{\"tool_calls\":[", "{}", "]}}]}"),
  ]) func entriesOfOneEvent(_ open: String, _ entry: String, _ close: String) {
    func decoded(_ count: Int) -> Decoded {
      Decoded(stream(open + Array(repeating: entry, count: count).joined(separator: ",") + close))
    }
    #expect(decoded(4095).failure == nil && decoded(4096).failure == nil)
    #expect(decoded(4097).failure?.code == .limit && decoded(100_000).failure?.code == .limit)
  }

  @Test(arguments: [-1, 0, 1]) func depth(_ over: Int) {
    // Two levels are the chunk's own.
    let levels = 255 + over
    let deep = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    let decoded = Decoded(stream(words("a"), #"{"foo":\#(deep)}"#, stop()))
    #expect(decoded.failure?.code == (over > 0 ? .limit : nil))
  }

  @Test func deepContentIsReadWithoutRecursion() {
    for name in ["content", "reasoning", "reasoning_details", "annotations"] {
      let deep = String(repeating: "[", count: 250) + String(repeating: "]", count: 250)
      #expect(Decoded(stream(chunk(#"{"\#(name)":\#(deep)}"#), stop())).failure == nil)
    }
  }

  @Test func T9_timeGrowsWithTheBytesOnly() {
    func time(_ count: Int) -> Duration {
      let pieces = (0..<count).map { _ in tool(#""index":0,"function":{"arguments":"1234"}"#) }
      let first = tool(#""index":0,"id":"a","function":{"name":"f","arguments":"["}"#)
      let body = Array(stream([first] + pieces + [stop()]).utf8)
      return (0..<3).map { _ in computingTime { _ = Decoded([body]) } }.min() ?? .zero
    }
    _ = time(100)
    let (short, long) = (time(2_000), time(8_000))
    // Quadratic would be 16 times.
    #expect(long < short * 10, "\(short) and \(long)")
  }
}
