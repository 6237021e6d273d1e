// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

private typealias Body = BedrockBodies

/// How streams and answers of Converse's end, their counts, and their errors.
@Suite struct ConverseEndingTests {
  private static let whole = Body.stream(Body.words("half"), Body.end())

  @Test func C1_cutAnywhereIsNoAnswerBeforeTheReason() {
    let reason = Body.start + Body.words("half") + Body.end() + Body.stop()
    for count in 0..<Self.whole.count {
      let decoded = Decoded([Array(Self.whole[..<count])], dialect: BedrockConverseDialect())
      #expect(decoded.failure?.code == (count < reason.count ? .truncated : nil), "cut after \(count)")
    }
    let cut = Decoded.converse(Body.start + Body.words("half") + Body.end())
    #expect(cut.answer.text == "half" && cut.answer.outcome == .cut)
  }

  @Test func C2_theReasonIsEnough() {
    let noMetadata = Decoded.converse(Body.start + Body.words("a") + Body.end() + Body.stop())
    #expect(noMetadata.failure == nil && noMetadata.answer.finish == .stop && noMetadata.warnings.isEmpty)
    let half = Decoded.converse(Self.whole.dropLast(3) + [])
    #expect(half.failure == nil && half.warnings == [.lateBreak] && half.answer.usage?.isReported == false)
    // Counts are not an end.
    let noReason = Decoded.converse(Body.start + Body.words("a") + Body.end() + Body.metadata())
    #expect(noReason.failure?.code == .truncated && noReason.answer.usage?.output == 5)
  }

  @Test func S13_nothingAfterTheMetadataIsRead() {
    var decoder = BedrockConverseDialect().decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    #expect(decoder.feed((Self.whole + [1, 2, 3]).span, into: &events) == .done)
    #expect(throws: Never.self) { try decoder.finish(.clean, into: &events) }
  }

  @Test func C13_aLaterReasonCounts() {
    let decoded = Decoded.converse(Body.start + Body.stop("tool_use") + Body.words("a") + Body.stop() + Body.metadata())
    #expect(decoded.answer.nativeFinish == "end_turn" && decoded.answer.text == "a")
  }

