// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import Testing

@Suite struct PartialReaderTests {
  struct Draft: Decodable, Equatable {
    var title: String?
    var servings: Int?
    var steps: [Step]?
    var source: Source?
    var tags: [String: [String]]?

    struct Step: Decodable, Equatable {
      var text: String
      var minutes: Double?
    }

    enum Source: String, Decodable { case book, web }
  }

  private static let text = """
    {"title": "Bread", "servings": 12, "steps": [{"text": "Mix", "minutes": 1.5}, {"minutes": 2, "text": "Bake"}],
    "source": "web", "tags": {"kind": ["a", "b"]}}
    """

  @Test func drafts() {
    let reader = PartialReader<Draft>()
    func draft(after piece: String) -> Draft? {
      reader.feed(piece)
      return reader.draft
    }
    #expect(draft(after: " ") == nil)
    #expect(draft(after: "{") == Draft())
    #expect(draft(after: #""title": "Br"#) == Draft(title: "Br"))
    #expect(draft(after: #"ead", "servings": 1"#) == Draft(title: "Bread"))
    #expect(draft(after: "2,") == Draft(title: "Bread", servings: 12))
    #expect(draft(after: #" "steps": [{"#)?.steps == [])
    #expect(draft(after: #""text": "Mi"#)?.steps == [.init(text: "Mi")])
    #expect(draft(after: #"x", "minutes": 1.5"#)?.steps == [.init(text: "Mix")])
    #expect(draft(after: #"}, {"minutes": 2,"#)?.steps == [.init(text: "Mix", minutes: 1.5)])
    #expect(draft(after: #""text": "Bake"}], "source": "we"#)?.steps?.count == 2)
    #expect(reader.draft?.source == nil)
    #expect(draft(after: #"b", "tags": {"kind": ["a", "#)?.source == .web)
    #expect(reader.draft?.tags == ["kind": ["a"]])
  }

  /// The draft of the whole is what a decoder that reads strictly gives, wherever the text is cut.
  @Test func T14_everyCutEndsInTheSame() throws {
    let whole = try Draft(json: Self.text)
    for cut in Self.text.indices {
      let reader = PartialReader<Draft>()
      reader.feed(String(Self.text[..<cut]))
      _ = reader.draft
      reader.feed(String(Self.text[cut...]))
      #expect(reader.draft == whole)
      #expect(try reader.finish() == whole)
    }
  }

  /// Character by character: a draft is never taken back, only added to.
  @Test func draftsOnlyGrow() {
    let reader = PartialReader<Draft>()
    var last = Draft()
    for character in Self.text {
      reader.feed(String(character))
      let draft = reader.draft ?? Draft()
      #expect((draft.title ?? "").hasPrefix(last.title ?? ""))
      #expect((draft.steps ?? []).count >= (last.steps ?? []).count)
      #expect(last.servings == nil || draft.servings == last.servings)
      last = draft
    }
  }

