// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import SpateCore

@Suite struct CivilTimeTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_868_800, "2000-03-01T00:00:00Z"),
      (-1, "1969-12-31T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    ] as [(Int, String)])
  func isTheCalendar(seconds: Int, text: String) {
    #expect(CivilTime(seconds: seconds).rfc3339 == text)
    #expect(CivilTime(seconds: seconds).seconds == seconds)
  }

  @Test func thereAndBackForAThousandMoments() {
    var random = SeededRandom(seed: 1)
    for _ in 0..<1000 {
      let seconds = Int.random(in: -60_000_000_000...250_000_000_000, using: &random)
      #expect(CivilTime(seconds: seconds).seconds == seconds)
      // Two digits say the century only near now.
      #expect(HTTPDate.seconds(HTTPDate.text(seconds), now: 0) == seconds || CivilTime(seconds: seconds).year < 1000)
    }
  }

  @Test(
    arguments: [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
  func everyFormOfHTTPIsRead(text: String) {
    #expect(HTTPDate.seconds(text, now: 1_000_000_000) == 784_111_777)
  }

  @Test(
    arguments: [
      "", "7", "Sun, 06 Nov 1994 08:49:37 PST", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
      "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 199a 08:49:37 GMT", "a b c d e f",
    ])
  func nothingElseIs(text: String) { #expect(HTTPDate.seconds(text, now: 0) == nil) }
}
