// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

/// Server-sent events: lines, fields, and what is left at the end, the same for every split.
@Suite struct SSEFramerTests {
  /// The items of `text`, the same for every split.
  static func items(_ text: String) -> [SSERun.Item] { run(Array(text.utf8)).items }

  static func run(_ bytes: [UInt8]) -> SSERun { Splits.sameForAll(bytes) { SSERun($0) } }

  // MARK: Lines

  @Test func S1_everyLineEnd() {
    for end in ["\n", "\r\n", "\r"] {
      let text = ["data: a", "data: b", "", "data: c", "", ""].joined(separator: end)
      #expect(Self.items(text) == [.event("a\nb"), .event("c")])
    }
    #expect(Self.items("data: a\r\ndata: b\n\rdata: c\r\r") == [.event("a\nb"), .event("c")])
  }

  @Test func S2_loneCR() {
    #expect(Self.items("data: a\r\rdata: b\r\r") == [.event("a"), .event("b")])
    #expect(Self.items("data: a\r\n\r\ndata: b\r\n\r\n") == [.event("a"), .event("b")])
    #expect(Self.items("data: a\r\r\ndata: b\n\n") == [.event("a"), .event("b")])
  }

  @Test func S2_dispatchesAtTheCRWithoutWaitingForAnLF() {
    var run = SSERun([Array("data: a\r\r".utf8)])
    #expect(run.items == [.event("a")])
    run = SSERun([Array("data: a\r\n\r".utf8)])
    #expect(run.items == [.event("a")])
    run = SSERun([Array("data: a\r\n\r".utf8), Array("\ndata: b\n\n".utf8)])
    #expect(run.items == [.event("a"), .event("b")])
  }

  @Test func P4_reportsEachEventWithItsLastByte() throws {
    let bytes = Array("data: a\n\ndata: b\r\n\r\n".utf8)
    var framer = SSEFramer()
    var places: [Int] = []
    for (place, byte) in bytes.enumerated() {
      var cursor = SSEFramer.Cursor()
      if try framer.next([byte].span, &cursor) != nil { places.append(place) }
    }
    #expect(places == [8, 18])
  }

  @Test func S3_commentsAreHeartbeats() {
    #expect(Self.items(": OPENROUTER PROCESSING\n\n") == [.comment])
    #expect(Self.items(":\n") == [.comment])
    #expect(Self.items("data: a\n: still here\ndata: b\n\n") == [.comment, .event("a\nb")])
    // Data that looks like a comment is data.
    #expect(Self.items("data: : OPENROUTER PROCESSING\n\n") == [.event(": OPENROUTER PROCESSING")])
  }

  // MARK: Fields

  @Test func S4_spaceAfterTheColonIsOptional() {
    #expect(Self.items("data:a\n\n") == [.event("a")])
    #expect(Self.items("event:x\nid:7\ndata:a\n\n") == [.event("a", type: "x", id: "7")])
  }

  @Test func S5_stripsExactlyOneSpace() {
    #expect(Self.items("data:  a \n\n") == [.event(" a ")])
    #expect(Self.items("data:\ta\n\n") == [.event("\ta")])
    #expect(Self.items("data: \n\n") == [.event("")])
  }

  @Test func S5_fieldWithoutColonIsEmpty() {
    #expect(Self.items("data\n\n") == [.event("")])
    #expect(Self.items("data\ndata\n\n") == [.event("\n")])
    #expect(Self.items("id: 1\ndata: a\n\nid\ndata: b\n\n") == [.event("a", id: "1"), .event("b")])
  }

  @Test func S6_dropsOneMarkAtTheStart() {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let event = Array("data: a\n\n".utf8)
    #expect(Self.run(mark + event).items == [.event("a")])
    #expect(Self.run(mark + mark + event).items == [.unknown("\u{FEFF}data: a")])
    #expect(Self.run(event + mark + event).items == [.event("a"), .unknown("\u{FEFF}data: a")])
  }

  @Test func S6_halfAMarkIsALine() {
    #expect(Self.run([0xEF, 0xBB]).tail?.unknownLine == [0xEF, 0xBB])
    #expect(Self.run([0xEF, 0xBB, 0x0A]).items == [.unknown([0xEF, 0xBB])])
    #expect(Self.run([0xEF, 0x0D, 0x0A]).items == [.unknown([0xEF])])
    #expect(Self.run([0xEF, 0xBB, 0xBF]).tail == nil)
  }

  @Test func S7_joinsDataLines() {
    #expect(Self.items("data: a\ndata:\ndata: c\n\n") == [.event("a\n\nc")])
    #expect(Self.items("data: a\nevent: x\ndata: b\nid: 1\n\n") == [.event("a\nb", type: "x", id: "1")])
  }

  @Test func S8_stateSurvivesEveryBoundary() {
    let text = "event: delta\r\nid: 1\r\ndata: {\"a\":1}\r\n\r\n: hm\n\nretry: 20\ndata: x\ndata: y\n\nid: 2\n\ndata: z"
    let run = Self.run(Array(text.utf8))
    #expect(run.items == [.event("{\"a\":1}", type: "delta", id: "1"), .comment, .event("x\ny", id: "1")])
    #expect(run.lastEventID == Array("2".utf8))
    #expect(run.retry == 20)
  }

  @Test func eventTypeHoldsForOneEvent() {
    #expect(Self.items("event: x\n\ndata: a\n\n") == [.event("a")])
    #expect(Self.items("event: x\nevent: y\ndata: a\n\ndata: b\n\n") == [.event("a", type: "y"), .event("b")])
    #expect(Self.items("event: x\nevent:\ndata: a\n\n") == [.event("a")])
  }

