// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Bytes to events through the whole decoder: rules B and S of the client's side.
@Suite struct FramingTests {
  private static let expected = ["text a", "text b", "finish stop"]
  private static let chunks = [words("a"), words("b"), stop()]

  @Test func B1_scalarsSplitOverReads() {
    let decoded = Decoded.everyWay(stream(words("Grüße, 世界 🙂👩‍👩‍👧"), stop()))
    #expect(decoded.script == ["text Grüße, 世界 🙂👩‍👩‍👧", "finish stop"])
  }

  @Test func B2_badBytesAreReplacedAndCounted() {
    var body = Array(stream(words("a?b"), words("c"), stop()).utf8)
    body.replace([UInt8(ascii: "?")], with: [0xFF], maxReplacements: 1)
    let decoded = Decoded.everyWay(body)
    #expect(decoded.script == ["text a\u{FFFD}b", "text c", "warning repaired_text", "finish stop"])
  }

  @Test func B3_serverCutsAScalarBetweenTwoChunks() {
    let smile = Array("🙂".utf8)
    for place in 1..<4 {
      var body = Array(stream(words("<<"), words(">>"), stop()).utf8)
      body.replace(Array("<<".utf8), with: smile[..<place])
      body.replace(Array(">>".utf8), with: smile[place...])
      #expect(Decoded.everyWay(body).script == ["text 🙂", "finish stop"])
    }
  }

  @Test func B6_aLongLinePassesUpToTheLimit() {
    let long = String(repeating: "x", count: 300_000)
    #expect(Decoded(stream(words(long), stop())).answer.text.utf8.count == 300_000)
  }

  @Test(arguments: ["\n", "\r\n", "\r"]) func S1_lineEnds(_ end: String) {
    let body = stream(Self.chunks).split(separator: "\n", omittingEmptySubsequences: false).joined(separator: end)
    #expect(Decoded.everyWay(body).script == Self.expected)
  }

  @Test func S2_lineEndsMixed() {
    let body = "data: \(words("a"))\r\n\ndata: \(words("b"))\r\rdata: \(stop())\n\r\ndata: [DONE]\r\n\r\n"
    #expect(Decoded.everyWay(body).script == Self.expected)
  }

  @Test func S3_commentsAreHeartbeats() {
    let body =
      ": OPENROUTER PROCESSING\n\n:\n\ndata: : OPENROUTER PROCESSING\n\n"
      + Self.chunks.map { "data: \($0)\n: \n\n:x\n" }.joined() + "data: [DONE]\n\n"
    let decoded = Decoded.everyWay(body)
    #expect(decoded.script == Self.expected && decoded.eventCount == 3)
  }

  @Test func S3_heartbeatsDoNotBeginAnAnswer() {
    var decoder = OpenAIChatDialect().decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    for piece in [": a\n\n", "\n\r\n", "data: : b\n\n", "data:\n\n", "id: 1\nretry: 3\n\n"] {
      #expect(decoder.feed(Array(piece.utf8).span, into: &events) == .more)
      #expect(!decoder.hasBegun && decoder.eventCount == 0 && events.isEmpty)
    }
    _ = decoder.feed(Array("data: \(words("a"))\n\n".utf8).span, into: &events)
    #expect(decoder.hasBegun && decoder.eventCount == 1)
  }

  @Test(arguments: ["", " "]) func S4_spaceAfterTheColonIsOptional(_ space: String) {
    let body = (Self.chunks + ["[DONE]"]).map { "data:\(space)\($0)\n\n" }.joined()
    #expect(Decoded.everyWay(body).script == Self.expected)
  }

  @Test func S5_spacesInTheTextStay() {
    #expect(Decoded.everyWay(stream(words("  a "), words(" "), stop())).answer.text == "  a  ")
  }

  @Test func S6_byteOrderMark() {
    #expect(Decoded.everyWay("\u{FEFF}" + stream(Self.chunks)).script == Self.expected)
  }

