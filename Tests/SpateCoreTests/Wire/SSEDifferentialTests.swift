// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import Testing

/// The framer against the slow reference, on random bodies made of what matters to the format.
@Suite struct SSEDifferentialTests {
  private static let parts: [[UInt8]] =
    ["\n", "\n", "\n\n", "\r", "\r\n", "\r\n\r\n", ":", ": ", " ", "data", "data:", "data: x", "event", "event: e"].map
  {
    Array($0.utf8)
  }
    + ["id", "id: 7", "retry: 12", "retry:", "error: e", "a", "\u{0}", "é", "😀", "\u{FEFF}", "dat"].map {
      Array($0.utf8)
    }
    + [[0xEF], [0xEF, 0xBB], [0xFF]]

  @Test(arguments: SeededRandom.seeds(40)) func agreesWithTheReference(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<100 {
      var body: [UInt8] = Bool.random(using: &random) ? [] : [0xEF, 0xBB, 0xBF]
      for _ in 0..<Int.random(in: 0...24, using: &random) {
        body += try #require(Self.parts.randomElement(using: &random))
      }
      let expected = SSEReference.run(body)
      try #require(SSERun([body]) == expected, "SPATE_SEED=\(seed), round \(round), whole: \(body)")
      for _ in 0..<4 {
        let pieces = Splits.random(body, using: &random)
        try #require(SSERun(pieces) == expected, "SPATE_SEED=\(seed), round \(round): \(pieces)")
      }
    }
  }
}
