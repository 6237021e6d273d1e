// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Endings, errors, usage: rules C1, C2, C4, C5, C6, C8, C12, C13, N9, R9, S11, S13, U1, U2.
@Suite struct ResponsesEndTests {
  private typealias Body = ResponsesBodies

  struct Ending: Sendable, CustomTestStringConvertible {
    var status: String
    var reason: String?
    var finish: FinishReason
    var outcome: Outcome
    var testDescription: String { reason.map { "\(status):\($0)" } ?? status }
  }

  @Test(arguments: [
    Ending(status: "completed", finish: .stop, outcome: .complete),
    Ending(status: "incomplete", finish: .length, outcome: .limited),
    Ending(status: "incomplete", reason: "max_output_tokens", finish: .length, outcome: .limited),
    Ending(status: "incomplete", reason: "content_filter", finish: .contentFilter, outcome: .filtered),
    Ending(status: "incomplete", reason: "new_reason", finish: .unknown, outcome: .limited),
    Ending(status: "queued", finish: .pause, outcome: .paused),
    Ending(status: "in_progress", finish: .pause, outcome: .paused),
    Ending(status: "new_status", finish: .unknown, outcome: .complete),
  ]) func C12_everyStatusIsKept(_ ending: Ending) {
    let details = ending.reason.map { #""incomplete_details":{"reason":"\#($0)"}"# } ?? #""incomplete_details":null"#
    let item = #"{"type":"message","content":[{"type":"output_text","text":"a"}]}"#
    let got = Body.read(Body.whole(item, status: ending.status, more: details))
    #expect(got.answer.nativeFinish == ending.testDescription && got.answer.finish == ending.finish)
    #expect(got.answer.outcome == ending.outcome && got.answer.text == "a" && got.failure == nil)
    #expect(got.warnings == (ending.finish == .unknown ? [.unknownFinish] : []))
    guard ["completed", "incomplete"].contains(ending.status) else { return }
    let streamed = Body.read(Body.created, Body.text("a"), Body.end(ending.status, details))
    #expect(streamed.answer.nativeFinish == ending.testDescription && streamed.answer.outcome == ending.outcome)
  }

  @Test func N9_onlyCompletedBecomesToolCalls() {
    let call = #"{"type":"function_call","call_id":"a","name":"f","arguments":"{}"}"#
    #expect(Body.read(Body.whole(call)).answer.finish == .toolCalls)
    #expect(Body.read(Body.whole(call, status: "incomplete")).answer.finish == .length)
    #expect(Body.read(Body.whole(call, status: "queued")).answer.finish == .pause)
  }

  @Test func C1_aCutStreamIsNeverComplete() {
    let body = Array(
      (Body.created + Body.text("a") + Body.done(#""type":"message","content":[{"type":"output_text","text":"a"}]"#)
        + Body.end()).utf8)
    var decoder = Body.dialect.decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    for place in body.indices {
      let got = Decoded(finishing: decoder, after: events)
      // The last two bytes are line ends.
      let isOver = place >= body.count - 2
      #expect((got.failure == nil) == isOver, "after \(place) bytes")
      _ = decoder.feed(body.span.extracting(place..<place + 1), into: &events)
    }
  }

  @Test func C2_onlyTheMarkOfTheEnd() {
    let got = Body.read(Body.created, Body.text("a"), "data: [DONE]\n\n")
    #expect(got.answer.finish == .unknown && got.answer.outcome == .complete && got.warnings == [.missingFinish])
  }

  @Test func S13_nothingAfterTheEndIsRead() {
    let got = Body.read(Body.created, Body.text("a"), Body.end(), Body.text("b"), "data: [DONE]\n\ndata: {\n\n")
    #expect(got.script == ["text a", "finish stop"])
  }

  @Test func C13_theEventSaysMoreThanAStatusThatWasLeft() {
    let event = Body.event("response.completed", #""response":{"id":"resp_1","status":"in_progress"}"#)
    #expect(Body.read(Body.created, Body.text("a"), event).answer.nativeFinish == "completed")
    let bare = Body.event("response.completed")
    #expect(Body.read(Body.created, Body.text("a"), bare).answer.nativeFinish == "completed")
  }

  // MARK: Errors

  static let nested = ResponsesBodies.event(
    "error", #""sequence_number":9,"error":{"type":"server_error","code":"rate_limit_exceeded","message":"slow"}"#)
  static let flat = ResponsesBodies.event(
    "error", #""code":"rate_limit_exceeded","message":"slow","param":null,"sequence_number":9"#)
  static let failed = ResponsesBodies.end("failed", #""error":{"code":"rate_limit_exceeded","message":"slow"}"#)

  @Test(arguments: [
    [nested], [flat], [failed], [nested, failed], [flat, failed],
    [nested, ResponsesBodies.end("failed", #""error":null"#)], [nested, ResponsesBodies.end()],
    [#"data: {"error":{"code":"rate_limit_exceeded","message":"slow"}}"# + "\n\n"],
  ]) func C5_errorsInTheStream(_ events: [String]) throws {
    let got = Body.read(Body.created, Body.text("a"), events.joined())
    let failure = try #require(got.failure)
    #expect(failure.code == .rateLimit && failure.message == "slow" && failure.status == 429 && failure.isRetryable)
    #expect(failure.providerCode == "rate_limit_exceeded" && got.answer.text == "a" && got.answer.outcome == .failed)
    let native = events.contains(Self.failed) || events.count > 1
    #expect((failure.nativeFinish != nil) == native)
  }

  /// The codes that `response.failed` is documented to bear: a permanent cause is not tried again.
  @Test(arguments: [
    ("server_error", SpateError.Code.server, true), ("rate_limit_exceeded", .rateLimit, true),
    ("vector_store_timeout", .server, true), ("invalid_prompt", .contentFilter, false),
    ("image_content_policy_violation", .contentFilter, false), ("invalid_image_url", .badRequest, false),
    ("image_parse_error", .badRequest, false), ("failed_to_download_image", .badRequest, false),
    ("insufficient_quota", .quota, false),
  ]) func C5_documentedCodes(_ name: String, _ code: SpateError.Code, _ isRetryable: Bool) throws {
    let error = #""error":{"code":"\#(name)","message":"m"}"#
    let failure = try #require(Body.read(Body.created, Body.end("failed", error)).failure)
    #expect(failure.code == code && failure.isRetryable == isRetryable && failure.providerCode == name)
  }

  @Test func C8_failedWithoutAReason() throws {
    let failure = try #require(Body.read(Body.created, Body.end("failed")).failure)
    #expect(failure.code == .provider && failure.nativeFinish == "failed")
    let whole = try #require(Body.read(Body.whole("", status: "failed")).failure)
    #expect(whole.code == .provider && whole.nativeFinish == "failed")
  }

  @Test func C8_cancelledAtTheProvider() throws {
    for body in [Body.created + Body.text("a") + Body.end("cancelled"), Body.whole("", status: "cancelled")] {
      let got = Body.read(body)
      #expect(got.failure?.code == .cancelled && got.failure?.nativeFinish == "cancelled")
      #expect(got.failure?.isRetryable == false && got.answer.outcome == .cancelled)
    }
  }

  @Test func S11_errorsInsteadOfAnAnswer() throws {
    let body =
      #"{"error":{"code":"content_filter","message":"no","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#
    #expect(Body.read(body).failure?.code == .contentFilter)
    #expect(Body.read(body, context: ResponseContext(status: 400)).failure?.code == .contentFilter)
    #expect(Body.read(#"{"object":"list"}"#).failure?.code == .decode)
    #expect(Body.read("[1]").failure?.code == .decode)
    #expect(Body.read(Body.created, "data: {\"type\":\n\n").failure?.code == .decode)
  }

  @Test func aBreakAfterAnErrorIsThatError() {
    let got = Body.read(Body.created, Self.nested, end: .broken(SpateError(.connect, "gone")))
    #expect(got.failure?.code == .rateLimit)
  }

  // MARK: Usage and metadata

  @Test func U2_disjointCounts() throws {
    let usage =
      #""usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60},"output_tokens":50,"#
      + #""output_tokens_details":{"reasoning_tokens":30},"total_tokens":150}"#
    let got = Body.read(Body.created, Body.text("a"), Body.end("completed", usage))
    let counts = try #require(got.answer.usage)
    #expect(counts.input == 100 && counts.output == 50 && counts.cachedInput == 60 && counts.reasoning == 30)
    #expect(counts.buckets.uncachedInput == 40 && counts.buckets.cacheRead == 60)
    #expect(counts.buckets.textOutput == 20 && counts.buckets.reasoningOutput == 30)
    #expect(Body.read(Body.whole("", more: usage)).answer.usage == counts)
  }

  @Test func U1_anErrorKeepsItsUsage() {
    let usage = #""usage":{"input_tokens":3,"output_tokens":1,"total_tokens":4}"#
    let got = Body.read(Body.created, Body.end("failed", usage))
    #expect(got.answer.usage?.input == 3 && got.failure != nil)
  }

  @Test func impossibleCounts() {
    let got = Body.read(Body.whole("", more: #""usage":{"input_tokens":-1,"output_tokens":1e40,"total_tokens":1}"#))
    #expect(got.warnings == [.ignoredValue] && got.answer.usage == nil)
  }

  @Test func metadata() {
    let more =
      #""service_tier":"flex","previous_response_id":"resp_0","tools":[],"content_filters":[{"blocked":false}]"#
    let got = Body.read(Body.created, Body.end("completed", more))
    #expect(
      got.answer.metadata == [
        "service_tier": "flex", "previous_response_id": "resp_0", "content_filters": [["blocked": false]],
      ])
  }

  @Test func R9_whereToResume() {
    let last = Body.event("response.output_text.delta", #""sequence_number":0,"output_index":0,"delta":"a""#)
    let cut = Body.read(Body.created, last)
    #expect(cut.failure?.code == .truncated && cut.answer.metadata["sequence_number"] == 0)
    #expect(cut.answer.id == "resp_1")
    let whole = Body.read(Body.created, last, Body.event("response.completed", #""sequence_number":12"#))
    #expect(whole.answer.metadata["sequence_number"] == 12)
    #expect(Body.read(Body.created).answer.metadata["sequence_number"] == nil)
  }

  @Test func itemsAreBounded() {
    var body = Body.created
    for index in 0...4096 { body += Body.added(#""type":"x_call","id":"\#(index)""#, index) }
    let got = Decoded(body + Body.end(), dialect: Body.dialect)
    #expect(got.failure?.code == .limit)
  }
}
