// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

/// How long lines and events may be.
@Suite struct SSEFramerLimitTests {
  @Test func B6_oneLineOf15MiB() {
    let body = Array("data: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 15 << 20) + [0x0A, 0x0A]
    for size in [body.count, 64 << 10] {
      let run = SSERun(Splits.pieces(of: body, size: size))
      guard case .event(_, let data, _)? = run.items.first else {
        Issue.record("no event in pieces of \(size): \(String(describing: run.error))")
        continue
      }
      #expect(data.count == 15 << 20 && run.error == nil)
    }
  }

  @Test func B6_oneLineOf17MiBIsTheLimit() {
    let body = Array("data: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 17 << 20) + [0x0A, 0x0A]
    for size in [body.count, 64 << 10] {
      let run = SSERun(Splits.pieces(of: body, size: size))
      #expect(run.items.isEmpty && run.error == .limit(.line, 16 << 20))
    }
  }

  @Test func B6_manyLinesOfOneEventAreLimited() {
    let line = Array("data: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 1 << 20) + [0x0A]
    let run = SSERun(Array(repeating: line, count: 17) + [[0x0A]])
    #expect(run.items.isEmpty && run.error == .limit(.event, 16 << 20))
  }

  /// Lines of 9, 10 and 11 bytes against a limit of 10, however ended, of any kind, finished or not.
  @Test(arguments: ["data: ", "data:", ":", "event:", "unknown"], ["\n", "\r", "\r\n", ""])
  func S21_lineLimit(_ start: String, _ end: String) {
    for length in 9...11 {
      let line = start + String(repeating: "x", count: length - start.utf8.count)
      let run = Splits.sameForAll(Array((line + end).utf8)) { SSERun($0, lineLimit: 10) }
      #expect(run.error == (length > 10 ? .limit(.line, 10) : nil), "\(length) bytes")
    }
  }

  @Test func S21_eventLimit() {
    for length in 9...11 {
      let text = "data: \(String(repeating: "x", count: length))\n\n"
      let run = Splits.sameForAll(Array(text.utf8)) { SSERun($0, eventLimit: 10) }
      #expect(run.error == (length > 10 ? .limit(.event, 10) : nil), "\(length) bytes")
      // The joining LF counts too.
      let joined = "data: 1234\ndata: \(String(repeating: "x", count: length - 5))\n\n"
      let two = Splits.sameForAll(Array(joined.utf8)) { SSERun($0, eventLimit: 10) }
      #expect(two.error == (length > 10 ? .limit(.event, 10) : nil), "\(length) bytes joined")
    }
  }

  @Test func S21_limitOfIntMaxDoesNotOverflow() {
    let run = SSERun([Array("data: a\n".utf8), Array("data: b\n\n".utf8)], lineLimit: .max, eventLimit: .max)
    #expect(run.items == [.event("a\nb")])
  }

  @Test func failureIsSticky() {
    var framer = SSEFramer(lineLimit: 4)
    let bytes = Array("data: a\n".utf8)
    for _ in 0..<2 {
      #expect(throws: WireError.limit(.line, 4)) {
        var cursor = SSEFramer.Cursor()
        _ = try framer.next(bytes.span, &cursor)
      }
    }
    #expect(throws: WireError.limit(.line, 4)) {
      var cursor = SSEFramer.Cursor()
      _ = try framer.next([0x0A].span, &cursor)
    }
  }
}
