// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// What a body is that is no event stream, or none of chunks: rules S10 to S15.
@Suite struct BodyFormTests {
  @Test(arguments: [
    #"error: {"detail":"d","error":{"message":"no slot"}}"#, "event: error\ndata: {\"message\":\"no slot\"}",
    "event: error\ndata: no slot", "data: {\"error\":\"no slot\"}", "data: {\"error\":{\"message\":\"no slot\"}}",
  ]) func S10_errorsInOddPlaces(_ event: String) {
    let decoded = Decoded.everyWay("data: \(words("a"))\n\n\(event)\n\ndata: \(words("late"))\n\n")
    #expect(decoded.script == ["text a", "error provider"])
    #expect(decoded.failure?.message == "no slot" && decoded.failure?.isRetryable == true)
  }

  @Test(arguments: ["error: out of memory", "Error: out of memory", "ERROR out of memory"])
  func S10_errorsInWords(_ words: String) {
    let decoded = Decoded.everyWay("data: \(words)\n\n")
    #expect(decoded.script == ["error provider"] && decoded.failure?.message == words)
    #expect(decoded.failure?.body == Array(words.utf8))
  }

  @Test func S10_anErrorWithoutWordsIsOne() {
    let decoded = Decoded.everyWay("data: \(words("a"))\n\nevent: error\ndata:\n\ndata: [DONE]\n\n")
    #expect(decoded.script == ["text a", "error provider"] && decoded.failure?.message.isEmpty == false)
  }

  @Test(arguments: ["", " \n\r\n\t ", String(repeating: "\n", count: 300)])
  func S11_wholeAnswerInPlaceOfAStream(_ before: String) {
    let decoded = Decoded.everyWay(before + answer(#"{"role":"assistant","content":"hi"}"#) + "\n\n")
    #expect(decoded.script == ["text hi", "finish stop"])
    #expect(decoded.eventCount == 1 && decoded.answer.id == "r1" && decoded.answer.model == "m")
  }

  @Test func S11_errorObjectInPlaceOfAStream() {
    let body = #" {"error":{"message":"slow down","type":"rate_limit_error","code":null}}"#
    let decoded = Decoded.everyWay(body)
    #expect(decoded.script == ["error rate_limit"])
    #expect(decoded.failure?.message == "slow down" && decoded.failure?.status == 429)
    #expect(decoded.failure?.providerCode == "rate_limit_error" && decoded.failure?.isRetryable == true)
  }

  @Test(arguments: [
    ("<!DOCTYPE html><html><head><TITLE>\n Sign\n in </TITLE></head></html>", "Sign in"), ("<html></html>", nil),
    ("\r\n <html><title></title></html>", nil),
  ]) func S11_webPage(_ page: String, _ title: String?) throws {
    let decoded = Decoded.everyWay(page)
    let failure = try #require(decoded.failure)
    #expect(decoded.script == ["error content_type"] && failure.status == 200 && !failure.isRetryable)
    if let title { #expect(failure.message.hasSuffix(": \(title)")) }
  }

  @Test(arguments: ["", "\n\n", ": ping\n\n: ping\n\n", "data: [DONE]\n\n", "data:\n\n"])
  func S12_nothingIsNoSuccess(_ body: String) {
    let decoded = Decoded.everyWay(body)
    #expect(decoded.script == ["error truncated"] && decoded.failure?.isRetryable == true)
    #expect(decoded.failure?.message == "the provider answered 200 and sent nothing")
  }

  @Test(arguments: ["Internal Server Error", "upstream connect error\nreset before headers\n", "\u{FEFF}no stream\n\n"])
  func S12_whatIsNoStreamIsShown(_ body: String) throws {
    let failure = try #require(Decoded.everyWay(body).failure)
    #expect(failure.code == .truncated && failure.isRetryable)
    let words = body.split(separator: "\n")[0].drop { $0 == "\u{FEFF}" }
    #expect(failure.message.contains("sent no event: \(words)"))
    #expect(!failure.body.isEmpty)
  }

  @Test func S6_aMarkHidesNeitherAnAnswerNorAPageNorAnError() {
    let mark = "\u{FEFF}"
    let answer = #"{"id":"a","model":"m","choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}"#
    #expect(Decoded.everyWay(mark + answer).answer.text == "x")
    #expect(Decoded.everyWay(mark + "<html></html>").failure?.code == .contentType)
    let error = #"{"error":{"message":"wrong","code":"invalid_api_key"}}"#
    #expect(Decoded.everyWay(mark + error, context: ResponseContext(status: 401)).failure?.message == "wrong")
  }

  @Test func S9_aLastLineInWordsIsTheError() {
    #expect(Decoded.everyWay("data: error boom").failure?.message == "error boom")
  }

  @Test func S11_anErrorInAListIsThatError() throws {
    let body = #"[{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}}]"#
    let failure = try #require(Decoded.everyWay(body).failure)
    #expect(failure.code == .rateLimit && failure.isRetryable && failure.message == "slow down")
  }

  @Test(arguments: ["{\"choices\":[}", "{'a':1}", "nonsense", "{} {}", "[1]", "\"x\"", "12"])
  func S15_malformedDataIsAnError(_ data: String) {
    let decoded = Decoded.everyWay(stream(words("a"), data, words("b"), stop()))
    #expect(decoded.script == ["text a", "error decode"] && decoded.failure?.isRetryable == false)
  }

  /// Nothing of a chunk counts before all of it is known to be valid.
  @Test func S15_aMalformedChunkBringsNothingHalf() {
    let broken = String(words("b", finish: "stop").dropLast()) + ",}"
    #expect(Decoded.everyWay(stream(words("a"), broken)).script == ["text a", "error decode"])
  }

  @Test func S15_garbageAfterTheFinishIsAWarning() {
    let decoded = Decoded.everyWay(stream(words("a"), stop(), "garbage"))
    #expect(decoded.script == ["text a", "warning late_break", "finish stop"])
  }

  @Test func S15_malformedDataKeepsWhatWasSent() {
    #expect(Decoded(stream("{\"a\":}")).failure?.body == Array("{\"a\":}".utf8))
    let long = "[" + String(repeating: "1", count: 100_000)
    #expect(Decoded(stream(long)).failure?.body.count == 64 << 10)
  }

  @Test(arguments: ["{}", "{\"choices\":[]}", "{\"choices\":null}", "{\"message\":\"hello\"}", "[]", "[{}]"])
  func aDocumentWithoutAnswersIsNone(_ body: String) {
    let decoded = Decoded.everyWay(body)
    #expect(decoded.script == ["error decode"] && decoded.failure?.body == Array(body.utf8))
  }

  @Test func aDocumentCutIsTruncated() {
    let whole = Array(answer(#"{"content":"hi"}"#).utf8)
    for count in 1..<whole.count {
      #expect(Decoded([Array(whole[..<count])]).failure?.code == .truncated, "cut at \(count)")
    }
  }

  @Test func malformedDocument() {
    #expect(Decoded.everyWay("{\"choices\":[{]}").script == ["error decode"])
  }
}
