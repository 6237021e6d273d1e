// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateTestSupport
import Testing

@Suite struct TextJoinerTests {
  struct Run: Equatable {
    var texts: [String] = []
    var finish: String?
    var repairs = 0

    /// Joins the string bodies `bodies`, each a delta of its own in a JSON text of its own.
    init(_ bodies: [[UInt8]]) throws {
      var joiner = TextJoiner()
      for body in bodies {
        let json = [0x22] + body + [0x22]
        texts.append(
          try JSONScanner.scan(json.span) { json in json.string().map { joiner.text(of: $0, in: json) } ?? "none" })
      }
      finish = joiner.finish()
      repairs = joiner.repairs
    }

    init(_ bodies: String...) throws { try self.init(bodies.map { Array($0.utf8) }) }

    var text: String { texts.joined() + (finish ?? "") }
  }

  @Test func wholeDeltasPassAsTheyAre() throws {
    let run = try Run("Hi", "", " é", "😀", "\\n\\u00e9\\ud83d\\ude00", "x")
    #expect(run.texts == ["Hi", "", " é", "😀", "\né😀", "x"])
    #expect(run.finish == nil && run.repairs == 0)
  }

  @Test func T10_surrogatePairOverDeltas() throws {
    let run = try Run("a\\ud83d", "\\ude00b")
    #expect(run.texts == ["a", "😀b"] && run.finish == nil && run.repairs == 0)
    let apart = try Run("\\ud83d", "", "\\ude00")
    #expect(apart.texts == ["", "", "😀"])
    let two = try Run("\\ud83d", "\\ude00\\ud83d", "\\ude01")
    #expect(two.texts == ["", "😀", "😁"])
  }

  @Test func S24_loneHalvesOverDeltas() throws {
    #expect(try Run("\\ud83d", "x").texts == ["", "\u{FFFD}x"])
    #expect(try Run("\\ud83d", "\\n").texts == ["", "\u{FFFD}\n"])
    #expect(try Run("\\ud83d", "\\ud83d", "\\ude00").texts == ["", "\u{FFFD}", "😀"])
    #expect(try Run("\\ude00", "\\ud83d").texts == ["\u{FFFD}", ""])
    #expect(try Run("\\ude00", "\\ud83d").finish == "\u{FFFD}")
    #expect(try Run("\\ud83d", "é").texts == ["", "\u{FFFD}é"])
  }

  @Test func B3_scalarCutBetweenDeltas() throws {
    for text in ["é", "€", "😀", "aé", "é😀"] {
      let bytes = Array(text.utf8)
      for cut in 0...bytes.count {
        let run = try Run([Array(bytes[..<cut]), Array(bytes[cut...])])
        #expect(run.text == text && run.finish == nil && run.repairs == 0, "\(text) cut at \(cut)")
        #expect(run.texts.allSatisfy { !$0.unicodeScalars.contains("\u{FFFD}") })
      }
      let single = try Run(bytes.map { [$0] })
      #expect(single.text == text && single.repairs == 0)
    }
  }

  @Test func B3_emptyDeltaInsideAScalar() throws {
    let run = try Run([[0xF0, 0x9F], [], [0x98, 0x80]])
    #expect(run.texts == ["", "", "😀"])
  }

  @Test func B2_badBytesAreRepairedAndCounted() throws {
    let run = try Run([[0x61, 0xFF, 0x62], Array("c".utf8), [0xC3], [0x28]])
    #expect(run.texts == ["a\u{FFFD}b", "c", "", "\u{FFFD}("])
    #expect(run.repairs == 2)
    // One for each maximal subpart.
    #expect(try Run([[0xF0, 0x9F, 0x41, 0x80, 0x80]]).text == "\u{FFFD}A\u{FFFD}\u{FFFD}")
    #expect(try Run([[0xED, 0xA0, 0x80]]).texts == ["\u{FFFD}\u{FFFD}\u{FFFD}"])
  }

  @Test func finishGivesWhatIsStillOpen() throws {
    #expect(try Run("a").finish == nil)
    #expect(try Run("\\ud83d").finish == "\u{FFFD}")
    #expect(try Run("\\ud83d").repairs == 1)
    #expect(try Run([[0xF0, 0x9F, 0x98]]).finish == "\u{FFFD}")
    var joiner = TextJoiner()
    #expect(joiner.finish() == nil)
  }

  @Test func bytesThenAHalfInOneDeltaAreTwoRepairs() throws {
    let run = try Run([[0xF0, 0x9F] + Array("\\ud83d".utf8)])
    #expect(run.text == "\u{FFFD}\u{FFFD}")
    let joined = try Run([[0xF0, 0x9F] + Array("\\ud83d".utf8), Array("\\ude00".utf8)])
    #expect(joined.text == "\u{FFFD}😀")
  }

  /// Whatever the cuts, the deltas joined are the text repaired as a whole, and no delta is empty of reason.
  @Test(arguments: SeededRandom.seeds(30)) func T10_joinedDeltasAreTheWholeText(_ seed: UInt64) throws {
    let parts: [[UInt8]] = [
      Array("a".utf8), Array("é".utf8), Array("€".utf8), Array("😀".utf8), [0xFF], [0xF0, 0x9F], [0x80],
    ]
    var random = SeededRandom(seed: seed)
    for _ in 0..<50 {
      let bytes = (0..<Int.random(in: 0...12, using: &random)).flatMap { _ in
        parts[Int.random(in: 0..<parts.count, using: &random)]
      }
      let run = try Run(Splits.random(bytes, using: &random))
      #expect(run.text == String(decoding: bytes, as: UTF8.self), "SPATE_SEED=\(seed): \(bytes)")
    }
  }
}
