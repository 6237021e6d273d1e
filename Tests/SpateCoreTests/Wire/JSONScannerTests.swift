// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

/// Which texts are JSON, and where one that is not is wrong. Both readers say the same.
@Suite struct JSONScannerTests {
  static func error(_ bytes: [UInt8]) -> WireError? {
    do throws(WireError) { try JSONScanner.validate(bytes.span) } catch { return error }
    return nil
  }

  /// What both readers say of a text; they must agree.
  static func accepts(_ bytes: [UInt8]) -> Bool {
    let error = error(bytes)
    var parseError: WireError?
    do throws(WireError) { _ = try JSONValue(parsing: bytes) } catch { parseError = error }
    #expect(parseError == error, "\(bytes.prefix(80))")
    return error == nil
  }

  static func accepts(_ text: String) -> Bool { accepts(Array(text.utf8)) }

  // MARK: RFC 8259

  @Test(arguments: [
    "null", "true", "false", "0", "-0", "1", "-1", "10", "0.5", "-0.5", "1.25", "1e5", "1E5", "1e+5", "1e-5", "0e0",
    "1.5e300", "\"\"", "\"a\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\\uD83D\\uDE00\"", "\"\\ud800\"",
    "\"\u{7F}\"", "\"é😀\"", "[]", "[ ]", "[1]", "[1,2]", "[[],[[]]]", "{}", "{ }", "{\"\":1}", "{\"a\":{\"b\":[]}}",
    " \t\r\n1 \t\r\n", " { \"a\" : [ 1 , 2 ] , \"b\" : null } ", "1e400", "-1e400", "1e-400",
    "9223372036854775808", "-9223372036854775809", "{\"a\":1,\"a\":2}",
  ])
  func P1_accepts(_ text: String) { #expect(Self.accepts(text)) }

  @Test(arguments: [
    "", " ", "nul", "nulll", "True", "tru", "fals", "+1", "-", "--1", "01", "-01", "00", "1.", ".5", "-.5", "1.e5",
    "1e", "1e+", "1E-", "1e5.5", "0x10", "1_000", "Infinity", "NaN", "-Infinity", "1 2", "1,", "\"", "\"a", "\"\\",
    "\"\\\"", "\"\\x\"", "\"\\u\"", "\"\\u12\"", "\"\\u123", "\"\\u123g\"", "\"\\U0041\"", "\"\n\"", "\"\t\"",
    "\"\u{0}\"", "\"\u{1F}\"", "'a'", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]", "[1}", "[1]]",
    "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\"}", "{\"a\",1}",
    "{\"a\":1 \"b\":2}", "{a:1}", "{1:1}", "{\"a\":1]", "{null:1}", "{\"a\"::1}", "{\"a\":}", "// a\n1", "1 // a",
    "/**/1", "\u{FEFF}1", "\u{A0}1", "1\u{0}", "\u{0}", "\u{B}1", "\u{C}1", "\u{2028}1", "[1]x", "true false",
  ])
  func P1_refuses(_ text: String) { #expect(!Self.accepts(text)) }

  @Test func P1_everyPrefixOfATextIsRefused() {
    let text = Array("{\"a\":[1.5e1,true,false,null,\"\\u00e9é\\n\"],\"b\":{\"c\":{}}}".utf8)
    for end in 0..<text.count { #expect(!Self.accepts(Array(text[..<end])), "\(end) bytes") }
    #expect(Self.accepts(text))
  }

  /// Rule C1: whoever is told that a text is cut must not hear that it is wrong.
  @Test func C1_everyPrefixOfATextIsCutAndNotMalformed() {
    let text = Array(#"{"a":[-1.5e+10,true,false,null,"\u00e9é🙂\ud83d\ude42\n"],"b":{"c":{}}}"#.utf8)
    for end in 0..<text.count {
      let error = Self.error(Array(text[..<end]))
      // A character may be cut too: what is ill-formed then lies at the end.
      let isCut = error == .malformed(.unexpectedEnd, offset: end)
      #expect(isCut, "\(end) bytes: \(error.map(String.init(describing:)) ?? "none")")
    }
    #expect(Self.error(text) == nil)
  }

  @Test(
    arguments: [
      ("[1,x]", .unexpectedByte, 3), ("[1,", .unexpectedEnd, 3), ("[-]", .number, 1), ("[nul]", .literal, 1),
      ("[nul", .unexpectedEnd, 4), ("[nux", .literal, 1), ("-", .unexpectedEnd, 1), ("[1.", .unexpectedEnd, 3),
      ("[\"\u{1}\"]", .controlCharacter, 2), ("[\"\\x\"]", .escape, 2), ("1 2", .trailingBytes, 2),
      ("", .unexpectedEnd, 0),
      ("[\"abcdefgh", .unexpectedEnd, 10), ("{\"a\" 1}", .unexpectedByte, 5),
    ] as [(String, WireError.Malformation, Int)])
  func errorsNameTheirPlace(_ text: String, _ what: WireError.Malformation, _ offset: Int) {
    #expect(Self.error(Array(text.utf8)) == .malformed(what, offset: offset))
  }

  /// Strings of every length around the eight bytes that are looked at together, with the byte of interest at each
  /// place of them.
  @Test func everyByteAtEveryPlaceOfAWord() {
    for length in 0...17 {
      for place in 0..<length {
        for byte: UInt8 in [0x00, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xA2, 0xDC, 0xFF] {
          var text = [UInt8](repeating: UInt8(ascii: "n"), count: length)
          text[place] = byte
          text = [0x22] + text + [0x22]
          #expect(Self.accepts(text) == JSONReference.accepts(text), "\(text)")
        }
      }
    }
  }

  // MARK: UTF-8

  @Test(
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
      [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func P1_validationRefusesIllFormedText(_ bytes: [UInt8]) throws {
    let text = [0x22] + bytes + [0x22]
    #expect(Self.error(text) == .malformed(.utf8, offset: 1))
    #expect(Self.error(Array("{".utf8) + text + Array(":1}".utf8)) == .malformed(.utf8, offset: 2))
    // A decoder of a stream repairs it and is told.
    let (string, isMarked) = try JSONScanner.scan(text.span) { json in
      (json.string().map { json.text(of: $0) }, json.hasIllFormedText)
    }
    #expect(string == String(decoding: bytes, as: UTF8.self) && isMarked)
  }

  // MARK: Numbers

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("12", 12), ("-12", -12), ("12.0", 12), ("1.2e1", 12), ("120e-1", 12), ("1e400", nil),
      ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil), ("1.5", nil),
      ("9007199254740993.0", 9_007_199_254_740_993), ("1e18", 1_000_000_000_000_000_000), ("1e19", nil),
      ("1e-400", nil),
    ] as [(String, Int?)])
  func S23_integers(_ text: String, _ expected: Int?) throws {
    let read = try JSONScanner.scan(Array(text.utf8).span) { json in json.number().flatMap { json.integer($0) } }
    #expect(read == expected)
  }

  @Test func S23_numbersOf5000DigitsAreText() throws {
    for text in [
      String(repeating: "9", count: 5000), "0." + String(repeating: "1", count: 5000),
      "1e" + String(repeating: "9", count: 5000),
    ] {
      let bytes = Array("[\(text)]".utf8)
      #expect(Self.accepts(bytes))
      let (literal, integer) = try JSONScanner.scan(bytes.span) { json in
        guard json.beginArray(), json.nextElement(), let number = json.number() else { return ("", Int?.none) }
        _ = json.nextElement()
        return (json.text(of: number), json.integer(number))
      }
      #expect(literal == text && integer == nil)
    }
  }

  @Test func S23_lengthOfNumbersAsCounts() throws {
    for length in 999...1001 {
      let text = Array(("1." + String(repeating: "0", count: length - 2)).utf8)
      let read = try JSONScanner.scan(text.span) { json in json.number().flatMap { json.integer($0) } }
      #expect(read == (length > 1000 ? nil : 1), "\(length) bytes")
    }
  }
}
