// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Types that decode themselves, and types that say what their schema is.
@Suite struct JSONSchemaCustomTests {
  // MARK: init(from:) of one's own

  /// Defaults, nested containers, and a value in a wrapper.
  struct Flat: Decodable {
    var limit: Int
    var width: Double
    var names: [String] = []

    enum Keys: String, CodingKey { case limit, size, names }
    enum SizeKeys: String, CodingKey { case width }

    init(from decoder: any Decoder) throws {
      let form = try decoder.container(keyedBy: Keys.self)
      limit = try form.decodeIfPresent(Int.self, forKey: .limit) ?? 10
      width = try form.nestedContainer(keyedBy: SizeKeys.self, forKey: .size).decode(Double.self, forKey: .width)
      guard form.contains(.names) else { return }
      var list = try form.nestedUnkeyedContainer(forKey: .names)
      while !list.isAtEnd { names.append(try list.decode(String.self)) }
    }
  }

  @Test func decodersOfOnesOwn() throws {
    #expect(
      try JSONSchema.of(Flat.self) == [
        "type": "object",
        "properties": [
          "limit": ["type": "integer"],
          "size": [
            "type": "object", "properties": ["width": ["type": "number"]], "required": ["width"],
            "additionalProperties": false,
          ],
          "names": ["type": "array", "items": ["type": "string"]],
        ],
        "required": ["size"], "additionalProperties": false,
      ])
  }

  class Base: Decodable { var id = 0 }

  final class Derived: Base {
    var name: String
    enum Keys: String, CodingKey { case name }

    required init(from decoder: any Decoder) throws {
      name = try decoder.container(keyedBy: Keys.self).decode(String.self, forKey: .name)
      try super.init(from: decoder)
    }
  }

  @Test func aClassDecodesItsSuperclassFromTheSameObject() throws {
    #expect(try JSONSchema.of(Derived.self)["required"] == ["name", "id"])
  }

  // MARK: What a type says itself

  struct Percent: Decodable, JSONSchemaProviding {
    static let jsonSchema: JSONValue = ["type": "integer", "minimum": 1, "maximum": 100]
    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer().decode(Int.self)
      guard (1...100).contains(value) else {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no percentage"))
      }
    }
  }

  struct Node: Decodable, JSONSchemaProviding {
    var name: String
    var children: [Node]
    static let jsonSchema: JSONValue = [
      "type": "object", "properties": ["name": ["type": "string"], "children": ["type": "array", "items": [:]]],
      "required": ["name", "children"],
    ]
  }

  struct Told: Decodable, JSONSchemaDescribing {
    var share: Percent
    var tree: Node?
    static let schemaDescriptions = ["share": "In percent"]
    static let schemaDescription: String? = "A share"
  }

  @Test func schemasThatTypesSay() throws {
    #expect(try JSONSchema.of(Percent.self) == Percent.jsonSchema)
    let schema = try JSONSchema.of(Told.self)
    #expect(schema["description"] == "A share" && schema["required"] == ["share"])
    #expect(
      schema["properties"]?["share"]
        == ["type": "integer", "minimum": 1, "maximum": 100, "description": "In percent"])
    #expect(schema["properties"]?["tree"] == Node.jsonSchema)
  }
}
