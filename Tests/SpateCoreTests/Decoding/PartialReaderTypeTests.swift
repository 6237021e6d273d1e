// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

/// Types of every kind, as compilers and people write their decoders.
@Suite struct PartialReaderTypeTests {
  @Test func valuesOfUnknownShape() throws {
    let reader = PartialReader<JSONValue>()
    reader.feed(#"{"a": [1, {"b": "c"#)
    #expect(reader.draft == ["a": [1, ["b": "c"]]])
    struct Box: Decodable { var any: JSONValue?; var optional: [Int?] }
    let box = try Box(json: #"{"any": 1.50, "optional": [1, null]}"#)
    #expect(box.any?.description == "1.50" && box.optional == [1, nil])
  }

  /// Inheritance, nested containers and containers without keys, as compilers and people write them.
  @Test func decodersOfEveryKind() throws {
    struct Point: Decodable, Equatable {
      var x: Int
      var y: Int
      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        x = try list.decode(Int.self)
        y = try list.decodeIfPresent(Int.self) ?? -1
      }
    }
    struct Nested: Decodable {
      var point: Point
      var name: String
      enum Keys: String, CodingKey { case at, info }
      init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Keys.self)
        point = try keys.decode(Point.self, forKey: .at)
        name = try keys.nestedContainer(keyedBy: Keys.self, forKey: .info).decode(String.self, forKey: .at)
      }
    }
    let nested = try Nested(json: #"{"at": [1, 2], "info": {"at": "n"}}"#)
    #expect(nested.point.x == 1 && nested.point.y == 2 && nested.name == "n")
    #expect(try Set<Int>(json: "[1, 2, 1]") == [1, 2])
    #expect(try Int?(json: "null") == nil)
  }

  /// One object read in two ways, under keys that are values too: what is kept of one is not taken for the other.
  @Test func oneObjectReadAsSeveralTypes() {
    enum Key: String, CodingKey, Decodable { case name, kind }
    struct Name: Decodable { var name: String? }
    struct Kind: Decodable { var kind: Key? }
    struct Both: Decodable {
      var name: Name
      var kind: Kind
      var names: [Name]
      init(from decoder: any Decoder) throws {
        name = try Name(from: decoder)
        kind = try Kind(from: decoder)
        names = try decoder.container(keyedBy: Key.self).decodeIfPresent([Name].self, forKey: .name) ?? []
      }
    }
    struct Outer: Decodable {
      var it: Both?
      var same: Name?
      enum CodingKeys: CodingKey { case it }
      init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        it = try keys.decodeIfPresent(Both.self, forKey: .it)
        same = try keys.decodeIfPresent(Name.self, forKey: .it)
      }
    }
    let reader = PartialReader<Outer>()
    for piece in [#"{"it": {"name": "a"#, #"b", "ki"#, #"nd": "name""#, "}", " ", "}"] {
      reader.feed(piece)
      _ = reader.draft
    }
    #expect(reader.draft?.it?.name.name == "ab" && reader.draft?.it?.kind.kind == .name)
    #expect(reader.draft?.same?.name == "ab" && reader.draft?.it?.names.count == 0)
  }

  /// Keys as long as the marks that they are told by, and longer; of those that repeat the last one counts.
  @Test func keysOfEveryLength() throws {
    let keys = (0..<20).map { String(repeating: "k", count: $0) } + ["kkkkkkk1", "kkkkkkk2", "é", "e\u{301}"]
    for count in [5, keys.count] {
      let some = keys.suffix(count)
      let members = some.enumerated().map { "\"\($0.element)\": \($0.offset)" }.joined(separator: ", ")
      struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
      }
      struct Members: Decodable {
        var values: [String: Int] = [:]
        init(from decoder: any Decoder) throws {
          let keys = try decoder.container(keyedBy: AnyKey.self)
          for key in keys.allKeys { values[key.stringValue] = try keys.decode(Int.self, forKey: key) }
          #expect(!keys.contains(AnyKey(stringValue: "kkkkkkk3")))
        }
      }
      // As a dictionary of Swift's the two ways of writing é are one key.
      let values = try Members(json: "{\(members)}").values
      #expect(values.count == count - 1)
      for (place, key) in some.enumerated() where key != "é" { #expect(values[key] == place) }
    }
    struct Twice: Decodable { var customer: Int? }
    #expect(try Twice(json: #"{"customer": 1, "customer": 2}"#).customer == 2)
  }

  class Animal: Decodable {
    enum Key: CodingKey { case name, bark }
    let name: String

    required init(from decoder: any Decoder) throws {
      name = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .name)
    }
  }

  final class Dog: Animal {
    let bark: String

    required init(from decoder: any Decoder) throws {
      bark = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .bark)
      try super.init(from: decoder)
    }
  }

  /// Reads the same member by a type that is known only when it runs, which the library's container passes on as its base
  /// class, and as the class itself.
  struct Kennel: Decodable {
    enum Key: CodingKey { case dog }
    let first: Animal
    let second: Dog

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: Key.self)
      let kind: Animal.Type = Dog.self
      first = try members.decode(kind, forKey: .dog)
      second = try members.decode(Dog.self, forKey: .dog)
    }
  }

  @Test func whatIsKeptOfAnObjectIsOfTheTypeThatItWasReadAs() {
    let reader = PartialReader<Kennel>()
    reader.feed(#"{"dog": {"name": "Rex", "bark": "wuff"}, "#)
    for _ in 0..<2 {
      let draft = reader.draft
      #expect(draft?.first.name == "Rex")
      #expect(draft?.second.bark == "wuff" && draft?.second.name == "Rex")
      reader.feed(#""x": 1, "#)
    }
  }
}
