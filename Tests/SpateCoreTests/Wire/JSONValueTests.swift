// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

@Suite struct JSONValueTests {
  @Test func readsEveryKind() throws {
    let text = "{\"a\":null,\"b\":[true,false],\"c\":-1.5e1,\"d\":\"\\u00e9\",\"e\":{},\"f\":[]}"
    let value = try JSONValue(parsing: text)
    #expect(value.object?.keys == ["a", "b", "c", "d", "e", "f"])
    #expect(value["a"]?.isNull == true && value["b"]?[0]?.bool == true && value["b"]?[1]?.bool == false)
    #expect(value["c"]?.int == -15 && value["c"]?.double == -15 && value["d"]?.string == "é")
    #expect(value["e"] == [:] && value["f"] == [] && value["g"] == nil)
    #expect(value["b"]?[2] == nil && value["b"]?[-1] == nil && value["b"]?["a"] == nil && value[0] == nil)
    #expect(value["a"]?.string == nil && value["d"]?.int == nil && value["d"]?.array == nil)
  }

  @Test(arguments: ["null", "true", "12", "\"x\"", " [ 1 ] ", "[]", "{}"]) func readsScalarsAtTheTop(_ text: String)
    throws
  {
    #expect(try JSONValue(parsing: text).description == text.filter { $0 != " " })
  }

  @Test func S26_lastOfDuplicateKeysWins() throws {
    #expect(try JSONValue(parsing: "{\"a\":1,\"b\":{\"c\":1,\"c\":[2]},\"a\":{}}") == ["a": [:], "b": ["c": [2]]])
    let many = (0..<1000).map { "\"k\($0 % 100)\":\($0)" }.joined(separator: ",")
    let object = try #require(JSONValue(parsing: "{\(many)}").object)
    #expect(object.members.count == 100 && object["k7"]?.int == 907)
  }

  @Test func throwsWhatIsWrong() {
    #expect(throws: WireError.malformed(.unexpectedByte, offset: 1)) { try JSONValue(parsing: "[x]") }
    #expect(throws: WireError.malformed(.trailingBytes, offset: 3)) { try JSONValue(parsing: "[] 1") }
    #expect(throws: WireError.malformed(.unexpectedEnd, offset: 0)) { try JSONValue(parsing: "") }
    #expect(throws: WireError.malformed(.utf8, offset: 2)) { try JSONValue(parsing: [0x5B, 0x22, 0xFF, 0x22, 0x5D]) }
  }

  /// Also what it takes to let go of a nested value: that recurses, over the 256 levels that can be. Optimised code does
  /// it in 64 KiB, this build does not.
  @Test func S22_deepestValuesOnASmallStack() throws {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let text = JSONScannerDepthTests.nested(256, open, close, "1")
      let written = try onSmallStack(kibibytes: 256) { () -> [UInt8]? in
        do { return try JSONValue(parsing: text).bytes } catch { return nil }
      }
      #expect(written == text)
    }
  }

  @Test func literals() {
    let value: JSONValue = ["s": "a", "i": 1, "d": 1.5, "b": true, "n": nil, "l": [1, "x"], "s": "b"]
    #expect(value.description == "{\"s\":\"b\",\"i\":1,\"d\":1.5,\"b\":true,\"n\":null,\"l\":[1,\"x\"]}")
  }
}