  @Test func S7_dataInSeveralLines() {
    let body = stream(Self.chunks).split(separator: ",", omittingEmptySubsequences: false).joined(
      separator: ",\ndata: ")
    #expect(Decoded.everyWay(body).script == Self.expected)
  }

  @Test(arguments: ["", "\n"]) func S9_lastEventWithoutABlankLine(_ end: String) {
    let decoded = Decoded.everyWay("data: \(words("a"))\n\ndata: \(words("b", finish: "stop"))" + end)
    #expect(decoded.script == ["text a", "warning unterminated_event", "text b", "finish stop"])
  }

  @Test(arguments: ["[DONE]", "[DONE] ", "[DONE]\n"]) func S9_endMarkWithoutABlankLine(_ mark: String) {
    let decoded = Decoded.everyWay("data: \(words("a"))\n\ndata: \(mark)")
    #expect(decoded.script == ["text a", "warning unterminated_event", "warning missing_finish", "finish unknown"])
  }

  @Test func S9_halfALastEventIsACut() {
    #expect(Decoded.everyWay("data: \(words("a"))\n\ndata: {\"choices\":[").script == ["text a", "error truncated"])
    #expect(Decoded.everyWay("data: \(words("a"))\n\ndata: [DON").script == ["text a", "error truncated"])
  }

  @Test(arguments: ["event: error\ndata: {\"error\":{\"message\":\"m\"}}", "event: error\ndata: m"])
  func S9_lastErrorWithoutABlankLine(_ tail: String) {
    let decoded = Decoded.everyWay("data: \(words("a"))\n\n" + tail)
    #expect(decoded.script == ["text a", "warning unterminated_event", "error provider"])
    #expect(decoded.failure?.message == "m")
  }

  @Test func S13_nothingIsReadAfterTheEndMark() {
    var decoder = OpenAIChatDialect().decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    let body = stream(Self.chunks) + "data: \(words("late"))\n\ndata: {\"error\":\"late\"}\n\n"
    #expect(decoder.feed(Array(body.utf8).span, into: &events) == .done)
    #expect(decoder.feed(Array(body.utf8).span, into: &events) == .done)
    let decoded = Decoded(finishing: decoder, after: events)
    #expect(decoded.script == Self.expected && decoded.warnings.isEmpty)
  }

  @Test func aCopyIsASnapshot() {
    let body = Array(stream(Self.chunks).utf8)
    var decoder = OpenAIChatDialect().decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    _ = decoder.feed(body.span.extracting(first: 100), into: &events)
    let snapshot = decoder
    let before = events
    _ = decoder.feed(body.span.extracting(droppingFirst: 100), into: &events)
    #expect(Decoded(finishing: snapshot, after: before).failure?.code == .truncated)
    #expect(Decoded(finishing: decoder, after: events).script == Self.expected)
  }

  @Test func fieldsOfAllKindsAreIgnored() {
    let body = "id: 7\nevent: chunk\nretry: 10\nfoo: bar\ndata: \(words("a", finish: "stop"))\n\n"
    #expect(Decoded.everyWay(body).script == ["text a", "finish stop"])
  }

  /// Blank lines are part of the protocol: a reader by lines that swallows them merges events, or never ends one.
  @Test func B4_blankLinesEndEvents() {
    let apart = Decoded.everyWay("data: \(words("a"))\n\ndata: \(words("b"))\n\ndata: \(stop())\n\ndata: [DONE]\n\n")
    #expect(apart.script == ["text a", "text b", "finish stop"] && apart.eventCount == 3)
    // Without them it is one event of several lines, which is no JSON.
    let merged = Decoded.everyWay("data: \(words("a"))\ndata: \(words("b"))\ndata: \(stop())\n\ndata: [DONE]\n\n")
    #expect(merged.failure?.code == .decode && merged.answer.text.isEmpty)
    let many = Decoded.everyWay("\n\n\n" + stream(words("a"), stop()).replacing("\n\n", with: "\n\n\n\n"))
    #expect(many.script == ["text a", "finish stop"])
  }
}
