// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

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

  // MARK: Depth

  enum Way: CaseIterable { case skip, value, begin, slice }

  /// Goes through nested containers in one of the ways there are.
  static func error(_ bytes: [UInt8], _ way: Way) -> WireError? {
    do throws(WireError) {
      switch way {
      case .skip: try JSONScanner.validate(bytes.span)
      case .value: _ = try JSONValue(parsing: bytes.span)
      case .slice: _ = try JSONScanner.scan(bytes.span) { $0.slice() }
      case .begin:
        try JSONScanner.scan(bytes.span) { (json) throws(WireError) in
          var areObjects: [Bool] = []
          while true {
            if json.beginArray() {
              guard json.nextElement() else { break }
              areObjects.append(false)
            } else if json.beginObject() {
              guard json.nextKey() != nil else { break }
              areObjects.append(true)
            } else {
              json.skip()
              break
            }
          }
          while let isObject = areObjects.popLast() { _ = isObject ? json.nextKey() != nil : json.nextElement() }
        }
      }
    } catch { return error }
    return nil
  }

  static func nested(_ depth: Int, _ open: String, _ close: String, _ inner: String = "") -> [UInt8] {
    Array((String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)).utf8)
  }

  @Test(arguments: Way.allCases) func S21_depthLimit(_ way: Way) {
    for (open, close, inner) in [("[", "]", ""), ("{\"a\":", "}", "1"), ("[{\"a\":", "}]", "1")] {
      let perUnit = open.hasPrefix("[{") ? 2 : 1
      #expect(Self.error(Self.nested(256 / perUnit, open, close, inner), way) == nil)
    }
    #expect(Self.error(Self.nested(255, "[", "]"), way) == nil)
    #expect(Self.error(Self.nested(257, "[", "]"), way) == .limit(.depth, 256))
    #expect(Self.error(Self.nested(257, "{\"a\":", "}", "1"), way) == .limit(.depth, 256))
    #expect(Self.error(Self.nested(256, "[", "]", "{}"), way) == .limit(.depth, 256))
  }

  @Test func S21_depthCountsWhatAReaderHasOpen() {
    func error(_ depth: Int) -> WireError? {
      let text = Array("{\"a\":".utf8) + Self.nested(depth, "[", "]") + Array("}".utf8)
      do throws(WireError) {
        try JSONScanner.scan(text.span) { json in
          guard json.beginObject() else { return }
          while json.nextKey() != nil { json.skip() }
        }
      } catch { return error }
      return nil
    }
    #expect(error(255) == nil)
    #expect(error(256) == .limit(.depth, 256))
  }

  @Test(arguments: Way.allCases) func S22_bracketsOnASmallStack(_ way: Way) throws {
    for depth in [100_000, 2_000_000] {
      for open in ["[", "{\"\":", "[{\"\":"] {
        let text = Array(String(repeating: open, count: depth).utf8)
        #expect(try onSmallStack { Self.error(text, way) } == .limit(.depth, 256))
      }
    }
  }

  // MARK: Reading

  @Test func S26_lastOfDuplicateKeysWins() throws {
    let text = Array("{\"a\":1,\"b\":2,\"\\u0061\":\"x\",\"a\":3}".utf8)
    let last = try JSONScanner.scan(text.span) { json in
      var last: Int?
      guard json.beginObject() else { return last }
      while let key = json.nextKey() {
        if json.equals(key, "a") { last = json.number().flatMap { json.integer($0) } } else { json.skip() }
      }
      return last
    }
    #expect(last == 3)
    #expect(try JSONValue(parsing: text) == ["a": 3, "b": 2])
  }

  @Test func S26_aLaterValueOfAnotherKindReplacesTheFirst() throws {
    let text = Array("{\"a\":1,\"a\":null}".utf8)
    let last = try JSONScanner.scan(text.span) { json in
      var last: Int?
      guard json.beginObject() else { return last }
      while json.nextKey() != nil { last = json.number().flatMap { json.integer($0) } }
      return last
    }
    #expect(last == nil)
    #expect(try JSONValue(parsing: text)["a"] == .null)
  }

  @Test func escapedKeysAreEqualToTheirText() throws {
    let text = Array("{\"\\u0063ho\\u0069ces\":1,\"\\ud83d\\ude00\":2,\"a\\/b\":3,\"\":4}".utf8)
    let found = try JSONScanner.scan(text.span) { json in
      var found: [String] = []
      guard json.beginObject() else { return found }
      while let key = json.nextKey() {
        found.append(
          json.equals(key, "choices")
            ? "choices"
            : json.equals(key, "😀") ? "😀" : json.equals(key, "a/b") ? "a/b" : json.equals(key, "") ? "" : "?")
        json.skip()
      }
      return found
    }
    #expect(found == ["choices", "😀", "a/b", ""])
  }

  @Test func equalsComparesWholeKeys() throws {
    let text = Array("[\"id\",\"i\",\"idx\",\"\"]".utf8)
    let equal = try JSONScanner.scan(text.span) { json in
      var equal: [Bool] = []
      guard json.beginArray() else { return equal }
      while json.nextElement() { equal.append(json.string().map { json.equals($0, "id") } ?? false) }
      return equal
    }
    #expect(equal == [true, false, false, false])
  }

  @Test func aValueOfAnotherKindGivesNothingAndIsPassed() throws {
    let text = Array("[{\"a\":[1]},2,\"x\",true,null,[]]".utf8)
    let read = try JSONScanner.scan(text.span) { json in
      var read: [String] = []
      guard json.beginArray() else { return read }
      while json.nextElement() {
        switch read.count {
        case 0: read.append(json.string() == nil ? "no string" : "string")
        case 1: read.append(json.bool() == nil ? "no bool" : "bool")
        case 2: read.append(json.number() == nil ? "no number" : "number")
        case 3: read.append(json.isNull() || json.bool() != true ? "no bool" : "true")
        case 4: read.append(json.isNull() ? "null" : "no null")
        default:
          read.append(json.beginObject() ? "object" : String(decoding: json.bytes(of: json.slice()), as: UTF8.self))
        }
      }
      return read
    }
    #expect(read == ["no string", "no bool", "no number", "true", "null", "[]"])
  }

  @Test func kindsByFirstByte() throws {
    let text = Array("[ {}, [], \"\", -1, 2, true, false, null ]".utf8)
    let kinds = try JSONScanner.scan(text.span) { json in
      var kinds: [JSONScanner.Kind] = []
      guard json.beginArray() else { return kinds }
      while json.nextElement() {
        kinds.append(json.kind())
        json.skip()
      }
      return kinds
    }
    #expect(kinds == [.object, .array, .string, .number, .number, .bool, .bool, .null])
  }

  @Test func sliceIsTheOriginalText() throws {
    let text = Array("{\"arguments\" : { \"a\" : 1.50, \"b\":[ -0 ] } }".utf8)
    let slice = try JSONScanner.scan(text.span) { json in
      var slice: [UInt8] = []
      guard json.beginObject() else { return slice }
      while json.nextKey() != nil { slice = json.bytes(of: json.slice()) }
      return slice
    }
    #expect(slice == Array("{ \"a\" : 1.50, \"b\":[ -0 ] }".utf8))
  }

  @Test func valuesOfSlicesAndOfTheWholeText() throws {
    let text = Array("{ \"a\" : [ 1, {\"b\":\"é\"} ] }".utf8)
    let (inner, whole) = try JSONScanner.scan(text.span) { json in
      var inner = JSONValue.null
      guard json.beginObject() else { return (inner, inner) }
      while json.nextKey() != nil { inner = json.value(of: json.slice()) }
      return (inner, json.wholeValue())
    }
    #expect(inner == [1, ["b": "é"]] && whole == ["a": inner])
  }

  @Test func finishMayBeAskedInside() {
    for (text, isRight) in [("[1]", true), ("[1] x", false), ("[1", false), (" ", false)] {
      var wasRight: Bool?
      do throws(WireError) {
        try JSONScanner.scan(Array(text.utf8).span) { (json) throws(WireError) in
          json.skip()
          do throws(WireError) {
            try json.finish()
            wasRight = true
          } catch {
            wasRight = false
            throw error
          }
        }
      } catch {}
      #expect(wasRight == isRight, "\(text)")
    }
  }

  // MARK: Failures

  @Test func failureIsStickyAndEndsEveryLoop() {
    for text in ["{\"a\":x,\"b\":1}", "{\"a\":[1,2,}", "{\"a\":\"\\x\",\"b\":{}}", "{\"a\":{\"b\":tru", "{\"a\":1,,}"] {
      #expect(throws: WireError.self, "\(text)") {
        try JSONScanner.scan(Array(text.utf8).span) { json in
          guard json.beginObject() else { return }
          while let key = json.nextKey() {
            if json.equals(key, "b") {
              _ = json.string()
            } else if json.beginArray() {
              while json.nextElement() { json.skip() }
            } else {
              json.skip()
            }
          }
          #expect(!json.beginObject() && !json.beginArray() && !json.nextElement() && json.nextKey() == nil)
          #expect(json.kind() == .none && json.bool() == nil && !json.isNull())
        }
      }
    }
  }

  @Test func whatTheReaderDidNotLookAtIsStillChecked() {
    func error(_ text: String, _ body: (inout JSONScanner) -> Void) -> WireError? {
      do throws(WireError) { try JSONScanner.scan(Array(text.utf8).span) { body(&$0) } } catch { return error }
      return nil
    }
    // A value that was not touched at all, of whatever kind, is validated; none at all is an error.
    #expect(error("[1,2]") { _ in } == nil)
    #expect(error("12") { _ = $0.beginObject() } == nil)
    #expect(error("[1,2") { _ = $0.beginObject() } == .malformed(.unexpectedEnd, offset: 4))
    #expect(error("") { _ in } == .malformed(.unexpectedEnd, offset: 0))
    #expect(error(" ") { _ = $0.beginObject() } == .malformed(.unexpectedEnd, offset: 1))
    #expect(error("[1] x") { $0.skip() } == .malformed(.trailingBytes, offset: 4))
    // Left inside a container.
    #expect(error("[1") { if $0.beginArray(), $0.nextElement() { $0.skip() } } == .malformed(.unexpectedEnd, offset: 2))
    #expect(
      error("[1]") { if $0.beginArray(), $0.nextElement() { $0.skip() } } == .malformed(.trailingBytes, offset: 2))
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
