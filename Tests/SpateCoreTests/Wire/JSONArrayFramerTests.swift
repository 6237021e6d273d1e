// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct JSONArrayFramerTests {
  struct Run: Hashable {
    var elements: [String] = []
    var isEnded = false
    var rest: String?
    var error: WireError?

    init(_ pieces: [[UInt8]], elementLimit: Int = 16 << 20) {
      var framer = JSONArrayFramer(elementLimit: elementLimit)
      do throws(WireError) {
        for piece in pieces {
          var position = 0
          while try framer.next(piece.span, &position) {
            elements.append(String(decoding: framer.element, as: UTF8.self))
          }
        }
      } catch {
        self.error = error
        return
      }
      isEnded = framer.isEnded
      rest = framer.finish().map { String(decoding: $0, as: UTF8.self) }
    }
  }

  static func run(_ text: String) -> Run { Splits.sameForAll(Array(text.utf8)) { Run($0) } }

  @Test func S14_elements() {
    let run = Self.run("[{\"a\":[1,2]},\r\n{\"b\":\"],}\\\"\"} , 3,[],\"é\"]\n")
    #expect(run.elements == ["{\"a\":[1,2]}", "{\"b\":\"],}\\\"\"}", "3", "[]", "\"é\""])
    #expect(run.isEnded && run.rest == nil && run.error == nil)
  }

  @Test func noElements() {
    for text in ["[]", " [ ] ", "\n[\n]\n"] {
      let run = Self.run(text)
      #expect(run.elements.isEmpty && run.isEnded && run.rest == nil && run.error == nil)
    }
  }

  @Test func S14_elementIsDeliveredAtTheCommaAfterIt() {
    #expect(Self.run("[1,2,").elements == ["1", "2"])
    #expect(Self.run("[1,2").elements == ["1"])
  }

  @Test func P4_anObjectIsDeliveredAtItsOwnEnd() {
    #expect(Self.run("[{\"a\":[1]}").elements == ["{\"a\":[1]}"])
    #expect(Self.run("[{\"a\":[1]}").rest == "")
    #expect(Self.run("[[2]\n").elements == ["[2]"])
    #expect(Self.run("[{} {}]").error == .malformed(.unexpectedByte, offset: 4))
  }

  @Test func restOfAnArrayWithoutItsEnd() {
    #expect(Self.run("[1,{\"a\":").rest == "{\"a\":")
    #expect(Self.run("[1,").rest == "")
    #expect(Self.run("[1").rest == "1")
    #expect(Self.run("[").rest == "")
    #expect(Self.run("").rest == "")
  }

  @Test(
    arguments: [
      ("{}", .unexpectedByte, 0), ("x", .unexpectedByte, 0), ("[,1]", .unexpectedByte, 1), ("[1,]", .unexpectedByte, 3),
      ("[1,,2]", .unexpectedByte, 3), ("[}", .unexpectedByte, 1), ("[1] 2", .trailingBytes, 4),
      ("[][]", .trailingBytes, 2),
    ] as [(String, WireError.Malformation, Int)])
  func malformed(_ text: String, _ what: WireError.Malformation, _ offset: Int) {
    #expect(Self.run(text).error == .malformed(what, offset: offset))
  }

  @Test func trimsOnlyWhiteSpaceOfJSON() {
    #expect(Self.run("[ 1 \t\r\n,2]").elements == ["1", "2"])
    // Nothing that is wrong may become right.
    #expect(Self.run("[1\u{1},2\u{0}]").elements == ["1\u{1}", "2\u{0}"])
    #expect(Self.run("[1 2]").elements == ["1 2"])
  }

  @Test func S21_elementLimit() {
    for length in 9...11 {
      let text = "[\"\(String(repeating: "x", count: length - 2))\"]"
      let run = Splits.sameForAll(Array(text.utf8)) { Run($0, elementLimit: 10) }
      #expect(run.error == (length > 10 ? .limit(.event, 10) : nil), "\(length) bytes")
    }
  }

  @Test func B6_oneElementOf15MiBAnd17MiB() {
    for (size, fits) in [(15 << 20, true), (17 << 20, false)] {
      let body = Array("[\"".utf8) + Array(repeating: UInt8(ascii: "x"), count: size) + Array("\"]".utf8)
      let run = Run(Splits.pieces(of: body, size: 64 << 10))
      #expect(run.elements.map(\.utf8.count) == (fits ? [size + 2] : []))
      #expect(run.error == (fits ? nil : .limit(.event, 16 << 20)))
    }
  }

  @Test func failureIsSticky() {
    var framer = JSONArrayFramer()
    for bytes: [UInt8] in [Array("x".utf8), Array("[1,".utf8)] {
      #expect(throws: WireError.malformed(.unexpectedByte, offset: 0)) {
        var position = 0
        _ = try framer.next(bytes.span, &position)
      }
    }
  }
}
