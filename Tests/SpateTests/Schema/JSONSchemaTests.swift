// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Spate

/// Types as people write them, and the schema that each has.
@Suite struct JSONSchemaTests {
  enum Unit: String, Decodable, CaseIterable { case celsius = "C", fahrenheit = "F" }
  enum Size: Int, Decodable, CaseIterable { case small = 1, large = 3 }

  struct Address: Decodable {
    var street: String
    var zip: Int?
  }

  struct Person: Decodable {
    var name: String
    var age: Int
    var nick: String?
    var tags: [String]
    var home: Address
    var past: [Address]?
    var unit: Unit
    var other: Unit?
    var size: Size
    var score: Double
    var ratio: Float?
    var isWell: Bool
    var counts: [String: Int]
    var byte: UInt8

    enum CodingKeys: String, CodingKey {
      case name = "full_name"
      case age, nick, tags, home, past, unit, other, size, score, ratio, isWell, counts, byte
    }
  }

  private static let address: JSONValue = [
    "type": "object", "properties": ["street": ["type": "string"], "zip": ["type": "integer"]],
    "required": ["street"], "additionalProperties": false,
  ]

  @Test func aTypeOfEveryKindOfProperty() throws {
    let schema = try JSONSchema.of(Person.self)
    let expected: JSONValue = [
      "type": "object",
      "properties": [
        "full_name": ["type": "string"], "age": ["type": "integer"], "nick": ["type": "string"],
        "tags": ["type": "array", "items": ["type": "string"]], "home": Self.address,
        "past": ["type": "array", "items": Self.address],
        "unit": ["type": "string", "enum": ["C", "F"]], "other": ["type": "string", "enum": ["C", "F"]],
        "size": ["type": "integer", "enum": [1, 3]], "score": ["type": "number"], "ratio": ["type": "number"],
        "isWell": ["type": "boolean"],
        "counts": ["type": "object", "additionalProperties": ["type": "integer"]], "byte": ["type": "integer"],
      ],
      "required": [
        "full_name", "age", "tags", "home", "unit", "size", "score", "isWell", "counts", "byte",
      ],
      "additionalProperties": false,
    ]
    #expect(schema == expected)
    // In the order in which they are declared: models write them in that order.
    #expect(schema["properties"]?.object?.keys.prefix(3) == ["full_name", "age", "nick"])
  }

  struct Foundational: Decodable {
    var at: Date
    var link: URL?
    var id: UUID
    var price: Decimal
    var blob: Data
    var some: Set<String>
    var maybe: [Int?]
    var free: JSONValue
    var fields: JSONObject
  }

  @Test func typesOfFoundation() throws {
    let properties = try JSONSchema.of(Foundational.self)["properties"]
    #expect(properties?["at"] == ["type": "string", "format": "date-time"])
    #expect(properties?["link"] == ["type": "string", "format": "uri"])
    #expect(properties?["id"] == ["type": "string", "format": "uuid"])
    #expect(properties?["price"] == ["type": "number"])
    #expect(properties?["blob"] == ["type": "string", "contentEncoding": "base64"])
    #expect(properties?["some"] == ["type": "array", "items": ["type": "string"]])
    #expect(properties?["maybe"] == ["type": "array", "items": ["type": ["integer", "null"]]])
    #expect(properties?["free"] == [:])
    #expect(properties?["fields"] == ["type": "object", "additionalProperties": [:]])
  }

  /// What the schema says is what the decoder takes.
  @Test func whatTheSchemaSaysIsDecoded() throws {
    let text = #"""
      {"at":"2026-11-21T10:00:00.25Z","id":"4C4B6A3E-0B1E-4D8C-9B1C-2F0E3E5A7B11","price":0.1,"blob":"aGk=","some":["a"],
      "maybe":[1,null],"free":{"a":[1]},"fields":{"b":2}}
      """#
    let value = try TypedJSON.decode(Foundational.self, from: Array(text.utf8))
    #expect(value.at == Date(timeIntervalSince1970: 1_795_255_200.25) && value.blob == Data("hi".utf8))
    #expect(value.price == Decimal(string: "0.1"))
    #expect(try TypedJSON.decode([Date].self, from: Array(#"["2026-11-21T10:00:00Z"]"#.utf8)).count == 1)
  }

  @Test func simpleTypes() throws {
    #expect(try JSONSchema.of(String.self) == ["type": "string"])
    #expect(try JSONSchema.of([Int].self) == ["type": "array", "items": ["type": "integer"]])
    #expect(try JSONSchema.of(Unit.self) == ["type": "string", "enum": ["C", "F"]])
    #expect(try JSONSchema.of(Unit?.self) == ["type": ["string", "null"], "enum": ["C", "F", nil]])
  }

  struct Empty: Decodable {}

  @Test func aTypeWithoutProperties() throws {
    #expect(
      try JSONSchema.of(Empty.self) == [
        "type": "object", "properties": [:], "required": [], "additionalProperties": false,
      ])
  }

  // MARK: The strict form

  @Test func strictSchemasRequireEverything() throws {
    struct Trip: Decodable {
      var city: String
      var days: Int?
      var unit: Unit?
      var home: Address?
      var stops: [Address]
    }
    let schema = try JSONSchema.of(Trip.self, isStrict: true)
    #expect(schema["required"] == ["city", "days", "unit", "home", "stops"])
    let properties = schema["properties"]
    #expect(properties?["city"] == ["type": "string"])
    #expect(properties?["days"] == ["type": ["integer", "null"]])
    #expect(properties?["unit"] == ["type": ["string", "null"], "enum": ["C", "F", nil]])
    #expect(properties?["home"]?["anyOf"]?[1] == ["type": "null"])
    #expect(properties?["home"]?["anyOf"]?[0]?["required"] == ["street", "zip"])
    #expect(properties?["stops"]?["items"]?["properties"]?["zip"] == ["type": ["integer", "null"]])
  }
}
