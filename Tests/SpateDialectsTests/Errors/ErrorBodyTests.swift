// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// The bodies of error statuses: dialects.md part 4, flags by trust.md 1.3.
@Suite struct ErrorBodyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var status: Int
    var body: String
    var code: SpateError.Code
    var message: String
    var providerCode: String?
    var isRetryable: Bool

    init(
      _ status: Int, _ body: String, _ code: SpateError.Code, _ message: String, _ providerCode: String? = nil,
      retry: Bool = false
    ) {
      (self.status, self.body, self.code, self.message) = (status, body, code, message)
      (self.providerCode, isRetryable) = (providerCode, retry)
    }

    var testDescription: String { "\(status) \(body)" }
  }

  private func check(_ test: Case) throws {
    let context = ResponseContext(status: test.status, provider: "acme")
    let decoded = Decoded.everyWay(test.body, context: context)
    let failure = try #require(decoded.failure)
    #expect(decoded.events.isEmpty && decoded.eventCount == 0)
    #expect(failure.code == test.code && failure.message == test.message && failure.status == test.status)
    #expect(failure.providerCode == test.providerCode && failure.isRetryable == test.isRetryable)
    #expect(failure.provider == "acme" && failure.body == Array(test.body.utf8))
  }

  @Test(arguments: [
    // OpenAI, DeepSeek
    Case(
      401, #"{"error":{"message":"wrong key","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
      .auth, "wrong key", "invalid_api_key"),
    Case(
      404, #"{"error":{"message":"no model","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
      .notFound, "no model", "model_not_found"),
    Case(
      400, #"{"error":{"message":"bad","type":"invalid_request_error","param":"n","code":null}}"#, .badRequest, "bad",
      "invalid_request_error"),
    Case(
      400, #"{"error":{"message":"long","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
      .contextLength, "long", "context_length_exceeded"),
    Case(
      400, #"{"error":{"message":"no n","type":"invalid_request_error","code":"unsupported_parameter"}}"#,
      .unsupportedParameter, "no n", "unsupported_parameter"),
    Case(
      429, #"{"error":{"message":"pay","type":"insufficient_quota","code":"insufficient_quota"}}"#, .quota, "pay",
      "insufficient_quota"),
    Case(
      429, #"{"error":{"message":"slow","type":"tokens","code":"rate_limit_exceeded"}}"#, .rateLimit, "slow",
      "rate_limit_exceeded", retry: true),
    Case(
      500, #"{"error":{"message":"oops","type":"server_error","code":null}}"#, .server, "oops", "server_error",
      retry: true),
    // Azure
    Case(401, #"{"error":{"code":"401","message":"denied"}}"#, .auth, "denied", "401"),
    Case(404, #"{"error":{"code":"DeploymentNotFound","message":"none"}}"#, .notFound, "none", "DeploymentNotFound"),
    Case(
      400,
      #"{"error":{"message":"filtered","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
      .contentFilter, "filtered", "content_filter"),
    Case(429, #"{"error":{"code":"429","message":"wait"}}"#, .rateLimit, "wait", "429", retry: true),
    // Anthropic's shape
    Case(
      529, #"{"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#, .overloaded, "busy",
      "overloaded_error", retry: true),
    // Google's shape
    Case(403, #"{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED","details":[]}}"#, .auth, "no", "403"),
    Case(
      429, #"[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]"#, .rateLimit, "slow", "429",
      retry: true),
    // Mistral
    Case(
      400,
      #"{"object":"error","message":"bad","type":"invalid_request","param":null,"code":"3051","raw_status_code":400}"#,
      .badRequest, "bad", "3051"),
    Case(401, #"{"detail":"Invalid API Key"}"#, .auth, "Invalid API Key"),
    Case(
      422,
      #"{"object":"error","message":{"detail":[{"loc":["body"],"msg":"missing"},{"msg":"odd"}]},"type":"invalid_request_error"}"#,
      .badRequest, "missing; odd", "invalid_request_error"),
    // Cohere, Bedrock
    Case(400, #"{"id":"x","message":"bad","error_type":"invalid"}"#, .badRequest, "bad", "invalid"),
    Case(403, #"{"Message":"signed wrong"}"#, .auth, "signed wrong"),
    // Ollama, HuggingFace
    Case(404, #"{"error":"model not found"}"#, .notFound, "model not found"),
    Case(400, #"{"error":["one","two"]}"#, .badRequest, "one; two"),
    Case(400, #"{"error":[{"message":"one"}]}"#, .badRequest, "one"),
    // OpenRouter
    Case(401, #"{"error":{"message":"No auth","code":401},"user_id":"u"}"#, .auth, "No auth", "401"),
    Case(
      429,
      #"{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"slow down","provider_name":"x"}}}"#,
      .rateLimit, "Provider returned error: slow down", "429", retry: true),
    // Groq
    Case(
      400,
      #"{"error":{"message":"bad call","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<f>"}}"#,
      .badRequest, "bad call", "tool_use_failed"),
    // xAI
    Case(
      400, #"{"code":"Client specified an invalid argument","error":"no such model"}"#, .badRequest, "no such model",
      "Client specified an invalid argument"),
    // Perplexity
    Case(400, #"{"error":{"message":"bad","type":"invalid_model","code":400}}"#, .badRequest, "bad", "400"),
    Case(
      401, "<html><head><title>401 Authorization Required</title></head></html>", .auth, "401 Authorization Required"),
  ]) func shapes(_ test: Case) throws { try check(test) }

  @Test(arguments: [
    Case(408, "", .server, "the provider answered with status 408 and no words", retry: true),
    Case(409, "busy", .conflict, "busy", retry: true), Case(425, "early", .server, "early", retry: true),
    Case(502, "bad gateway", .server, "bad gateway", retry: true),
    Case(503, "{}", .overloaded, "the provider answered with status 503 and no words", retry: true),
    Case(599, "\n\n", .server, "the provider answered with status 599 and no words", retry: true),
    Case(402, #"{"error":{"message":"Insufficient Balance"}}"#, .quota, "Insufficient Balance"),
    Case(413, "long", .tooLarge, "long"),
    Case(
      413, "This model's maximum context length is 8 tokens", .contextLength,
      "This model's maximum context length is 8 tokens"),
    Case(418, "tea", .badRequest, "tea"), Case(451, "law", .badRequest, "law"), Case(301, "moved", .redirect, "moved"),
    Case(
      500, #"{"error":{"message":"x","type":"invalid_request_error"}}"#, .server, "x", "invalid_request_error",
      retry: true),
    Case(
      500, #"{"error":{"message":"x","type":"overloaded_error"}}"#, .overloaded, "x", "overloaded_error", retry: true),
    Case(403, #"{"error":{"message":"x","code":"insufficient_quota"}}"#, .quota, "x", "insufficient_quota"),
    Case(400, #"{"error":{"message":"x","type":"server_error"}}"#, .badRequest, "x", "server_error"),
    Case(700, "odd", .provider, "odd"),
  ]) func statuses(_ test: Case) throws { try check(test) }

  @Test(arguments: [
    "null", "[]", "[[[]]]", "12", "{\"error\":null}", "{\"error\":{}}", "{\"error\":[]}", "{\"message\":7}", "\"\"",
    "{\"error\":{\"message\":null}}",
  ]) func withoutWords(_ body: String) throws {
    let failure = try #require(Decoded(body, context: ResponseContext(status: 500)).failure)
    #expect(failure.code == .server && failure.message.hasPrefix("the provider answered with status 500"))
  }

  @Test func controlsAndLengthOfTheMessageAreBounded() throws {
    let words = #"\u001b]0;x\u0007\u009bA"# + String(repeating: "é", count: 5000)
    let failure = try #require(
      Decoded(#"{"error":{"message":"\#(words)"}}"#, context: ResponseContext(status: 400)).failure)
    #expect(failure.message.hasPrefix("]0;xAé") && failure.message.utf8.count <= 4 << 10)
  }

  @Test func brokenBytesAndHalfBodies() throws {
    let half = try #require(Decoded(#"{"error":{"mess"#, context: ResponseContext(status: 500)).failure)
    #expect(half.code == .server && half.message == #"{"error":{"mess"#)
    let broken = try #require(Decoded([[0xFF, 0xFE, 0x41]], context: ResponseContext(status: 400)).failure)
    #expect(broken.code == .badRequest && broken.message == "\u{FFFD}\u{FFFD}A")
  }

  /// The status says what it is, also when the connection broke in the body of it.
  @Test func B12_brokenErrorBody() {
    let end = BodyEnd.broken(SpateError(.connect, "reset"))
    #expect(Decoded.everyWay("{\"err", context: ResponseContext(status: 503), end: end).failure?.code == .overloaded)
  }
}
