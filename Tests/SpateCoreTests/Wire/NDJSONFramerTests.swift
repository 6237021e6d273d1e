// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct NDJSONFramerTests {
  struct Run: Hashable {
    var records: [String] = []
    var rest: String?
    var error: WireError?

    init(_ pieces: [[UInt8]], lineLimit: Int = 16 << 20) {
      var framer = NDJSONFramer(lineLimit: lineLimit)
      do throws(WireError) {
        for piece in pieces {
          var position = 0
          while let location = try framer.next(piece.span, &position) {
            let record = if case .input(let range) = location { Array(piece[range]) } else { framer.record }
            records.append(String(decoding: record, as: UTF8.self))
          }
        }
      } catch {
        self.error = error
        return
      }
      rest = framer.finish().map { String(decoding: $0, as: UTF8.self) }
    }
  }

  static func run(_ text: String) -> Run { Splits.sameForAll(Array(text.utf8)) { Run($0) } }

  @Test func S14_recordsOfOneReadAndRecordsOverReads() {
    #expect(Self.run("{\"a\":1}\n{\"b\":2}\n").records == ["{\"a\":1}", "{\"b\":2}"])
    #expect(Self.run("{\"a\":\"é😀\"}\n{}\n").records == ["{\"a\":\"é😀\"}", "{}"])
  }

  @Test func S14_lineEndsAndBlankLines() {
    #expect(Self.run("1\r\n2\n").records == ["1", "2"])
    #expect(Self.run("\n\r\n \t\n1\n\n\n2\n \n").records == ["1", "2"])
    // A CR inside a line is white space of JSON; only the one before the LF belongs to the line's end.
    #expect(Self.run("[1,\r2]\r\n").records == ["[1,\r2]"])
    #expect(Self.run(" {} \n").records == [" {} "])
  }

  @Test func S14_lastLineWithoutItsEnd() {
    #expect(Self.run("1\n{\"a\"").rest == "{\"a\"")
    #expect(Self.run("1\n").rest == nil)
    #expect(Self.run("1\n \r").rest == nil)
    #expect(Self.run("").rest == nil)
  }

  @Test func recordInOnePieceIsNotCopied() throws {
    var framer = NDJSONFramer()
    var position = 0
    let bytes = Array("{}\r\n[]\n".utf8)
    #expect(try framer.next(bytes.span, &position) == .input(0..<2))
    #expect(try framer.next(bytes.span, &position) == .input(4..<6))
    #expect(try framer.next(bytes.span, &position) == nil)
  }

  @Test(arguments: ["\n", "\r\n", ""]) func S21_lineLimit(_ end: String) {
    for length in 9...11 {
      let text = String(repeating: "1", count: length) + end
      let run = Splits.sameForAll(Array(text.utf8)) { Run($0, lineLimit: 10) }
      #expect(run.error == (length > 10 ? .limit(.line, 10) : nil), "\(length) bytes")
    }
  }

  @Test func S21_limitOfIntMaxDoesNotOverflow() {
    #expect(Run([[0x31], [0x32, 0x0A]], lineLimit: .max).records == ["12"])
  }

  @Test func B6_oneLineOf15MiBAnd17MiB() {
    for (size, fits) in [(15 << 20, true), (17 << 20, false)] {
      let body = Array(repeating: UInt8(ascii: "1"), count: size) + [0x0A]
      for piece in [body.count, 64 << 10] {
        let run = Run(Splits.pieces(of: body, size: piece))
        #expect(run.records.map(\.utf8.count) == (fits ? [size] : []))
        #expect(run.error == (fits ? nil : .limit(.line, 16 << 20)))
      }
    }
  }

  @Test func failureIsSticky() {
    var framer = NDJSONFramer(lineLimit: 2)
    for bytes: [UInt8] in [Array("12345".utf8), Array("6\n".utf8)] {
      #expect(throws: WireError.limit(.line, 2)) {
        var position = 0
        _ = try framer.next(bytes.span, &position)
      }
    }
  }
}
