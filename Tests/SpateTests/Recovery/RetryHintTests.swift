// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

@Suite struct RetryHintTests {
  @Test(
    arguments: [
      (["Retry-After": "7"], Duration.seconds(7)), (["retry-after": "0.5"], .milliseconds(500)),
      (["retry-after-ms": "250", "retry-after": "9"], .milliseconds(250)),
      (["retry-after-ms": "-1", "retry-after": "9"], .seconds(9)),
      (["retry-after-ms": "nan", "retry-after": "9"], .seconds(9)),
      (["retry-after-ms": "soon", "retry-after": "9"], .seconds(9)), (["retry-after": "0"], nil),
      (["retry-after": "-3"], nil), (["retry-after": "inf"], nil), (["retry-after": "nan"], nil),
      (["retry-after": "1e300"], nil), (["retry-after": ""], nil), (["retry-after": "soon"], nil), ([:], nil),
    ] as [([String: String], Duration?)])
  func R5_takesTheFirstUsableNumber(values: [String: String], expected: Duration?) {
    var fields = HTTPFields()
    for (name, value) in values { fields.append(name: name, value: value) }
    #expect(RetryHint(fields: fields).delay == expected)
  }

  @Test(
    arguments: [
      (["Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"], Duration.seconds(37)),
      (["Retry-After": "Sunday, 06-Nov-94 08:49:37 GMT"], .seconds(37)),
      (["Retry-After": "Sun Nov  6 08:49:37 1994"], .seconds(37)),
      (["Retry-After": "Sun, 06 Nov 1994 08:48:37 GMT"], nil), (["Retry-After": "Sun, 06 Nov 1994"], nil),
    ] as [([String: String], Duration?)])
  func R5_takesADate(values: [String: String], expected: Duration?) {
    var fields = HTTPFields()
    for (name, value) in values { fields.append(name: name, value: value) }
    // 08:49:00 on that day.
    #expect(RetryHint(fields: fields, date: 784_111_740).delay == expected)
  }

  @Test(
    arguments: [
      ("6m0s", 360.0), ("76ms", 0.076), ("1h2m3.5s", 3723.5), ("20s", 20), ("6", nil), ("", nil), ("5 minutes", nil),
      ("0s", nil), ("1e9h", nil), ("s", nil),
    ] as [(String, Double?)])
  func R6_readsDurationsAsGoWritesThem(text: String, seconds: Double?) {
    let parsed = GoDuration.parse(text).map { ($0 / .seconds(1) * 1000).rounded() / 1000 }
    #expect(parsed == seconds)
  }

  @Test func R6_takesTheLongerOfRequestsAndTokensThatAreUsedUp() {
    let fields: HTTPFields = [
      "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2s", "x-ratelimit-remaining-tokens": "500",
      "x-ratelimit-reset-tokens": "6m0s",
    ]
    #expect(RetryHint(fields: fields, status: 429).delay == .seconds(2))
    #expect(RetryHint(fields: fields, status: 503).delay == nil)
  }
}
