// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

/// What a reader is given of a text, and what becomes of a text that it does not read to its end.
@Suite struct JSONScannerReadingTests {
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
}