  @Test func aDraftThatIsKeptDoesNotChange() {
    let reader = PartialReader<Draft>()
    reader.feed(#"{"title": "A", "steps": [{"text": "x"#)
    let kept = reader.draft
    reader.feed(#"y"}, {"text": "z"}]"#)
    #expect(kept?.steps == [.init(text: "x")] && reader.draft?.steps?.map(\.text) == ["xy", "z"])
  }

  @Test func whatDoesNotFitIsAbsentInADraftAndThrownAtTheEnd() throws {
    let reader = PartialReader<Draft>()
    reader.feed(#"{"title": 5, "servings": 2.5, "source": "radio", "steps": [{"text": 1}, {"text": "x"}]}"#)
    #expect(reader.draft == Draft(steps: [.init(text: "x")]))
    let error = #expect(throws: DecodingError.self) { try reader.finish() }
    guard case .typeMismatch(_, let context)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.codingPath.map(\.stringValue) == ["title"])
  }

  @Test func strictErrorsNameTheirPlace() throws {
    func path(_ text: String) -> [String]? {
      do {
        _ = try Draft(json: text)
        return nil
      } catch DecodingError.keyNotFound(let key, let context) {
        return context.codingPath.map(\.stringValue) + [key.stringValue]
      } catch DecodingError.typeMismatch(_, let context) {
        return context.codingPath.map(\.stringValue)
      } catch { return ["\(error)"] }
    }
    #expect(path(#"{"steps": [{"text": "a"}, {"minutes": 1}]}"#) == ["steps", "1", "text"])
    #expect(path(#"{"tags": {"kind": ["a", 1]}}"#) == ["tags", "kind", "1"])
    #expect(path("[]") == [])
    #expect(path("{}") == nil)
  }

  @Test func cutTextsAreNoValues() {
    let reader = PartialReader<Draft>()
    reader.feed(#"{"title": "Bread""#)
    #expect(throws: WireError.malformed(.unexpectedEnd, offset: 17)) { try reader.finish() }
  }

  @Test func T11_numbersAreExact() throws {
    #expect(try [UInt64](json: "[18446744073709551615, 0]") == [.max, 0])
    #expect(try [Int64](json: "[-9223372036854775808, 1e3, 1.0]") == [.min, 1000, 1])
    #expect(throws: DecodingError.self) { try [Int](json: "[1.5]") }
    #expect(throws: DecodingError.self) { try [UInt8](json: "[256]") }
    #expect(throws: DecodingError.self) { try [Double](json: "[1e999]") }
    #expect(try [Float](json: "[0.5]") == [0.5])
  }

  @Test func atAPath() {
    let reader = PartialReader<[String]>(at: ["value"])
    reader.feed(#"{"value": ["a", "b"#)
    #expect(reader.draft == ["a", "b"])
    reader.reset()
    #expect(reader.draft == nil)
  }

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

  @Test func elementsComeAsTheyClose() throws {
    var items = PartialElements<Draft.Step>(at: ["steps"])
    items.feed(#"{"steps": [{"text": "Mix"#)
    #expect(try items.next() == nil)
    items.feed(#""}, {"text": "Bake"}, {"text"#)
    #expect(try items.next()?.text == "Mix")
    #expect(try items.next()?.text == "Bake")
    #expect(try items.next() == nil)
    items.feed(#"": 1}]"#)
    #expect(throws: DecodingError.self) { try items.next() }
  }

  /// F10 in small: the shape of the cost, not the machine (the figure is Benchmarks' `partial`).
  @Test func T9_draftAfterEachDeltaIsLinear() {
    func time(_ count: Int) -> Duration {
      let item = #"{"text": "Mix it", "minutes": 1.5}, "#
      let text = #"{"title": "x", "steps": ["# + String(repeating: item, count: count / item.count) + "{"
      let pieces = text.map(String.init)
      return (0..<3).map { _ in
        computingTime {
          let reader = PartialReader<Draft>()
          for piece in pieces {
            reader.feed(piece)
            _ = reader.draft
          }
        }
      }.min() ?? .zero
    }
    _ = time(1000)
    #expect(time(40_000) < time(10_000) * 12)
  }

  /// A long string is not copied for each reading of it, wherever it is: where it lies changes when it needs more room.
  @Test func T9_aLongStringGrowsInPlace() {
    struct Page: Decodable {
      var title: String?
      var lines: [String]?
      var parts: [[Step]]?
      struct Step: Decodable { var text: String? }
    }
    func moves(_ begin: String, _ text: (Page) -> String?) -> Int {
      let reader = PartialReader<Page>()
      reader.feed(begin)
      var (place, moves, length) = (UInt(0), 0, 0)
      for count in 1...4000 {
        reader.feed("x")
        var text = reader.draft.flatMap(text) ?? ""
        length = text.utf8.count
        let now = text.withUTF8 { UInt(bitPattern: $0.baseAddress) }
        // Small strings lie where they are named.
        if count > 15, now != place { moves += 1 }
        place = now
      }
      return length == 4000 ? moves : .max
    }
    #expect(moves(#"{"title": ""#) { $0.title } < 40)
    #expect(moves(#"{"lines": ["a", ""#) { $0.lines?.last } < 40)
    #expect(moves(#"{"parts": [[], [{"text": "a"}, {"text": ""#) { $0.parts?.last?.last?.text } < 40)
  }

  /// So do arrays inside the open element of another one.
  @Test func T9_aListInAListGrowsInPlace() {
    let reader = PartialReader<[[Int]]>()
    reader.feed("[[], [0")
    var (place, moves) = (UInt(0), 0)
    for number in 1...4000 {
      reader.feed(", \(number)")
      let now = reader.draft?.last?.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } ?? 0
      if now != place { moves += 1 }
      place = now
    }
    #expect(reader.draft?.map(\.count) == [0, 4000])
    #expect(moves < 40)
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

  /// What is kept between readings ends with the reader, also in the middle of an object.
  @Test func aReaderThatIsLetGoOfKeepsNothing() {
    final class Part: Decodable { var name: String? }
    struct Whole: Decodable {
      var part: Part?
      var parts: [Part]?
      var text: String?
    }
    weak var part: Part?
    weak var element: Part?
    do {
      let reader = PartialReader<Whole>()
      reader.feed(#"{"part": {"name": "a"}, "parts": [{"name": "b"}, {"name": "c"#)
      part = reader.draft?.part
      element = reader.draft?.parts?.first
      #expect(part?.name == "a" && element?.name == "b")
    }
    #expect(part == nil && element == nil)
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