  @Test func asksForATypeWithoutAString() throws {
    var framer = SSEFramer()
    var cursor = SSEFramer.Cursor()
    let bytes = Array("event: ping\ndata: {}\n\n".utf8)
    #expect(try framer.next(bytes.span, &cursor) == .event(.input(18..<20)))
    #expect(framer.isEventType("ping") && !framer.isEventType("pin") && !framer.isEventType("message"))
  }

  @Test func idCommitsOnlyAtTheBlankLine() {
    #expect(Self.run(Array("id: 1\ndata: a\n\nid: 2\ndata: b\n".utf8)).lastEventID == Array("1".utf8))
    #expect(Self.run(Array("id: 1\ndata: a\n\nid: 2\n\n".utf8)).lastEventID == Array("2".utf8))
    // One with a NUL is ignored.
    #expect(Self.run(Array("id: 1\nid: \0\ndata: a\n\n".utf8)).lastEventID == Array("1".utf8))
  }

  @Test(
    arguments: [
      ("5", 5), ("0", 0), ("007", 7), ("", nil), ("-1", nil), ("+1", nil), ("1.5", nil), (" 1", nil), ("1 ", nil),
      ("x", nil), ("9223372036854775807", Int.max), ("9223372036854775808", nil), ("99999999999999999999999", nil),
    ] as [(String, Int?)])
  func retryIsDigitsOnly(_ text: String, _ expected: Int?) {
    #expect(SSERun("retry: \(text)\n").retry == expected)
    #expect(SSERun("retry: 3\nretry: \(text)\n").retry == expected ?? 3)
  }

  // MARK: Bytes

  @Test func B1_scalarSplitOverReads() {
    #expect(Self.items("data: é € 😀\n\n") == [.event("é € 😀")])
  }

  @Test func B2_badBytesReachTheDecoderUntouched() {
    let run = Self.run(Array("data: a".utf8) + [0xFF, 0xC3] + Array("b\n\n".utf8))
    #expect(run.items == [.event(type: Array("message".utf8), data: [0x61, 0xFF, 0xC3, 0x62], id: [])])
  }

  @Test func S25_NULIsData() {
    #expect(Self.items("data: a\0b\n\nda\0ta: c\n\n") == [.event("a\0b"), .unknown("da\0ta: c")])
  }

  // MARK: What is left

  @Test func S9_reportsTheTailAndDispatchesNothing() {
    var run = Self.run(Array("event: done\ndata: {\"a\":1}\n".utf8))
    #expect(run.items.isEmpty)
    #expect(run.tail == SSERun.Tail(eventType: "done", data: Array("{\"a\":1}".utf8), unknownLine: nil))
    // A last line without its end counts as a line.
    run = Self.run(Array("data: a\ndata: b".utf8))
    #expect(run.tail == SSERun.Tail(eventType: "message", data: Array("a\nb".utf8), unknownLine: nil))
    run = Self.run(Array("data: a\n\ndata: [DONE]".utf8))
    #expect(run.items == [.event("a")] && run.tail?.data == Array("[DONE]".utf8))
  }

  @Test(arguments: [
    "", "\n", "data: a\n\n", "data: a\r\n\r", "event: x\n", "id: 1\n", ": comment", "retry: 5", "\u{FEFF}",
  ])
  func S9_noTail(_ text: String) {
    #expect(Self.run(Array(text.utf8)).tail == nil)
  }

  @Test func S10_reportsUnknownLines() {
    #expect(
      Self.items("error: {\"code\":500}\n\n{\"error\":1}\n\nDATA: x\n")
        == [.unknown("error: {\"code\":500}"), .unknown("{\"error\":1}"), .unknown("DATA: x")])
    #expect(Self.items("datax: 1\ndata x\n") == [.unknown("datax: 1"), .unknown("data x")])
  }

  @Test func S10_unfinishedUnknownLineIsInTheTail() {
    let run = Self.run(Array("upstream connect error".utf8))
    #expect(run.tail == SSERun.Tail(eventType: "message", data: nil, unknownLine: Array("upstream connect error".utf8)))
    let both = Self.run(Array("data: a\nerror: b".utf8))
    #expect(both.tail == SSERun.Tail(eventType: "message", data: [0x61], unknownLine: Array("error: b".utf8)))
    // One that was reported already is not the tail's.
    #expect(Self.run(Array("error: b\ndata: a\n".utf8)).tail?.unknownLine == nil)
  }

  // MARK: Values

  @Test func copyIsASnapshot() throws {
    var framer = SSEFramer()
    var cursor = SSEFramer.Cursor()
    #expect(try framer.next(Array("id: 1\ndata: a".utf8).span, &cursor) == nil)
    var copy = framer
    cursor = SSEFramer.Cursor()
    #expect(try framer.next(Array("b\n\n".utf8).span, &cursor) == .event(.buffer))
    #expect(framer.data == Array("ab".utf8))
    cursor = SSEFramer.Cursor()
    #expect(try copy.next(Array("c\n\n".utf8).span, &cursor) == .event(.buffer))
    #expect(copy.data == Array("ac".utf8))
  }

  @Test func oneLineInOnePieceIsNotCopied() throws {
    var framer = SSEFramer()
    var cursor = SSEFramer.Cursor()
    let bytes = Array("event: x\ndata: {\"a\":1}\n\ndata: b\n\n".utf8)
    #expect(try framer.next(bytes.span, &cursor) == .event(.input(15..<22)))
    #expect(try framer.next(bytes.span, &cursor) == .event(.input(30..<31)))
    #expect(try framer.next(bytes.span, &cursor) == nil)
  }
}
