// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

private typealias Body = AnthropicBodies

/// How streams and answers end, their counts, and their errors.
@Suite struct AnthropicEndingTests {
  private static let whole = Body.stream(Body.text(), Body.words("half"), Body.end(), Body.reason(), Body.stop)

  @Test func C1_cutAnywhereIsNoAnswerBeforeTheReason() {
    let body = Array(Self.whole.utf8)
    let reason = Array(Self.whole.utf8).firstRange(of: Array("message_delta".utf8))?.lowerBound ?? 0
    for count in 0..<reason {
      let decoded = Decoded([Array(body[..<count])], dialect: AnthropicDialect())
      #expect(decoded.failure?.code == .truncated, "cut after \(count)")
      #expect(decoded.answer.outcome == .cut)
    }
    let cut = Decoded(
      Body.stream(Body.text(), Body.words("half"), Body.end()), dialect: AnthropicDialect())
    #expect(cut.answer.text == "half" && cut.failure?.code == .truncated)
  }

  @Test func C2_theReasonOrTheStopIsEnough() {
    let noStop = Decoded.anthropic(Body.stream(Body.text(), Body.words("a"), Body.end(), Body.reason()))
    #expect(noStop.failure == nil && noStop.answer.finish == .stop && noStop.warnings.isEmpty)
    let noReason = Decoded.anthropic(Body.stream(Body.text(), Body.words("a"), Body.end(), Body.stop))
    #expect(noReason.failure == nil && noReason.answer.finish == .unknown && noReason.warnings == [.missingFinish])
  }

