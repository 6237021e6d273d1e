// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct ByteSearchTests {
  @Test func firstIndexOfAByte() {
    let bytes = Array("abcabc".utf8)
    #expect(bytes.firstIndex(of: UInt8(ascii: "a"), from: 0) == 0)
    #expect(bytes.firstIndex(of: UInt8(ascii: "a"), from: 1) == 3)
    #expect(bytes.firstIndex(of: UInt8(ascii: "x"), from: 0) == 6)
    #expect(bytes.firstIndex(of: UInt8(ascii: "c"), from: 6) == 6)
    #expect(bytes.firstIndex(of: UInt8(ascii: "c"), from: 9) == 6)
    #expect([UInt8]().firstIndex(of: 0, from: 0) == 0)
  }

  @Test func comparesWithText() {
    let bytes = Array("data: x".utf8)
    #expect(bytes.starts(with: "data") && bytes.starts(with: "") && !bytes.starts(with: "data: xy"))
    #expect(bytes.equals("data: x") && !bytes.equals("data: y") && !bytes.equals("data"))
    #expect([UInt8]().equals("") && ![UInt8]().equals("a"))
  }

  @Test func repairsText() {
    #expect([0x61, 0xFF, 0xE2, 0x82, 0x62].decodedString() == "a\u{FFFD}\u{FFFD}b")
    #expect([UInt8]().decodedString() == "")
  }

  @Test func appendsASpan() {
    var bytes: [UInt8] = [1]
    bytes.append([2, 3].span)
    bytes.append([UInt8]().span)
    #expect(bytes == [1, 2, 3])
  }
}

/// Macros can not capture a span.
extension [UInt8] {
  fileprivate func firstIndex(of byte: UInt8, from start: Int) -> Int { span.firstIndex(of: byte, from: start) }
  fileprivate func starts(with text: StaticString) -> Bool { span.starts(with: text) }
  fileprivate func equals(_ text: StaticString) -> Bool { span.equals(text) }
  fileprivate func decodedString() -> String { span.decodedString() }
}
