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
}
