// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

@Suite struct JSONTextTests {
  /// The text of a JSON string with this body.
  static func text(_ body: String) throws -> String {
    try JSONScanner.scan(Array("\"\(body)\"".utf8).span) { json in json.string().map { json.text(of: $0) } ?? "none" }
  }

  @Test(arguments: [
    ("", ""), ("abc", "abc"), ("\\\"", "\""), ("\\\\", "\\"), ("\\/", "/"), ("\\b\\f\\n\\r\\t", "\u{8}\u{C}\n\r\t"),
    ("\\u0041", "A"), ("\\u00e9\\u00E9", "éé"), ("\\u20ac", "€"), ("\\u0000", "\0"),
    ("\\u007f\\u0080\\u07ff\\u0800\\uffff", "\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}"),
    ("a\\nb\\u0063d", "a\nbcd"), ("é\\u00e9😀\\ud83d\\ude00", "éé😀😀"),
    ("\\ud800\\udc00\\udbff\\udfff", "\u{10000}\u{10FFFF}"),
  ])
  func escapes(_ body: String, _ expected: String) throws {
    #expect(try Array(Self.text(body).utf8) == Array(expected.utf8))
  }

  @Test(arguments: [
    ("\\ud83d", "\u{FFFD}"), ("\\ude00", "\u{FFFD}"), ("\\ud83dx", "\u{FFFD}x"), ("\\ud83d\\n", "\u{FFFD}\n"),
    ("\\ud83d\\u0041", "\u{FFFD}A"), ("\\ud83d\\ud83d\\ude00", "\u{FFFD}😀"), ("\\ude00\\ud83d", "\u{FFFD}\u{FFFD}"),
    ("x\\ud83d", "x\u{FFFD}"), ("\\ud83d\\ud83d", "\u{FFFD}\u{FFFD}"),
  ])
  func S24_loneSurrogates(_ body: String, _ expected: String) throws {
    #expect(try Self.text(body) == expected)
  }

  @Test func wellFormedUTF8AgreesWithTheStandardLibrary() {
    // Every lead byte with the borders of every range of the bytes after it, at the end and followed by text.
    let borders: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
    for lead in UInt8(0x7E)...0xFF {
      for second in borders {
        for third in borders {
          for bytes in [
            [lead], [lead, second], [lead, second, third], [lead, second, third, 0x80],
            [lead, second, third, 0x80, 0x61],
          ] {
            #expect(JSONText.isWellFormedUTF8(bytes) == (String(validating: bytes, as: UTF8.self) != nil))
          }
        }
      }
    }
  }

  @Test func wellFormedUTF8InLongText() {
    for length in 0...40 {
      let ascii = [UInt8](repeating: UInt8(ascii: "a"), count: length)
      #expect(JSONText.isWellFormedUTF8((ascii + Array("é😀".utf8) + ascii)))
      #expect(!JSONText.isWellFormedUTF8((ascii + [0x80] + ascii)))
      #expect(!JSONText.isWellFormedUTF8((ascii + [0xF0, 0x9F, 0x98])))
    }
  }

  @Test func scalarLengths() {
    #expect(JSONText.scalarLength(Array("a".utf8), at: 0) == 1)
    #expect(JSONText.scalarLength(Array("😀".utf8), at: 0) == 4)
    #expect(JSONText.scalarLength([0xF0, 0x9F, 0x98], at: 0) == -3)
    #expect(JSONText.scalarLength([0xF0], at: 0) == -1)
    #expect(JSONText.scalarLength([0xF0, 0x80], at: 0) == 0)
    #expect(JSONText.scalarLength([0x80], at: 0) == 0)
  }
}

/// Macros can not capture a span.
extension JSONText {
  fileprivate static func isWellFormedUTF8(_ bytes: [UInt8]) -> Bool { isWellFormedUTF8(bytes.span) }
  fileprivate static func scalarLength(_ bytes: [UInt8], at index: Int) -> Int { scalarLength(bytes.span, at: index) }
}
