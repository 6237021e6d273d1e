// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@Suite struct OllamaDecoderTests {
  private static let dialect = OllamaDialect()

  /// A line with this message; `more` are further members, with a comma before them.
  private func line(_ message: String, more: String = "", done: Bool = false) -> String {
    #"{"model":"m","created_at":"2025-08-08T10:00:00.5Z","message":{"role":"assistant",\#(message)},"#
      + #""done":\#(done)\#(more)}"#
  }

  private func end(_ word: String = "stop", more: String = #","prompt_eval_count":9,"eval_count":4"#) -> String {
    line(#""content":"""#, more: #","done_reason":"\#(word)"\#(more)"#, done: true)
  }

  private func decode(_ lines: String..., status: Int = 200) -> Decoded {
    Decoded(lines.map { $0 + "\n" }.joined(), context: ResponseContext(status: status), dialect: Self.dialect)
  }

  private func everyWay(_ lines: String..., lineEnd: String = "\n") -> Decoded {
    Decoded.everyWay(Array(lines.map { $0 + lineEnd }.joined().utf8), dialect: Self.dialect)
  }

  @Test(arguments: ["\n", "\r\n", "\n\n"]) func S14_linesAtEveryCut(_ lineEnd: String) {
    let decoded = everyWay(
      line(#""content":"","thinking":"hm""#), line(#""content":"Grüße""#), line(#""content":" 🙂""#), end(),
      lineEnd: lineEnd)
    #expect(decoded.script == ["thought hm", "text Grüße", "text  🙂", "usage 9/4", "finish stop"])
    #expect(decoded.answer.model == "m" && decoded.answer.created == 1_754_647_200 && decoded.answer.id == nil)
    #expect(decoded.eventCount == 4 && decoded.answer.nativeFinish == "stop" && decoded.answer.outcome == .complete)
  }

  @Test func S14_aWholeAnswerIsOneLineWhateverItsTypeSays() {
    let whole = line(
      #""content":"hi","thinking":"hm""#, more: #","done_reason":"stop","prompt_eval_count":9,"eval_count":4"#,
      done: true)
    for type in ["application/json; charset=utf-8", "application/x-ndjson", nil] {
      let context = ResponseContext(contentType: type)
      let decoded = Decoded.everyWay(Array(whole.utf8), context: context, dialect: Self.dialect)
      #expect(decoded.script == ["thought hm", "text hi", "usage 9/4", "finish stop"])
    }
    // A stream that a proxy labels as a document.
    let context = ResponseContext(contentType: "application/json")
    let body = line(#""content":"hi""#) + "\n" + end() + "\n"
    #expect(Decoded(body, context: context, dialect: Self.dialect).script == ["text hi", "usage 9/4", "finish stop"])
  }

  @Test func C1_aStreamWithoutItsEndIsCut() {
    let lines = [line(#""content":"a""#), line(#""content":"b""#), end()]
    for count in 1..<3 {
      let decoded = Decoded(lines.prefix(count).map { $0 + "\n" }.joined(), dialect: Self.dialect)
      #expect(decoded.failure?.code == .truncated && decoded.answer.outcome == .cut)
      #expect(decoded.answer.text == "ab".prefix(count))
    }
    let half = lines[0] + "\n" + lines[2].dropLast(1)
    #expect(Decoded(String(half), dialect: Self.dialect).script == ["text a", "error truncated"])
    // A whole answer that says itself that it is none.
    #expect(Decoded(lines[0], dialect: Self.dialect).failure?.code == .truncated)
  }

  @Test func S12_nothingIsNoAnswer() {
    #expect(Decoded("", dialect: Self.dialect).failure?.code == .truncated)
    #expect(Decoded("\n \n", dialect: Self.dialect).failure?.code == .truncated)
  }

  @Test func C10_anErrorOnAnyLineEndsTheStream() {
    let decoded = everyWay(line(#""content":"half""#), #"{"error":"unexpected EOF"}"#)
    #expect(decoded.script == ["text half", "error provider"])
    #expect(decoded.failure?.message == "unexpected EOF" && decoded.failure?.isRetryable == true)
    #expect(decode(#"{"error":""}"#).failure?.code == .decode)
    let named = decode(#"{"error":{"message":"too slow","type":"rate_limit_error"}}"#)
    #expect(named.failure?.code == .rateLimit && named.failure?.status == 429)
  }

  @Test func C10_loadIsNoStopOfAModel() {
    let decoded = decode(end("load", more: ""))
    #expect(decoded.script == ["warning unknown_finish", "finish unknown"] && decoded.answer.nativeFinish == "load")
  }

  @Test func C12_reasonsAreKept() {
    #expect(decode(end("length")).answer.outcome == .limited)
    let odd = decode(end("custom"))
    #expect(odd.answer.finish == .unknown && odd.answer.nativeFinish == "custom" && odd.warnings == [.unknownFinish])
    let missing = decode(line(#""content":"a""#, done: true))
    #expect(missing.answer.finish == .unknown && missing.warnings == [.missingFinish])
  }

  @Test func N14_argumentsAreObjectsOrText() {
    let decoded = everyWay(
      line(
        #""content":"","tool_calls":[{"function":{"name":"a","arguments":{"x": 1.50}}},"#
          + #"{"id":"call_9","function":{"index":1,"name":"b","arguments":"{\"y\":2}"}}]"#), end())
    #expect(
      decoded.script == [
        "call 0 202508081000005-call-0 a", #"input 0 {"x": 1.50}"#, "call 1 call_9 b", #"input 1 {"y":2}"#,
        "usage 9/4", #"called 202508081000005-call-0 a {"x": 1.50}"#, #"called call_9 b {"y":2}"#, "finish tool_calls",
      ])
  }

  @Test func D22_mintedIdsDifferFromTurnToTurn() {
    let call = #"{"function":{"name":"a","arguments":{}}}"#
    let first = decode(line(#""tool_calls":[\#(call),\#(call)]"#), end()).answer.toolCalls.map(\.id)
    let other = line(#""tool_calls":[\#(call)]"#).replacing("10:00:00", with: "10:00:01")
    let second = decode(other, end()).answer.toolCalls.map(\.id)
    #expect(Set(first + second).count == 3)
  }

  @Test func N8_N9_onlyStopBecomesToolCalls() {
    let calls = line(#""content":"","tool_calls":[{"function":{"name":"a","arguments":{}}}]"#)
    #expect(decode(calls, end("stop")).answer.finish == .toolCalls)
    let limited = decode(calls, end("length")).answer
    // Rule T8: what a limit ended is not run.
    #expect(limited.finish == .length && limited.toolCalls.map(\.isComplete) == [false])
    // A call on the last line, as whole answers have it.
    let last = line(
      #""tool_calls":[{"function":{"name":"a","arguments":{}}}]"#, more: #","done_reason":"stop""#, done: true)
    #expect(decode(last).answer.toolCalls.map(\.isComplete) == [true])
  }

  @Test func T7_argumentsThatAreNoJSONAreSaidToBe() {
    let decoded = decode(
      line(#""tool_calls":[{"function":{"name":"a","arguments":"{"}},{"function":{"name":"b","arguments":null}}]"#),
      end())
    #expect(decoded.warnings == [.malformedArguments])
    #expect(decoded.answer.toolCalls.map(\.isComplete) == [false, true])
  }

  @Test func T10_halvesOfACharacterAreJoined() {
    let decoded = everyWay(line(#""content":"\uD83D""#), line(#""content":"\uDE42""#), end())
    #expect(decoded.answer.text == "🙂" && decoded.warnings == [])
    let broken = decode(line(#""content":"\uD83D""#), end())
    #expect(broken.answer.text == "\u{FFFD}" && broken.warnings == [.repairedText])
  }

  @Test func U2_eachTokenIsInOneBucket() {
    let usage = decode(end()).answer.usage
    #expect(usage?.buckets.uncachedInput == 9 && usage?.buckets.textOutput == 4 && usage?.reasoning == nil)
    #expect(usage?.native == ["prompt_eval_count": 9, "eval_count": 4])
    #expect(decode(end(more: "")).answer.usage == nil)
    let odd = decode(end(more: #","prompt_eval_count":-1,"eval_count":4"#))
    #expect(odd.answer.usage?.input == nil && odd.answer.usage?.output == 4 && odd.warnings == [.ignoredValue])
  }

  @Test func fieldsWithoutANameAreKept() {
    let decoded = decode(
      line(#""content":"a","images":null,"mood":"fine""#, more: #","logprobs":[{"token":"a"}]"#),
      end(more: #","total_duration":7,"remote_model":"x""#))
    let metadata: JSONObject = ["total_duration": 7, "remote_model": "x", "delta": ["mood": "fine"]]
    #expect(decoded.answer.metadata == metadata)
    #expect(decoded.answer.logprobs == [[["token": "a"]]])
  }

  @Test func S15_malformedLinesAreErrors() {
    #expect(decode(line(#""content":"a""#), "{no json}", end()).script == ["text a", "error decode"])
    #expect(decode("[1]").failure?.code == .decode)
    #expect(decode(#"{"model":"m"}"#).failure?.code == .decode)
    #expect(decode("error: out of memory").failure?.message == "error: out of memory")
  }

  @Test func C13_nothingBehindTheEndIsRead() {
    #expect(decode(end(), line(#""content":"late""#)).script == ["usage 9/4", "finish stop"])
  }

  @Test func limitsHold() {
    var context = ResponseContext()
    context.toolCallLimit = 1
    let call = #"{"function":{"name":"a","arguments":{}}}"#
    let body = line(#""tool_calls":[\#(call),\#(call)]"#) + "\n" + end()
    #expect(Decoded(body, context: context, dialect: Self.dialect).failure?.code == .limit)
    context = ResponseContext()
    context.eventLimit = 20
    #expect(Decoded(body, context: context, dialect: Self.dialect).failure?.code == .limit)
  }

  @Test(arguments: [
    (404, #"{"error":"model 'x' not found"}"#, SpateError.Code.notFound, "model 'x' not found"),
    (400, #"{"error":"x does not support tools"}"#, .badRequest, "x does not support tools"),
    (500, #"{"error":"llama runner process has terminated"}"#, .server, "llama runner process has terminated"),
    (503, #"{"error":"server busy"}"#, .overloaded, "server busy"),
    (401, #"{"error":"unauthorized"}"#, .auth, "unauthorized"),
    (502, "<html><title>Bad gateway</title></html>", .server, "Bad gateway"),
  ]) func errorBodies(_ status: Int, _ body: String, _ code: SpateError.Code, _ message: String) {
    let failure = Decoded(body, context: ResponseContext(status: status), dialect: Self.dialect).failure
    #expect(failure?.code == code && failure?.message == message && failure?.status == status)
  }

  @Test func S11_aWebPageIsNoAnswer() {
    #expect(Decoded("<html></html>", dialect: Self.dialect).failure?.code == .contentType)
  }

  @Test func listOfModels() throws {
    let body =
      #"{"models":[{"name":"a:latest","model":"a:latest","modified_at":"2025-08-08T12:00:00.5+02:00","size":7}]}"#
    let models = try Self.dialect.decodeModelList(Array(body.utf8)).models
    #expect(models.map(\.id) == ["a:latest"] && models[0].created == 1_754_647_200)
    #expect(models[0].native["size"] == 7)
    let request = try Self.dialect.encodeModelList(for: .ollama)
    #expect(request.method == "GET" && request.path == "/api/tags")
  }
}
