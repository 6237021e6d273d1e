// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Errors under a status 200: rules C4 to C7, flags by trust.md 1.3.
@Suite struct InStreamErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var error: String
    var code: SpateError.Code
    var status: Int?
    var providerCode: String?
    var isRetryable: Bool
    init(_ error: String, _ code: SpateError.Code, _ status: Int?, _ providerCode: String?, retry: Bool) {
      (self.error, self.code, self.status) = (error, code, status)
      (self.providerCode, isRetryable) = (providerCode, retry)
    }
    var testDescription: String { error }
  }

  @Test(arguments: [
    Case(#"{"message":"m"}"#, .provider, nil, nil, retry: true),
    Case(#""m""#, .provider, nil, nil, retry: true),
    Case(#"{"message":"m","type":"new_kind"}"#, .provider, nil, "new_kind", retry: true),
    Case(#"{"message":"m","type":"server_error"}"#, .server, 500, "server_error", retry: true),
    Case(#"{"message":"m","type":"overloaded_error"}"#, .overloaded, 529, "overloaded_error", retry: true),
    Case(#"{"message":"m","type":"rate_limit_error"}"#, .rateLimit, 429, "rate_limit_error", retry: true),
    Case(#"{"message":"m","code":502}"#, .server, 502, "502", retry: true),
    Case(#"{"message":"m","code":"503"}"#, .overloaded, 503, "503", retry: true),
    Case(#"{"message":"m","code":429}"#, .rateLimit, 429, "429", retry: true),
    Case(#"{"message":"m","code":408}"#, .server, 408, "408", retry: true),
    Case(#"{"message":"m","code":409}"#, .conflict, 409, "409", retry: true),
    Case(#"{"message":"m","code":"timeout"}"#, .server, 504, "timeout", retry: true),
    Case(#"{"message":"m","code":400}"#, .badRequest, 400, "400", retry: false),
    Case(#"{"message":"m","code":402}"#, .quota, 402, "402", retry: false),
    Case(#"{"message":"m","code":403}"#, .auth, 403, "403", retry: false),
    Case(#"{"message":"m","code":404}"#, .notFound, 404, "404", retry: false),
    Case(#"{"message":"m","code":451}"#, .badRequest, 451, "451", retry: false),
    Case(#"{"message":"m","type":"invalid_request_error"}"#, .badRequest, 400, "invalid_request_error", retry: false),
    Case(#"{"message":"m","type":"authentication_error"}"#, .auth, 401, "authentication_error", retry: false),
    Case(#"{"message":"m","type":"permission_error"}"#, .auth, 401, "permission_error", retry: false),
    Case(#"{"message":"m","code":"insufficient_quota"}"#, .quota, 402, "insufficient_quota", retry: false),
    Case(#"{"message":"m","type":"billing_error"}"#, .quota, 402, "billing_error", retry: false),
    Case(#"{"message":"m","code":"content_filter"}"#, .contentFilter, 400, "content_filter", retry: false),
    Case(
      #"{"message":"m","code":"context_length_exceeded"}"#, .contextLength, 400, "context_length_exceeded", retry: false
    ),
    Case(
      #"{"message":"m","code":"tool_use_failed","status_code":400}"#, .badRequest, 400, "tool_use_failed", retry: false),
    Case(#"{"message":"m","status":"RESOURCE_EXHAUSTED","code":429}"#, .rateLimit, 429, "429", retry: true),
    Case(#"{"message":"m","code":0}"#, .provider, nil, "0", retry: true),
    Case(#"{"message":"m","code":99999999999999999999}"#, .provider, nil, nil, retry: true),
  ]) func C5_logicalStatusAndRetry(_ test: Case) throws {
    for event in [chunk(#"{"content":"b"}"#, more: #","error":\#(test.error)"#), #"{"error":\#(test.error)}"#] {
      let decoded = Decoded.everyWay(
        stream(words("a"), event, words("late")), context: ResponseContext(provider: "acme"))
      let failure = try #require(decoded.failure)
      #expect(failure.code == test.code && failure.status == test.status && failure.message == "m")
      #expect(failure.providerCode == test.providerCode && failure.isRetryable == test.isRetryable)
      #expect(failure.provider == "acme" && !failure.body.isEmpty)
      // What the chunk itself brought is kept.
      #expect(decoded.answer.text == (event.contains("choices") ? "ab" : "a"))
    }
  }

  @Test func C4_errorEventIsThrown() {
    let body =
      stream(words("a"), done: false)
      + "event: error\ndata: {\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n"
    let decoded = Decoded.everyWay(body)
    #expect(decoded.script == ["text a", "error overloaded"] && decoded.failure?.message == "busy")
  }

  @Test func C7_openRouterChunk() {
    let choice =
      #""choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","native_finish_reason":"error"}]"#
    let body = #"{"id":"r1","provider":"x","error":{"code":502,"message":"Upstream failed"},\#(choice)}"#
    let decoded = Decoded.everyWay(stream(words("a"), body))
    #expect(decoded.script == ["text a", "error server"] && decoded.failure?.nativeFinish == "error")
    #expect(decoded.failure?.message == "Upstream failed" && decoded.answer.finish == .error)
  }

  @Test func C7_errorOfAChoice() {
    let body = #"{"choices":[{"index":0,"delta":{},"error":{"code":400,"message":"no"}}]}"#
    let decoded = Decoded.everyWay(stream(words("a"), body))
    #expect(decoded.script == ["text a", "error bad_request"] && decoded.failure?.isRetryable == false)
  }

  /// xAI words its error as text; the code beside it says what it is.
  @Test func C6_codeBesideATextError() {
    let decoded = Decoded.everyWay(stream(words("a"), #"{"code":"invalid_argument","error":"no such tool"}"#))
    #expect(decoded.script == ["text a", "error bad_request"])
    #expect(decoded.failure?.message == "no such tool" && decoded.failure?.providerCode == "invalid_argument")
  }

  @Test func C6_errorObjectOfVLLM() {
    let body = #"{"object":"error","message":"too long","type":"BadRequestError","code":400}"#
    let decoded = Decoded.everyWay(stream(body))
    #expect(decoded.script == ["error bad_request"] && decoded.failure?.message == "too long")
    #expect(Decoded.everyWay(body).script == ["error bad_request"])
  }

  @Test func anErrorAfterTheFinishIsOne() {
    let decoded = Decoded.everyWay(stream(words("a"), stop(), #"{"error":{"message":"m"}}"#))
    #expect(decoded.script == ["text a", "error provider"] && decoded.answer.nativeFinish == "stop")
  }

  @Test func D19_failedGenerationIsInTheBody() throws {
    let body =
      "event: error\ndata: {\"error\":{\"message\":\"m\",\"code\":\"tool_use_failed\",\"failed_generation\":\"<f>\"}}\n\n"
    let failure = try #require(Decoded.everyWay(body).failure)
    let report = try JSONValue(parsing: failure.body)
    #expect(report["error"]?["failed_generation"]?.string == "<f>")
  }
}