  @Test(arguments: [
    ("end_turn", FinishReason.stop, Outcome.complete), ("stop_sequence", .stop, .complete),
    ("tool_use", .toolCalls, .complete), ("max_tokens", .length, .limited),
    ("model_context_window_exceeded", .length, .limited), ("refusal", .refusal, .refused),
    ("pause_turn", .pause, .paused), ("new_word", .unknown, .complete),
  ]) func reasons(_ word: String, _ reason: FinishReason, _ outcome: Outcome) {
    let decoded = Decoded.anthropic(
      Body.stream(Body.text(), Body.words("a"), Body.end(), Body.reason(word), Body.stop))
    let answer = decoded.answer
    #expect(answer.finish == reason && answer.nativeFinish == word && answer.outcome == outcome)
    #expect(decoded.warnings == (reason == .unknown ? [.unknownFinish] : []))
    let unstreamed = Decoded.anthropic(Body.answer(#"{"type":"text","text":"a"}"#, reason: word)).answer
    #expect(unstreamed.finish == reason && unstreamed.outcome == outcome)
  }

  @Test func whatStandsBesideTheReasonIsKept() {
    let more = #","container":{"id":"c1"},"stop_details":{"type":"refusal","explanation":"No."}"#
    let decoded = Decoded.anthropic(Body.stream(Body.reason("refusal", more: more), Body.stop))
    #expect(decoded.answer.metadata["container"] == ["id": "c1"] && decoded.answer.refusal == "No.")
    #expect(decoded.answer.outcome == .refused)
  }

  @Test func S13_nothingAfterTheStopIsRead() {
    var decoder = AnthropicDialect().decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    #expect(decoder.feed(Array((Self.whole + "data: {broken").utf8).span, into: &events) == .done)
    #expect(throws: Never.self) { try decoder.finish(.clean, into: &events) }
  }

  // MARK: Usage

  @Test func U1_laterCountsReplaceEarlierOnes() {
    let start =
      #"{"type":"message_start","message":{"id":"m","usage":{"input_tokens":9,"cache_read_input_tokens":4,"#
      + #""cache_creation_input_tokens":null,"output_tokens":1}}}"#
    let body =
      "data: \(start)\n\ndata: "
      + Body.reason(usage: #""output_tokens":20,"input_tokens":10,"output_tokens_details":{"thinking_tokens":8}"#)
      + "\n\ndata: \(Body.stop)\n\n"
    let usage = Decoded.anthropic(body).answer.usage
    #expect(usage?.input == 10 && usage?.output == 20 && usage?.cachedInput == 4 && usage?.reasoning == 8)
    // Absent is not zero.
    #expect(usage?.cacheWrite == nil)
  }

  @Test func U2_eachTokenIsInOneBucket() {
    let decoded = Decoded.anthropic(
      Body.answer(
        #"{"type":"text","text":"a"}"#,
        usage: #""input_tokens":10,"cache_read_input_tokens":100,"cache_creation_input_tokens":1000,"#
          + #""output_tokens":20,"output_tokens_details":{"thinking_tokens":8}"#))
    let buckets = decoded.answer.usage?.buckets
    #expect(buckets?.uncachedInput == 10 && buckets?.cacheRead == 100 && buckets?.cacheWrite == 1000)
    #expect(buckets?.textOutput == 12 && buckets?.reasoningOutput == 8)
  }

  @Test func impossibleCountsAreLeftOut() {
    let decoded = Decoded.anthropic(
      Body.answer(#"{"type":"text","text":"a"}"#, usage: #""input_tokens":-1,"output_tokens":5"#))
    #expect(decoded.answer.usage?.input == nil && decoded.answer.usage?.output == 5)
    #expect(decoded.warnings == [.ignoredValue])
  }

  // MARK: Whole answers

  @Test func D16_wholeAndStreamedAreTheSame() {
    let blocks =
      #"{"type":"thinking","thinking":"hm","signature":"S"},{"type":"redacted_thinking","data":"D"},"#
      + #"{"type":"text","text":"a","citations":[{"url":"u"}]},"#
      + #"{"type":"server_tool_use","id":"s","name":"search","input":{"q":1}},"#
      + #"{"type":"search_tool_result","tool_use_id":"s","content":[1]},"#
      + #"{"type":"tool_use","id":"t","name":"f","input":{"x":1}},{"type":"hologram","h":1}"#
    let whole = Decoded.anthropic(Body.answer(blocks, reason: "tool_use"))
    let stream = Decoded.anthropic(
      Body.stream(
        Body.begin(#""type":"thinking","thinking":"","signature":"""#), Body.thought("hm"), Body.signature("S"),
        Body.end(), Body.begin(#""type":"redacted_thinking","data":"D""#, at: 1), Body.end(at: 1), Body.text(at: 2),
        Body.words("a", at: 2), Body.delta(#""type":"citations_delta","citation":{"url":"u"}"#, at: 2),
        Body.end(at: 2), Body.begin(#""type":"server_tool_use","id":"s","name":"search","input":{}"#, at: 3),
        Body.input(#"{\"q\":1}"#, at: 3), Body.end(at: 3),
        Body.begin(#""type":"search_tool_result","tool_use_id":"s","content":[1]"#, at: 4), Body.end(at: 4),
        Body.tool("t", "f", at: 5), Body.input(#"{\"x\":1}"#, at: 5), Body.end(at: 5),
        Body.begin(#""type":"hologram","h":1"#, at: 6), Body.end(at: 6), Body.reason("tool_use"), Body.stop))
    #expect(whole.answer.message == stream.answer.message && whole.answer.message.content.count == 7)
    #expect(whole.answer.usage == stream.answer.usage && whole.answer.finish == stream.answer.finish)
  }

  @Test func S11_anAnswerWithoutContentIsNone() {
    #expect(Decoded.anthropic(#"{"id":"m1","type":"message"}"#).failure?.code == .decode)
    #expect(Decoded.anthropic("[1]").failure?.code == .decode)
  }

  // MARK: Errors

  @Test(arguments: [
    (400, "invalid_request_error", SpateError.Code.badRequest, false), (401, "authentication_error", .auth, false),
    (402, "billing_error", .quota, false), (403, "permission_error", .auth, false),
    (404, "not_found_error", .notFound, false), (413, "request_too_large", .tooLarge, false),
    (429, "rate_limit_error", .rateLimit, true), (500, "api_error", .server, true),
    (504, "timeout_error", .server, true), (529, "overloaded_error", .overloaded, true),
  ]) func errorBodies(_ status: Int, _ type: String, _ code: SpateError.Code, _ isRetryable: Bool) {
    let body = #"{"type":"error","error":{"type":"\#(type)","message":"why"},"request_id":"req_1"}"#
    let failure = Decoded.anthropic(body, context: ResponseContext(status: status)).failure
    #expect(failure?.code == code && failure?.status == status && failure?.message == "why")
    #expect(failure?.providerCode == type && failure?.requestID == "req_1" && failure?.isRetryable == isRetryable)
  }

  @Test func C4_C5_errorsInsideAStream() {
    let error = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
    for name in ["event: error\n", ""] {
      let decoded = Decoded.anthropic(
        Body.stream(Body.text(), Body.words("half")) + "\(name)data: \(error)\n\n")
      #expect(decoded.failure?.code == .overloaded && decoded.failure?.status == 529)
      #expect(decoded.failure?.isRetryable == true && decoded.answer.text == "half")
    }
  }

  @Test func C5_anErrorInsideA200Document() {
    let decoded = Decoded.anthropic(#"{"type":"error","error":{"type":"api_error","message":"no"}}"#)
    #expect(decoded.failure?.code == .server && decoded.failure?.status == 500)
  }

  @Test func S15_brokenJSONIsAnError() {
    #expect(Decoded.anthropic(Body.stream(Body.text()) + "data: {\"type\":\n\n").failure?.code == .decode)
  }

  // MARK: Limits

  @Test func limits() {
    var context = ResponseContext()
    context.toolCallLimit = 2
    let calls = (0..<3).flatMap { [Body.tool("t\($0)", at: $0), Body.end(at: $0)] }
    #expect(
      Decoded([Array(Body.stream(calls).utf8)], context: context, dialect: AnthropicDialect()).failure?.code == .limit)
    context.toolArgumentsLimit = 3
    let long = Body.stream(Body.tool(), Body.input("{  }"))
    #expect(Decoded([Array(long.utf8)], context: context, dialect: AnthropicDialect()).failure?.code == .limit)
    let many = Body.stream((0..<4097).flatMap { _ in [Body.text(), Body.end()] })
    #expect(Decoded([Array(many.utf8)], dialect: AnthropicDialect()).failure?.code == .limit)
  }
}

extension Array where Element == UInt8 {
  fileprivate func firstRange(of part: [UInt8]) -> Range<Int>? {
    guard count >= part.count else { return nil }
    return (0...(count - part.count)).first { self[$0..<$0 + part.count].elementsEqual(part) }.map {
      $0..<$0 + part.count
    }
  }
}
