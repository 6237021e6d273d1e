// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Google's errors, by status and by what they say of themselves.
@Suite struct GeminiErrorTests {
  private func failure(_ status: Int, _ body: String) -> SpateError? {
    var decoder = GeminiDialect().decoder(for: ResponseContext(status: status))
    var events: [StreamEvent] = []
    _ = decoder.feed(Array(body.utf8).span, into: &events)
    do throws(SpateError) { try decoder.finish(.clean, into: &events) } catch { return error }
    return nil
  }

  private func body(_ code: Int, _ status: String, details: String = "[]") -> String {
    #"{"error":{"code":\#(code),"message":"words","status":"\#(status)","details":\#(details)}}"#
  }

  @Test(arguments: [
    (400, "INVALID_ARGUMENT", SpateError.Code.badRequest), (400, "FAILED_PRECONDITION", .badRequest),
    (401, "UNAUTHENTICATED", .auth), (403, "PERMISSION_DENIED", .auth), (404, "NOT_FOUND", .notFound),
    (429, "RESOURCE_EXHAUSTED", .rateLimit), (500, "INTERNAL", .server), (503, "UNAVAILABLE", .overloaded),
    (504, "DEADLINE_EXCEEDED", .server),
  ]) func classes(status: Int, word: String, code: SpateError.Code) {
    let plain = failure(status, body(status, word))
    #expect(plain?.code == code && plain?.message == "words" && plain?.status == status)
    #expect(plain?.isRetryable == (status == 429 || status >= 500))
    // A stream that was asked for without alt=sse gets it in a list.
    #expect(failure(status, "[\(body(status, word))]")?.code == code)
    #expect(failure(200, "data: \(body(status, word))\r\n\r\n")?.code == code)
  }

  @Test func aKeyThatIsNoneIsNoBadRequest() {
    let details = #"[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]"#
    #expect(failure(400, body(400, "INVALID_ARGUMENT", details: details))?.code == .auth)
  }

  @Test func R5_theWaitIsInTheBody() {
    func wait(_ delay: String) -> Duration? {
      let details = #"[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"\#(delay)"}]"#
      return failure(429, body(429, "RESOURCE_EXHAUSTED", details: details))?.retryAfter
    }
    #expect(wait("34.074824224s") == .milliseconds(34_075) && wait("7s") == .seconds(7))
    #expect(
      wait("soon") == nil && wait("-1s") == nil && wait("0s") == nil && wait("nans") == nil && wait("1e99s") == nil)
  }
}
