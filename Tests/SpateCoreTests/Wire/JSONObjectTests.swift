// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct JSONObjectTests {
  @Test func keepsTheOrder() {
    var object: JSONObject = ["b": 1, "a": 2]
    object["c"] = 3
    object["b"] = 4
    #expect(object.keys == ["b", "a", "c"])
    object["b"] = nil
    #expect(object.keys == ["a", "c"] && object["b"] == nil)
    object["b"] = 5
    #expect(object.keys == ["a", "c", "b"])
  }

  @Test func S26_lastOfDuplicatesWinsAtTheFirstPlace() {
    #expect(JSONObject([("a", 1), ("b", 2), ("a", 3)]).members.map(\.key) == ["a", "b"])
    #expect(JSONObject([("a", 1), ("b", 2), ("a", 3)])["a"] == 3)
  }

  /// Small objects are searched, large ones are indexed: both sides of the border.
  @Test(arguments: [1, 14, 15, 16, 17, 18, 40, 300]) func behavesTheSameAtEverySize(_ count: Int) {
    var object = JSONObject()
    for index in 0..<count { object["key\(index)"] = JSONValue(integerLiteral: index) }
    for index in 0..<count { object["key\(index)"] = JSONValue(integerLiteral: index * 2) }
    #expect(object.keys == (0..<count).map { "key\($0)" })
    for index in 0..<count { #expect(object["key\(index)"]?.int == index * 2) }
    #expect(object["key\(count)"] == nil)
    for index in stride(from: 0, to: count, by: 2) { object["key\(index)"] = nil }
    for index in 0..<count { #expect(object["key\(index)"]?.int == (index % 2 == 0 ? nil : index * 2)) }
    object["new"] = true
    #expect(object["new"] == true && object.keys.last == "new")
  }

  /// `String` takes them for equal; JSON does not (RFC 8259, 8.3), and neither does the scanner.
  @Test(arguments: [0, 20]) func keysAreComparedByTheirBytes(_ others: Int) {
    var object = JSONObject((0..<others).map { ("other\($0)", .null) })
    object["\u{E9}"] = 1
    object["e\u{301}"] = 2
    #expect(object.members.count == others + 2)
    #expect(object["\u{E9}"] == 1 && object["e\u{301}"] == 2)
    object["\u{E9}"] = nil
    #expect(object["\u{E9}"] == nil && object["e\u{301}"] == 2)
  }

  @Test func equalInAnyOrder() {
    #expect(JSONObject([("a", 1), ("b", 2)]) == JSONObject([("b", 2), ("a", 1)]))
    #expect(JSONObject([("a", 1), ("b", 2)]).hashValue == JSONObject([("b", 2), ("a", 1)]).hashValue)
    #expect(JSONObject([("a", 1)]) != JSONObject([("a", 2)]))
    #expect(JSONObject([("a", 1)]) != JSONObject([("a", 1), ("b", 2)]))
    #expect(JSONObject([("a", nil)]) != JSONObject([("b", nil)]))
  }

  @Test func mergeTakesTheOthersMembers() {
    var object: JSONObject = ["a": 1, "b": 2]
    object.merge(["b": 3, "c": 4])
    #expect(object == ["a": 1, "b": 3, "c": 4] && !object.isEmpty && JSONObject().isEmpty)
  }
}
