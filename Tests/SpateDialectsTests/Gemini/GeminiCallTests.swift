// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// Calls of tools, whole and in pieces.
@Suite struct GeminiCallTests {
  private func call(_ members: String, _ more: String = "") -> String {
    Gemini.chunk(#"{"functionCall":{\#(members)}\#(more)}"#)
  }

  private func piece(_ path: String, _ value: String, goesOn: Bool = true) -> String {
    call(#""partialArgs":[{"jsonPath":"\#(path)",\#(value)}]\#(goesOn ? #","willContinue":true"# : "")"#)
  }

  @Test func N10_eachCallIsItsOwn() {
    let same = #""name":"f","args":{"x":1}"#
    let decoded = Gemini.read([
      Gemini.chunk(#"{"functionCall":{\#(same)}},{"functionCall":{\#(same)}}"#), call(same), Gemini.stop(),
    ])
    #expect(decoded.answer.toolCalls.map(\.id) == ["r1-call-0", "r1-call-1", "r1-call-2"])
    #expect(decoded.answer.toolCalls.allSatisfy { $0.name == "f" && $0.arguments == #"{"x":1}"# && $0.isComplete })
  }

  @Test func N8_callsAreSeenNotSaid() {
    let decoded = Gemini.read([call(#""name":"f","args":{}"#), Gemini.stop()])
    #expect(decoded.answer.finish == .toolCalls && decoded.answer.nativeFinish == "STOP")
    #expect(Gemini.read([call(#""name":"f""#), Gemini.stop("1")]).answer.finish == .toolCalls)
  }

  @Test func N9_T8_anotherReasonStaysAndNothingIsRun() {
    for (word, reason) in [
      ("MAX_TOKENS", FinishReason.length), ("SAFETY", .contentFilter), ("UNEXPECTED_TOOL_CALL", .error),
    ] {
      let decoded = Gemini.read([call(#""name":"f","args":{"x":1}"#), Gemini.stop("\"\(word)\"")])
      #expect(decoded.answer.finish == reason && decoded.answer.toolCalls.map(\.isComplete) == [false])
    }
  }

  @Test func T6_aCallWithoutArguments() {
    for members in [#""name":"f""#, #""name":"f","args":{}"#, #""name":"f","args":null"#] {
      let calls = Gemini.read([call(members), Gemini.stop()]).answer.toolCalls
      #expect(calls.map(\.value) == [[:]] && calls.map(\.isComplete) == [true])
    }
  }

  @Test func D22_idsOfGooglesOwnAreKept() {
    let decoded = Gemini.read([call(#""name":"f","id":"abc""#), call(#""name":"f","id":"""#), Gemini.stop()])
    #expect(decoded.answer.toolCalls.map(\.id) == ["abc", "r1-call-1"])
    #expect(decoded.answer.toolCalls.map { $0.seal?.details } == [["functionCall": ["id": "abc"]], nil])
  }

  @Test func T11_numbersKeepTheirDigits() {
    let decoded = Gemini.read([call(#""name":"f","args":{"n":12345678901234567890.10}"#), Gemini.stop()])
    #expect(decoded.answer.toolCalls[0].arguments == #"{"n":12345678901234567890.10}"#)
  }

  @Test func anEmptyCallIsNone() {
    let decoded = Gemini.read([call(""), Gemini.chunk(Gemini.words("a")), Gemini.stop()])
    #expect(decoded.script == ["text a", "finish stop"])
    // A piece without a call goes on as it came.
    #expect(Gemini.read([piece("$.a", #""stringValue":"x""#), Gemini.stop()]).script.first == "raw functionCall")
  }

  // MARK: Pieces

  @Test func argumentsInPieces() {
    let decoded = Gemini.read([
      call(#""name":"cook","willContinue":true"#, #","thoughtSignature":"c2ln""#),
      piece("$.dish", #""stringValue":"La","willContinue":true"#), piece("$.dish", #""stringValue":"sa\"gne""#),
      piece("$.dish", #""stringValue":"""#), piece("$.steps[0].name", #""stringValue":"é\n""#),
      piece("$.steps[0].time", #""numberValue":1.50"#), piece("$.steps[1].name", #""nullValue":null"#),
      piece("$['the \\\\' \\\"end\\\"']", #""boolValue":true"#), call(""), Gemini.stop(),
    ])
    let text = #"{"dish":"Lasa\"gne","steps":[{"name":"é\n","time":1.50},{"name":null}],"the ' \"end\"":true}"#
    #expect(decoded.answer.toolCalls.map(\.arguments) == [text] && decoded.failure == nil)
    #expect(decoded.answer.toolCalls[0].isComplete && decoded.answer.toolCalls[0].seal?.signature == "c2ln")
    let deltas = decoded.events.compactMap { if case .toolInputDelta(let delta) = $0 { delta.arguments } else { nil } }
    #expect(deltas.joined() == text && deltas.count == 7)
  }

  @Test func theMarkThatClosesACallMayBeMissing() {
    let open = [call(#""name":"f","willContinue":true"#), piece("$.a", #""stringValue":"x""#)]
    let calls = Gemini.read(open + [call(#""name":"g""#), Gemini.stop()]).answer.toolCalls
    #expect(calls.map(\.arguments) == [#"{"a":"x"}"#, ""] && calls.allSatisfy(\.isComplete))
    #expect(Gemini.read(open + [Gemini.stop()]).answer.toolCalls.map(\.arguments) == [#"{"a":"x"}"#])
  }

  @Test func T8_piecesThatALimitCutAreNotWhole() {
    let decoded = Gemini.read([
      call(#""name":"f","willContinue":true"#), piece("$.a", #""stringValue":"x","willContinue":true"#),
      Gemini.stop("\"MAX_TOKENS\""),
    ])
    #expect(decoded.answer.toolCalls.map(\.arguments) == [#"{"a":"x"#] && !decoded.answer.toolCalls[0].isComplete)
    #expect(decoded.answer.finish == .length && decoded.warnings.isEmpty)
  }

  @Test func piecesInAnyOrderGiveTheSameValue() {
    let decoded = Gemini.read([
      call(#""name":"f","willContinue":true"#), piece("$.a.b", #""stringValue":"1""#),
      piece("$.c[0]", #""stringValue":"x""#), piece("$.a.d", #""numberValue":2"#),
      piece("$.c[1]", #""stringValue":"y""#), piece("$.c[0]", #""stringValue":"z""#), call(""), Gemini.stop(),
    ])
    #expect(decoded.answer.toolCalls[0].value == ["a": ["b": "1", "d": 2], "c": ["xz", "y"]])
    #expect(decoded.answer.toolCalls[0].isComplete)
  }

  @Test(arguments: ["a", "$", "$.", "$[0]", "$.a[", "$.a[x]", "$.a['b", "$..a", "$.a[99999999999999999999]"])
  func T7_pathsThatLeadNowhere(path: String) {
    let decoded = Gemini.read([
      call(#""name":"f","willContinue":true"#), piece("$.ok", #""boolValue":true"#),
      piece(path, #""stringValue":"x""#), call(""), Gemini.stop(),
    ])
    #expect(decoded.warnings == [.malformedArguments] && decoded.answer.toolCalls.map(\.isComplete) == [false])
  }

  @Test func argumentsAreBounded() {
    var context = ResponseContext()
    context.toolArgumentsLimit = 1000
    let chunks =
      [call(#""name":"f","willContinue":true"#)] + Array(repeating: piece("$.a", #""stringValue":"x""#), count: 1100)
    #expect(Decoded(Gemini.sse(chunks), context: context, dialect: GeminiDialect()).failure?.code == .limit)
    let back = (0..<200).flatMap { [piece("$.a\($0)[0]", #""nullValue":null"#), piece("$.b", #""nullValue":null"#)] }
    #expect(Decoded(Gemini.sse([chunks[0]] + back), context: context, dialect: GeminiDialect()).failure?.code == .limit)
    let deep = "$.a" + String(repeating: "[0]", count: 400)
    let decoded = Decoded(
      Gemini.sse(chunks[0], piece(deep, #""boolValue":true"#), Gemini.stop()), dialect: GeminiDialect())
    #expect(decoded.warnings == [.malformedArguments])
  }

  @Test func N11_aLaterPieceTakesNoSignatureAway() {
    let decoded = Gemini.read([
      call(#""name":"f","willContinue":true"#, #","thoughtSignature":"c2ln""#), piece("$.a", #""boolValue":true"#),
      call(""), Gemini.stop(),
    ])
    #expect(decoded.answer.toolCalls[0].seal == Seal(dialect: .gemini, signature: "c2ln"))
  }
}
