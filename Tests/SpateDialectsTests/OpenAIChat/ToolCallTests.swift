// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@Suite struct ToolCallTests {
  private static let first = #""index":0,"id":"a","type":"function","function":{"name":"sum","arguments":""}"#

  private func piece(_ arguments: String, index: Int = 0) -> String {
    tool(#""index":\#(index),"function":{"arguments":"\#(arguments)"}"#)
  }

  @Test func assemblesPiecesByIndex() {
    let body = stream(
      tool(Self.first), piece(#"{\"x\":"#), tool(#""index":1,"id":"b","function":{"name":"now","arguments":"{}"}"#),
      piece("1}"), stop("tool_calls"))
    let decoded = Decoded.everyWay(body)
    #expect(
      decoded.script == [
        "call 0 a sum", #"input 0 {"x":"#, "call 1 b now", "input 1 {}", "input 0 1}",
        #"called a sum {"x":1}"#, "called b now {}", "finish tool_calls",
      ])
    #expect(decoded.answer.toolCalls.map(\.value) == [["x": 1], [:]])
  }

  @Test func T1_callsWithoutIndex() {
    let body = stream(
      tool(#""id":"a","function":{"name":"sum","arguments":"{\"x\""}"#), tool(#""function":{"arguments":":1}"}"#),
      tool(#""id":"b","function":{"name":"sum","arguments":"{\"x\":2}"}"#), stop("tool_calls"))
    #expect(
      Decoded.everyWay(body).answer.toolCalls == [
        ToolCall(id: "a", name: "sum", arguments: #"{"x":1}"#), ToolCall(id: "b", name: "sum", arguments: #"{"x":2}"#),
      ])
  }

  @Test func T1_aNewNameAfterArgumentsBeginsACallWithoutIDs() {
    let body = stream(
      tool(#""function":{"name":"one","arguments":"{}"}"#), tool(#""function":{"name":"two","arguments":"{}"}"#),
      stop("tool_calls"))
    #expect(Decoded.everyWay(body).answer.toolCalls.map(\.name) == ["one", "two"])
  }

  /// One call a chunk, of one tool, with neither number nor id: closed arguments are not gone on with.
  @Test func T1_closedArgumentsAreNotGoneOnWith() {
    func call(_ one: String) -> String { tool(#""function":{"name":"get","arguments":"{\"q\":\"}\\\"{\#(one)\"}"}"#) }
    let decoded = Decoded.everyWay(stream(call("1"), call("2"), stop("tool_calls")))
    #expect(decoded.answer.toolCalls.map(\.arguments) == [#"{"q":"}\"{1"}"#, #"{"q":"}\"{2"}"#])
    #expect(Set(decoded.answer.toolCalls.map(\.id)).count == 2 && decoded.answer.toolCalls.allSatisfy(\.isComplete))
  }

  @Test func T1_entriesOfOneDeltaAreCallsOfTheirOwn() {
    let body = stream(
      chunk(#"{"tool_calls":[{"function":{"name":"one"}},{"function":{"name":"two"}},{"function":{"name":"two"}}]}"#),
      stop("tool_calls"))
    #expect(Decoded.everyWay(body).answer.toolCalls.map(\.name) == ["one", "two", "two"])
  }

  @Test func T1_indexedAndUnindexedMixed() {
    let body = stream(
      tool(Self.first), tool(#""id":"a","function":{"arguments":"{\"x\":"}"#), tool(#""function":{"arguments":"3}"}"#),
      tool(#""index":1,"function":{"name":"now","arguments":"{"}"#), tool(#""function":{"arguments":"}"}"#),
      stop("tool_calls"))
    #expect(Decoded.everyWay(body).answer.toolCalls.map(\.arguments) == [#"{"x":3}"#, "{}"])
  }

  @Test func T1_oneIndexForAllWithIDs() {
    func call(_ one: String) -> String { tool(#""index":0,"id":"\#(one)","function":{"name":"get","arguments":"{}"}"#) }
    #expect(
      Decoded.everyWay(stream(call("a"), call("b"), stop("tool_calls"))).answer.toolCalls.map(\.id) == ["a", "b"])
  }

  @Test func T2_entriesWithOneIndexInOneChunkAreMerged() {
    let entries = #"{"tool_calls":[{\#(Self.first)},{"index":0,"function":{"arguments":"{\"x\":"}},"#
    let body = stream(chunk(entries + #"{"index":0,"function":{"arguments":"1}"}}]}"#), stop("tool_calls"))
    #expect(Decoded.everyWay(body).answer.toolCalls == [ToolCall(id: "a", name: "sum", arguments: #"{"x":1}"#)])
  }

  @Test func T3_nameOnEveryChunk() {
    func piece(_ one: String) -> String {
      tool(#""index":0,"id":"a","function":{"name":"read_file","arguments":"\#(one)"}"#)
    }
    let decoded = Decoded.everyWay(stream(piece(""), piece("{"), piece("}"), piece(""), stop("tool_calls")))
    #expect(decoded.answer.toolCalls == [ToolCall(id: "a", name: "read_file", arguments: "{}")])
  }

  @Test func T4_nameInPieces() {
    func name(_ one: String) -> String { tool(#""index":0,"id":"a","function":{"name":"\#(one)"}"#) }
    let body = stream(name("read"), name("_fi"), name("le"), piece("{"), name("late"), piece("}"), stop("tool_calls"))
    #expect(Decoded.everyWay(body).script.first == "call 0 a read_file")
    #expect(Decoded.everyWay(body).answer.toolCalls.map(\.name) == ["read_file"])
  }

  @Test func T4_argumentsBeforeTheNameWaitForIt() {
    let body = stream(
      tool(#""index":0,"id":"a","function":{"arguments":"{\"x\""}"#), piece(":1"),
      tool(#""index":0,"function":{"name":"sum"}"#), piece("}"), stop("tool_calls"))
    #expect(
      Decoded.everyWay(body).script == [
        "call 0 a sum", #"input 0 {"x":1"#, "input 0 }", #"called a sum {"x":1}"#, "finish tool_calls",
      ])
  }

  @Test func T5_idOnEveryChunkAndBlankIDs() {
    func piece(_ one: String, _ two: String) -> String {
      tool(#""index":0,"id":"\#(one)","function":{"arguments":"\#(two)"}"#)
    }
    let body = stream(tool(Self.first), piece("a", "{"), piece("", "}"), stop("tool_calls"))
    #expect(Decoded.everyWay(body).answer.toolCalls == [ToolCall(id: "a", name: "sum", arguments: "{}")])
  }

  @Test func T5_idAfterTheArgumentsBeganSplitsNothing() {
    let body = stream(
      tool(#""index":0,"function":{"name":"sum","arguments":"{"}"#),
      tool(#""index":0,"id":"late","function":{"arguments":"}"}"#), stop("tool_calls"))
    #expect(Decoded.everyWay(body).answer.toolCalls == [ToolCall(id: "r1-call-0", name: "sum", arguments: "{}")])
  }

  @Test(arguments: [#"{"name":"now","arguments":""}"#, #"{"name":"now","arguments":null}"#, #"{"name":"now"}"#])
  func T6_noArguments(_ function: String) throws {
    let decoded = Decoded.everyWay(stream(tool(#""index":0,"id":"a","function":\#(function)"#), stop("tool_calls")))
    let call = try #require(decoded.answer.toolCalls.first)
    #expect(call.isComplete && call.value == [:] && decoded.warnings.isEmpty)
    #expect(decoded.script.first == "call 0 a now")
  }

  @Test func T7_brokenArgumentsAreAWarningWithTheRawText() {
    let decoded = Decoded.everyWay(stream(tool(Self.first), piece(#"{\"x\":tru"#), stop("tool_calls")))
    #expect(decoded.answer.toolCalls == [ToolCall(id: "a", name: "sum", arguments: #"{"x":tru"#, isComplete: false)])
    #expect(decoded.answer.toolCalls[0].value == nil && decoded.warnings == [.malformedArguments])
  }

  @Test(arguments: ["length", "content_filter"]) func T8_noCallIsCompleteAfterALimit(_ word: String) {
    let decoded = Decoded.everyWay(stream(tool(Self.first), piece("{}"), stop(word)))
    #expect(decoded.answer.toolCalls.map(\.isComplete) == [false])
    #expect(decoded.warnings.isEmpty && decoded.answer.nativeFinish == word)
  }

  @Test func T8_noCallIsCompleteInACutStream() {
    let decoded = Decoded.everyWay(stream(tool(Self.first), piece("{}"), done: false))
    #expect(decoded.failure?.code == .truncated)
    #expect(decoded.answer.toolCalls == [ToolCall(id: "a", name: "sum", arguments: "{}", isComplete: false)])
  }

  @Test func T11_argumentsKeepTheirText() {
    let decoded = Decoded.everyWay(
      stream(tool(Self.first), piece(#"{\"n\":12345678901234567890, \"z\": -0.0}"#), stop("tool_calls")))
    #expect(decoded.answer.toolCalls[0].arguments == #"{"n":12345678901234567890, "z": -0.0}"#)
    #expect(decoded.answer.toolCalls[0].value?["n"]?.description == "12345678901234567890")
  }

  @Test func T14_anyGranularity() throws {
    let arguments = #"{"text":"é\n\"🙂\""}"#
    let escaped = arguments.map { String($0) }.map { $0 == "\"" || $0 == "\\" ? "\\" + $0 : $0 }
    let decoded = Decoded.everyWay(stream([tool(Self.first)] + escaped.map { piece($0) } + [stop("tool_calls")]))
    #expect(decoded.answer.toolCalls.map(\.arguments) == [arguments])
    #expect(decoded.answer.toolCalls.map(\.isComplete) == [true])
  }

  @Test func D22_mintedIDsAreStableAndUnique() {
    func call(_ one: Int) -> String { tool(#""index":0,"function":{"name":"get","arguments":"{}"}"#, choice: one) }
    let body = stream(call(0), call(1), stop("tool_calls"), stop("tool_calls", choice: 1))
    let decoded = Decoded.everyWay(body)
    #expect(decoded.answer.choices.flatMap(\.toolCalls).map(\.id) == ["r1-call-0", "r1-choice-1-call-0"])
  }

  @Test func argumentsAsAnObject() {
    let body = stream(tool(#""id":"a","function":{"name":"sum","arguments":{"x": 1.50}}"#), stop("tool_calls"))
    #expect(Decoded.everyWay(body).answer.toolCalls == [ToolCall(id: "a", name: "sum", arguments: #"{"x": 1.50}"#)])
  }

  @Test func customTool() {
    let body = stream(
      tool(#""index":0,"id":"a","type":"custom","custom":{"name":"shell","input":"ls "}"#),
      tool(#""index":0,"custom":{"input":"-l"}"#), stop("tool_calls"))
    let call = ToolCall(id: "a", name: "shell", arguments: "ls -l", isCustom: true)
    #expect(Decoded.everyWay(body).answer.toolCalls == [call])
  }

  @Test func legacyFunctionCall() {
    let body = stream(
      chunk(#"{"function_call":{"name":"sum","arguments":""}}"#),
      chunk(#"{"function_call":{"arguments":"{\"x\":1}"}}"#), stop("function_call"))
    let decoded = Decoded.everyWay(body)
    #expect(decoded.answer.toolCalls == [ToolCall(id: "r1-call-0", name: "sum", arguments: #"{"x":1}"#)])
    #expect(decoded.answer.finish == .toolCalls && decoded.answer.nativeFinish == "function_call")
  }

  @Test(arguments: [true, false]) func legacyFunctionCallBesideToolCallsIsTheSameCall(_ isFirst: Bool) {
    let legacy = #""function_call":{"name":"sum","arguments":"{}"}"#
    let both = chunk(#"{\#(legacy),"tool_calls":[{"id":"a","function":{"name":"sum","arguments":"{}"}}]}"#)
    let apart = [chunk("{\(legacy)}"), tool(#""id":"a","function":{"name":"sum","arguments":"{}"}"#)]
    let decoded = Decoded.everyWay(stream((isFirst ? apart : [both]) + [stop("tool_calls")]))
    #expect(decoded.answer.toolCalls.count == 1 && decoded.answer.toolCalls[0].isComplete)
  }

  /// Snowflake fills every field with blanks.
  @Test func blankCallsAreNone() {
    let blanks = #""function_call":{"name":"","arguments":""},"audio":{"id":"","data":"","transcript":""},"refusal":"""#
    let body = stream(
      chunk(#"{"content":"a","tool_calls":null,\#(blanks)}"#), tool(#""index":0,"id":"","function":null"#), stop(""))
    #expect(Decoded.everyWay(body).script == ["text a", "warning missing_finish", "finish unknown"])
  }

  @Test(arguments: ["-1", "2147483648", "1e99", "99999999999999999999999", "\"0\"", "null", "1.5"])
  func hostileIndices(_ index: String) {
    let body = stream(
      tool(#""index":\#(index),"id":"a","function":{"name":"sum","arguments":"{"}"#),
      tool(#""index":\#(index),"function":{"arguments":"}"}"#), stop("tool_calls"))
    #expect(Decoded.everyWay(body).answer.toolCalls == [ToolCall(id: "a", name: "sum", arguments: "{}")])
  }

  @Test func callsWithoutANameAreNeverComplete() {
    let decoded = Decoded.everyWay(
      stream(tool(#""index":0,"id":"a","function":{"arguments":"{}"}"#), stop("tool_calls")))
    #expect(decoded.answer.toolCalls == [ToolCall(id: "a", name: "", arguments: "{}", isComplete: false)])
  }

  @Test func aCallOfTwoPartsWithTheSameIDTwice() {
    func call(_ one: String) -> String {
      tool(#""index":\#(one),"id":"a","function":{"name":"get","arguments":"{\"n\":\#(one)"}"#)
    }
    let calls = Decoded.everyWay(stream(call("0"), call("1"), stop("length"))).answer.toolCalls
    #expect(calls.map(\.arguments) == [#"{"n":0"#, #"{"n":1"#] && !calls.contains(where: \.isComplete))
  }
}
