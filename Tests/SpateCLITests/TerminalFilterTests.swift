// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpateCLI

@Suite struct TerminalFilterTests {
  /// In one piece and scalar by scalar: one answer.
  private func shown(_ text: String) -> String {
    var whole = TerminalFilter()
    let expected = whole.shown(text) + whole.finish()
    var split = TerminalFilter()
    let pieces = text.unicodeScalars.map { split.shown(String($0)) }.joined() + split.finish()
    #expect(pieces == expected)
    return expected
  }

  @Test(arguments: ["plain", "two\nlines\tand a tab", "Grüße, 世界, 👩‍👩‍👧", "", "é"])
  func leavesTextAlone(_ text: String) { #expect(shown(text) == text) }

  @Test func S30_showsControlsAsEscapes() {
    #expect(shown("\u{1B}[31mred\u{1B}[0m") == "\\u{1B}[31mred\\u{1B}[0m")
    #expect(shown("a\u{7}b\u{8}c\u{7F}d\u{9B}e") == "a\\u{7}b\\u{8}c\\u{7F}d\\u{9B}e")
  }

  @Test func S30_showsWhatTurnsOrHidesText() {
    #expect(shown("a\u{202E}b\u{2066}c\u{200F}d\u{61C}") == "a\\u{202E}b\\u{2066}c\\u{200F}d\\u{61C}")
    #expect(shown("x\u{E0041}") == "x\\u{E0041}")
  }

  @Test func S30_aCarriageReturnCanNotOverwriteALine() {
    #expect(shown("good\rbad") == "good\\u{D}bad")
    #expect(shown("a\r\nb") == "a\nb")
    #expect(shown("a\r\r\nb\r") == "a\\u{D}\nb\\u{D}")
  }

  @Test func S30_jsonStaysTheSameJSON() throws {
    let json = #"{"a":"x\n"#.dropLast(2) + "\u{9B}31m\u{202E}\u{E0041}é\"}\n"
    let safe = TerminalFilter.json(Array(json.utf8))
    #expect(String(decoding: safe, as: UTF8.self) == "{\"a\":\"x\\u009b31m\\u202e\\udb40\\udc41é\"}\n")
    #expect(try JSONValue(parsing: safe)["a"]?.string == "x\u{9B}31m\u{202E}\u{E0041}é")
  }

  @Test func S31_aLineIsOneLine() {
    #expect(TerminalFilter.line("a\nb\r\nc\u{1B}]0;x\u{7}") == "a b c\\u{1B}]0;x\\u{7}")
  }
}
