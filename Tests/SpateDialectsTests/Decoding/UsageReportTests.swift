// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// Reports of tokens as they come together over a stream: rule U1.
@Suite struct UsageReportTests {
  /// The reports of a chat stream, each with words. With `isVaried` no report is like the one before it, so that each is
  /// read whole.
  private func usages(_ reports: [String], isVaried: Bool = false) -> [Usage] {
    let chunks = reports.enumerated().map { number, report in
      let text = isVaried && number % 2 == 1 ? " " + report.replacing(":", with: " : ") : report
      return chunk(#"{"content":"a"}"#, more: #","usage":\#(text)"#)
    }
    return Decoded(stream(chunks + [stop()])).events.compactMap {
      if case .usage(let usage) = $0 { usage } else { nil }
    }
  }

  /// The same, when no report is compared with the one before it and when all are.
  private func sameUsages(_ reports: [String]) -> [Usage] {
    let (found, whole) = (usages(reports), usages(reports, isVaried: true))
    let isSame = found == whole
    #expect(isSame, "\(reports)")
    // In the same order too, which is not part of being equal.
    // Behind another report, so that none is the first, which is counted while it is read.
    let isSameBehind = usages([#"{"x":1}"#] + reports).map(counts) == found.map(counts)
    #expect(isSameBehind, "\(reports)")
    let isSameText = found.map { $0.native?.description } == whole.map { $0.native?.description }
    #expect(isSameText)
    return found
  }

  /// All but the provider's own report.
  private func counts(_ usage: Usage) -> Usage {
    var usage = usage
    usage.native = nil
    return usage
  }

  /// A name may be written with escapes, in any report.
  @Test func U1_aNameWithAnEscapeIsTheSameName() {
    let found = sameUsages((1...4).map { #"{"prompt\u005ftokens":\#(10 * $0),"completion_tokens":\#($0)}"# })
    #expect(found.map(\.input) == [10, 20, 30, 40] && found.map(\.output) == [1, 2, 3, 4])
  }

  /// Where a list is what is counted, a number counts nothing, in any report.
  @Test func U1_aNumberInThePlaceOfAListCountsNothing() {
    let chunks = (1...4).map { number in
      #"data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":10,"#
        + #""candidatesTokenCount":\#(number),"promptTokensDetails":\#(number + 4)}}"# + "\n\n"
    }
    guard var decoder = Dialects.builtIn[.gemini]?.decoder(for: ResponseContext()) else { return #expect(Bool(false)) }
    var events: [StreamEvent] = []
    _ = decoder.feed(Array(chunks.joined().utf8).span, into: &events)
    let usages = events.compactMap { if case .usage(let usage) = $0 { usage } else { nil } }
    #expect(usages.map(\.output) == [1, 2, 3, 4])
    #expect(usages.allSatisfy { $0.buckets.audioInput == nil })
  }

  private func report(_ input: Int, _ output: Int, _ cached: Int, _ rest: String = "") -> String {
    #"{"prompt_tokens":\#(input),"completion_tokens":\#(output),"total_tokens":\#(input + output),"#
      + #""prompt_tokens_details":{"cached_tokens":\#(cached),"audio_tokens":0},"q":{"r":{"s":\#(output)}}\#(rest)}"#
  }

  @Test func U1_numbersThatChangeAreTakenOver() {
    let found = sameUsages((1...9).map { report(100, $0 * 7, $0 * 10) })
    #expect(found.count == 9 && found.last?.output == 63 && found.last?.cachedInput == 90)
    #expect(found.last?.buckets.uncachedInput == 10 && found.last?.buckets.textOutput == 63)
    #expect(found.last?.native?["total_tokens"] == 163 && found.last?.native?["q"]?["r"]?["s"] == 63)
    // Earlier reports stay what they were.
    #expect(found.first?.native?["prompt_tokens_details"]?["cached_tokens"] == 10)
  }

  @Test func U1_aZeroTakesNoCountsPlaceInAnyReport() {
    let found = sameUsages([report(9, 1, 0), report(9, 2, 5), report(0, 3, 0), report(0, 0, 7), report(0, 0, 0)])
    #expect(found.map(\.input) == [9, 9, 9, 9, 9])
    #expect(found.last?.output == 3 && found.last?.cachedInput == 7)
    #expect(found.last?.native?["prompt_tokens"] == 9)
  }

  @Test func U1_theSameReportAgainSaysNothing() {
    let same = report(9, 2, 1)
    #expect(usages([same, same, same]).count == 1)
    #expect(usages([report(9, 1, 1), same, same, report(9, 3, 1), same, same]).count == 4)
  }

  @Test(
    arguments: [
      // A name that repeats, in the report and in its details.
      [
        #"{"prompt_tokens":1,"completion_tokens":1,"prompt_tokens":7}"#,
        #"{"prompt_tokens":2,"completion_tokens":1,"prompt_tokens":8}"#,
        #"{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens":9}"#,
      ],
      [
        #"{"prompt_tokens":1,"d":{"x":1},"d":{"y":2}}"#, #"{"prompt_tokens":2,"d":{"x":2},"d":{"y":3}}"#,
        #"{"prompt_tokens":3,"d":{"x":4},"d":{"y":5}}"#,
      ],
      [
        #"{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":1},"prompt_tokens_details":5}"#,
        #"{"prompt_tokens":2,"prompt_tokens_details":{"cached_tokens":2},"prompt_tokens_details":6}"#,
      ],
      // Numbers that are no counts, and ones that no word holds.
      [
        #"{"prompt_tokens":-1,"completion_tokens":1.5}"#, #"{"prompt_tokens":-2,"completion_tokens":2.5}"#,
        #"{"prompt_tokens":3,"completion_tokens":2}"#,
      ],
      [
        #"{"prompt_tokens":1,"completion_tokens":1}"#, #"{"prompt_tokens":1,"completion_tokens":2}"#,
        #"{"prompt_tokens":99999999999999999999,"completion_tokens":3}"#,
        #"{"prompt_tokens":1,"completion_tokens":999999999999999}"#, #"{"prompt_tokens":2,"completion_tokens":3}"#,
      ],
      // Nulls, another kind, other names, another order.
      [
        #"{"prompt_tokens":1,"completion_tokens":null}"#, #"{"prompt_tokens":2,"completion_tokens":null}"#,
        #"{"prompt_tokens":3,"completion_tokens":null}"#, #"{"prompt_tokens":null,"completion_tokens":4}"#,
      ],
      [
        #"{"prompt_tokens":1,"cost":0.5}"#, #"{"prompt_tokens":2,"cost":0.75}"#, #"{"prompt_tokens":3,"cost":0.75}"#,
        #"{"prompt_tokens":4,"cost":{"total_cost":1.5}}"#, #"{"prompt_tokens":5,"cost":{"total_cost":1.5}}"#,
      ],
      [
        #"{"prompt_tokens":5,"total_tokens":5}"#, #"{"prompt_tokens":6,"total_tokens":6}"#, #"{"prompt_tokens":7}"#,
        #"{"prompt_tokens":8}"#, #"{"prompt_tokens":9}"#, #"{"total_tokens":9,"prompt_tokens":9}"#,
      ],
      [#"{}"#, #"{"prompt_tokens":5}"#, #"{}"#, #"5"#, #"{"prompt_tokens":6}"#, #"{"prompt_tokens":7}"#],
      // Names by their bytes: written with an escape, and equivalent ones.
      [
        #"{"prompt_tokens":1,"\u0070rompt_tokens":4}"#, #"{"prompt_tokens":2,"\u0070rompt_tokens":5}"#,
        #"{"prompt_tokens":3,"\u0070rompt_tokens":6}"#,
      ],
      [
        "{\"prompt_tokens\":1,\"\u{E9}\":1,\"e\u{301}\":2}", "{\"prompt_tokens\":1,\"\u{E9}\":3,\"e\u{301}\":2}",
        "{\"prompt_tokens\":2,\"\u{E9}\":3,\"e\u{301}\":5}",
      ],
      // Lists are replaced.
      [
        #"{"prompt_tokens":1,"l":[{"n":1}]}"#, #"{"prompt_tokens":2,"l":[{"n":1}]}"#,
        #"{"prompt_tokens":3,"l":[{"n":0}]}"#,
        #"{"prompt_tokens":4,"l":[{"n":0}]}"#,
      ],
    ] as [[String]]) func U1_anyRunOfReportsCountsTheSame(_ reports: [String])
  { _ = sameUsages(reports) }

  @Test func U1_namesAreTheirBytes() throws {
    let found = sameUsages((1...4).map { "{\"prompt_tokens\":1,\"\u{E9}\":\($0),\"e\u{301}\":\(10 * $0)}" })
    let native = try #require(found.last?.native?.object)
    #expect(native.keys.map { Array($0.utf8) } == ["prompt_tokens", "\u{E9}", "e\u{301}"].map { Array($0.utf8) })
    #expect(native.members.map(\.value) == [1, 4, 40])
  }

  /// More fields than are kept, and so many that they are found by hash.
  @Test(arguments: [15, 16, 17, 40, 63, 64, 65, 100]) func U1_manyFields(_ count: Int) {
    func many(_ round: Int) -> String {
      let fields = (0..<count).map { #","f\#($0)":\#($0 % 3 == 0 ? round : 5)"# }
      return #"{"prompt_tokens":\#(round)\#(fields.joined())}"#
    }
    let found = sameUsages((1...5).map(many))
    #expect(found.last?.input == 5 && found.last?.native?.object?.members.count == min(count + 1, 64))
  }

  /// Groq's own field is merged into what the reports said, and the next report counts as ever.
  @Test func U1_aReportFromElsewhereInBetween() {
    func body(_ text: (Int) -> String) -> [Usage] {
      let groq = chunk("{}", more: #","x_groq":{"usage":{"prompt_tokens":50,"completion_tokens":1,"queue":3}}"#)
      var chunks = (1...4).map { chunk(#"{"content":"a"}"#, more: #","usage":\#(text($0))"#) }
      chunks.append(groq)
      chunks += (4...8).map { chunk(#"{"content":"a"}"#, more: #","usage":\#(text($0))"#) }
      return Decoded(stream(chunks + [stop()])).events.compactMap {
        if case .usage(let usage) = $0 { usage } else { nil }
      }
    }
    let found = body { report(9, $0, 1) }
    let whole = body { report(9, $0, 1, String(repeating: " ", count: $0)) }
    // The report that was the last before it says nothing after it either.
    let isSame = found == whole
    #expect(isSame && found.count == 9 && found.last?.input == 9 && found.last?.native?["queue"] == 3)
  }

  @Test func P3_anImpossibleCountIsWarnedOfOnce() {
    let chunks = (1...5).map {
      chunk(
        #"{"content":"a"}"#,
        more: #","usage":{"prompt_tokens":5,"completion_tokens":\#($0 == 3 ? 900000000000000 : $0)}"#)
    }
    let events = Decoded(stream(chunks + [stop()])).events
    let warnings = events.filter { if case .warning(let warning) = $0 { warning.code == .ignoredValue } else { false } }
    #expect(warnings.count == 1)
    let outputs = events.compactMap { if case .usage(let usage) = $0 { usage.output } else { nil } }
    #expect(outputs == [1, 2, 4, 5])
  }

  /// Any run of numbers in any of a few shapes.
  @Test(arguments: SeededRandom.seeds(40)) func U1_anyRunOfNumbersCountsTheSame(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let reports = (0..<30).map { number in
      let numbers = (0..<4).map { _ in Int.random(in: 0..<4, using: &random) * Int.random(in: 0..<400, using: &random) }
      let rest = ["", "", #","cost":0.5"#, #","prompt_tokens":\#(numbers[3])"#].randomElement(using: &random) ?? ""
      return report(numbers[0], numbers[1], numbers[2], #","n":\#(number)"# + rest)
    }
    _ = sameUsages(reports)
  }
}