  @Test(arguments: [
    ("end_turn", FinishReason.stop, Outcome.complete), ("stop_sequence", .stop, .complete),
    ("tool_use", .toolCalls, .complete), ("max_tokens", .length, .limited),
    ("model_context_window_exceeded", .length, .limited), ("guardrail_intervened", .contentFilter, .filtered),
    ("content_filtered", .contentFilter, .filtered), ("new_word", .unknown, .complete),
  ]) func C12_reasons(_ word: String, _ reason: FinishReason, _ outcome: Outcome) {
    let answer = Decoded.converse(Body.stream(Body.words("a"), Body.end(), reason: word))
    #expect(answer.answer.finish == reason && answer.answer.nativeFinish == word && answer.answer.outcome == outcome)
    #expect(answer.warnings == (reason == .unknown ? [.unknownFinish] : []))
    let whole = Decoded.converse(Body.answer(#"{"text":"a"}"#, reason: word)).answer
    #expect(whole.finish == reason && whole.outcome == outcome)
  }

  @Test(arguments: ["malformed_model_output", "malformed_tool_use"]) func C12_malformedOutputIsAFailure(_ word: String)
  {
    let decoded = Decoded.converse(Body.stream(Body.words("a"), Body.end(), reason: word))
    #expect(decoded.failure?.code == .provider && decoded.failure?.providerCode == word)
    #expect(decoded.answer.text == "a" && decoded.answer.nativeFinish == word)
    #expect(Decoded.converse(Body.answer(#"{"text":"a"}"#, reason: word)).failure?.code == .provider)
  }

  @Test func whatStandsBesideTheReasonIsKept() {
    let trace = #","trace":{"guardrail":{"actionReason":"masked"}},"performanceConfig":{"latency":"standard"}"#
    let decoded = Decoded.converse(
      Body.start + Body.words("a")
        + Body.stop("guardrail_intervened", more: #","additionalModelResponseFields":{"x":1}"#)
        + Body.metadata(more: trace))
    let metadata = decoded.answer.metadata
    #expect(metadata["trace"]?["guardrail"]?["actionReason"] == "masked" && metadata["p"] == nil)
    #expect(metadata["additionalModelResponseFields"] == ["x": 1] && metadata["metrics"] == ["latencyMs": 7])
    #expect(metadata["performanceConfig"] == ["latency": "standard"])
  }

  // MARK: Usage

  @Test func U1_laterCountsReplaceEarlierOnes() {
    let decoded = Decoded.converse(
      Body.start + Body.metadata(#""inputTokens":9,"outputTokens":1,"cacheReadInputTokens":4"#) + Body.words("a")
        + Body.stop() + Body.metadata(#""inputTokens":10,"outputTokens":20"#))
    let usage = decoded.answer.usage
    #expect(usage?.input == 10 && usage?.output == 20 && usage?.cachedInput == 4)
    // Absent is not zero.
    #expect(usage?.cacheWrite == nil && usage?.reasoning == nil)
  }

  @Test func U2_eachTokenIsInOneBucket() {
    let counts =
      #""inputTokens":433,"outputTokens":16,"totalTokens":3204,"cacheReadInputTokens":2752,"#
      + #""cacheReadInputTokenCount":2752,"cacheWriteInputTokens":3"#
    for decoded in [
      Decoded.converse(Body.answer(#"{"text":"a"}"#, usage: counts)),
      Decoded.converse(Body.start + Body.words("a") + Body.stop() + Body.metadata(counts)),
    ] {
      let buckets = decoded.answer.usage?.buckets
      #expect(buckets?.uncachedInput == 433 && buckets?.cacheRead == 2752 && buckets?.cacheWrite == 3)
      #expect(buckets?.textOutput == 16 && buckets?.reasoningOutput == nil)
    }
    let older = Decoded.converse(
      Body.answer("", usage: #""inputTokens":1,"outputTokens":2,"cacheReadInputTokenCount":3"#))
    #expect(older.answer.usage?.cachedInput == 3)
  }

  @Test func impossibleCountsAreLeftOut() {
    let decoded = Decoded.converse(Body.answer(#"{"text":"a"}"#, usage: #""inputTokens":-1,"outputTokens":5"#))
    #expect(decoded.answer.usage?.input == nil && decoded.answer.usage?.output == 5)
    #expect(decoded.warnings == [.ignoredValue])
  }

  // MARK: Whole answers

  @Test func D16_wholeAndStreamedAreTheSame() {
    let blocks =
      #"{"reasoningContent":{"reasoningText":{"text":"hm","signature":"S"}}},"#
      + #"{"reasoningContent":{"redactedContent":"QQ=="}},{"text":"a"},"#
      + #"{"citationsContent":{"content":[{"text":"b"}],"citations":[{"title":"t"}]}},"#
      + #"{"toolUse":{"toolUseId":"s","name":"search","input":{"q":1},"type":"server_tool_use"}},"#
      + #"{"toolResult":{"toolUseId":"s","content":[{"json":{"r":1}}],"status":"success","type":"search_result"}},"#
      + #"{"toolUse":{"toolUseId":"t","name":"f","input":{"x":1}}},"#
      + #"{"image":{"format":"png","source":{"bytes":"QUI="}}},{"hologram":{"h":1}}"#
    let whole = Decoded.converse(Body.answer(blocks, reason: "tool_use"))
    let stream = Decoded.converse(
      Body.stream(
        Body.thought(#""text":"hm""#), Body.thought(#""signature":"S""#), Body.end(),
        Body.thought(#""redactedContent":"QQ==""#, at: 1), Body.end(at: 1), Body.words("a", at: 2), Body.end(at: 2),
        Body.words("b", at: 3), Body.delta(#""citation":{"title":"t"}"#, at: 3), Body.end(at: 3),
        Body.tool("s", "search", at: 4, more: #","type":"server_tool_use""#), Body.input(#"{\"q\":1}"#, at: 4),
        Body.end(at: 4),
        Body.begin(#""toolResult":{"toolUseId":"s","status":"success","type":"search_result"}"#, at: 5),
        Body.delta(#""toolResult":[{"json":{"r":1}}]"#, at: 5), Body.end(at: 5), Body.tool("t", "f", at: 6),
        Body.input(#"{\"x\":1}"#, at: 6), Body.end(at: 6), Body.begin(#""image":{"format":"png"}"#, at: 7),
        Body.delta(#""image":{"source":{"bytes":"QUI="}}"#, at: 7), Body.end(at: 7),
        Body.begin(#""hologram":{"h":1}"#, at: 8), Body.end(at: 8), reason: "tool_use"))
    #expect(whole.answer.message == stream.answer.message && whole.answer.message.content.count == 9)
    #expect(whole.answer.usage == stream.answer.usage && whole.answer.finish == stream.answer.finish)
    #expect(whole.answer.metadata == stream.answer.metadata && whole.answer.sources.count == 1)
  }

  @Test func S11_anAnswerWithoutOutputIsNone() {
    #expect(Decoded.converse("{}").failure?.code == .decode)
    let missing = Decoded.converse(#"{"output":{"message":{"role":"assistant"}},"stopReason":"end_turn"}"#)
    #expect(missing.failure == nil && missing.answer.text.isEmpty)
    let failed = Decoded.converse(#"{"message":"no"}"#)
    #expect(failed.failure?.message == "no" && failed.failure?.code == .provider)
    #expect(Decoded.converse(#"{"output":"#).failure?.code == .truncated)
    #expect(Decoded.converse("<html><title>Sign in</title>").failure?.code == .contentType)
    #expect(Decoded.converse("").failure?.code == .truncated)
  }

  // MARK: Checksums

  @Test func B7_aWrongChecksumIsADecodeFailureAndKeepsWhatCame() {
    let start = Body.start + Body.words("kept")
    var broken = Body.words("lost")
    broken[broken.count - 20] ^= 1
    let decoded = Decoded.converse(start + broken + Body.stop() + Body.metadata())
    #expect(decoded.failure?.code == .decode && decoded.answer.text == "kept")
    #expect(decoded.answer.outcome == .failed && decoded.failure?.isRetryable == false)
    var prelude = Body.words("lost")
    prelude[3] ^= 1
    let second = Decoded.converse(start + prelude + Body.stop())
    #expect(second.failure?.code == .decode && second.answer.text == "kept")
  }

  @Test func framesAreBounded() {
    var context = ResponseContext()
    context.eventLimit = 200
    let long = Body.words(String(repeating: "a", count: 200))
    let decoded = Decoded([Body.start + long], context: context, dialect: BedrockConverseDialect())
    #expect(decoded.failure?.code == .limit)
  }

  // MARK: Errors

  @Test(arguments: [
    ("throttlingException", SpateError.Code.rateLimit, 429, true), ("validationException", .badRequest, 400, false),
    ("serviceUnavailableException", .overloaded, 503, true), ("internalServerException", .server, 500, true),
    ("modelStreamErrorException", .provider, 424, true), ("modelTimeoutException", .server, 408, true),
    ("accessDeniedException", .auth, 403, false),
  ]) func C5_exceptionsInsideAStream(_ type: String, _ code: SpateError.Code, _ status: Int, _ isRetryable: Bool) {
    for dialect in [BedrockConverseDialect() as any Dialect, BedrockInvokeAnthropicDialect()] {
      let words = dialect.id == .bedrockConverse ? Body.start + Body.words("kept") : []
      let decoded = Decoded.everyWay(words + Body.exception(type, #"{"message":"no"}"#), dialect: dialect)
      #expect(decoded.failure?.code == code && decoded.failure?.status == status)
      #expect(decoded.failure?.message == "no" && decoded.failure?.providerCode == type)
      #expect(decoded.failure?.isRetryable == isRetryable && decoded.failure?.body == Array(#"{"message":"no"}"#.utf8))
      if !words.isEmpty { #expect(decoded.answer.text == "kept") }
    }
  }

  @Test func C5_errorsOutsideTheModel() {
    let frame = EventStreamWriter.message(
      headers: [(":message-type", "error"), (":error-code", "InternalServerException"), (":error-message", "oh")],
      payload: [])
    let decoded = Decoded.converse(Body.start + frame)
    #expect(decoded.failure?.code == .server && decoded.failure?.message == "oh")
    let unknown = Decoded.converse(Body.start + Body.exception("newException", ""))
    #expect(unknown.failure?.code == .provider && unknown.failure?.providerCode == "newException")
  }

  @Test func C13_anErrorAfterTheReasonIsOne() {
    let decoded = Decoded.converse(
      Body.start + Body.words("a") + Body.stop() + Body.exception("internalServerException", #"{"message":"m"}"#))
    #expect(decoded.failure?.code == .server && decoded.failure?.nativeFinish == "end_turn")
  }

  @Test(arguments: [
    (400, "ValidationException", "bad", SpateError.Code.badRequest),
    (400, "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/", "bad", .badRequest),
    (400, "ServiceQuotaExceededException", "much", .quota), (403, "AccessDeniedException", "no", .auth),
    (403, "ns#ExpiredTokenException", "no", .auth), (404, "ResourceNotFoundException", "where", .notFound),
    (408, "ModelTimeoutException", "slow", .server), (424, "ModelErrorException", "broke", .provider),
    (429, "ThrottlingException", "wait", .rateLimit), (503, "ServiceUnavailableException", "busy", .overloaded),
    (400, "ValidationException", "Input is too long for requested model.", .contextLength),
  ]) func errorBodies(_ status: Int, _ type: String, _ message: String, _ code: SpateError.Code) {
    var context = ResponseContext(status: status, provider: "bedrock")
    context.errorType = type
    let decoded = Decoded.everyWay(
      #"{"message":"\#(message)"}"#, context: context, dialect: BedrockConverseDialect())
    #expect(decoded.failure?.code == code && decoded.failure?.status == status)
    #expect(decoded.failure?.message == message && decoded.failure?.provider == "bedrock")
    let name = type.prefix { $0 != ":" }.split(separator: "#").last.map(String.init)
    #expect(decoded.failure?.providerCode == name)
  }

  @Test func errorBodiesWithoutAName() {
    let context = ResponseContext(status: 429)
    let decoded = Decoded(#"{"Message":"wait"}"#, context: context, dialect: BedrockConverseDialect())
    #expect(decoded.failure?.code == .rateLimit && decoded.failure?.message == "wait")
    #expect(decoded.failure?.providerCode == nil && decoded.failure?.isRetryable == true)
  }
}
