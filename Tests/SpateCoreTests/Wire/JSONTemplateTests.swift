// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateTestSupport
import Testing

@Suite struct JSONTemplateTests {
  /// A reader of `{"n": number, "t": string, "v": value, "k": ...}` that uses a template, and notes where its fields are.
  struct Reader {
    var template = JSONTemplate()
    var fields: [String: JSONSlice] = [:]
    /// How many texts fitted.
    var hits = 0
    /// Whether the numbers in `v` are holes.
    var numbers = false

    /// What the fields hold, by the template if it fits; nil when the text is refused.
    mutating func read(_ text: [UInt8]) -> [String: [UInt8]]? {
      do throws(WireError) {
        return try JSONScanner.scan(text.span) { (json) throws(WireError) in
          if template.matches(&json) {
            hits += 1
            for key in fields.keys { if let slice = fields[key] { fields[key] = template.moved(slice) } }
            template.settle()
          } else {
            // Its fields are no longer known.
            template.forget()
            fields = Self.scan(&json)
            try json.finish()
            template.learn(json, holes, numbers: numbers)
          }
          return fields.mapValues { json.bytes(of: $0) }
        }
      } catch { return nil }
    }

    static func scan(_ json: inout JSONScanner) -> [String: JSONSlice] {
      var fields: [String: JSONSlice] = [:]
      guard json.beginObject() else {
        json.skip()
        return fields
      }
      while let key = json.nextKey() {
        let name = json.text(of: key)
        switch name {
        case "n": fields[name] = json.number()
        case "t", "w": fields[name] = json.string()
        default: fields[name] = json.slice()
        }
      }
      return fields
    }

    private var holes: [JSONTemplate.Hole] {
      [("t", JSONTemplate.Kind.string), ("n", .number), ("v", numbers ? .numbers : .value), ("w", .words)].compactMap {
        name, kind in
        fields[name].map { JSONTemplate.Hole(kind, $0) }
      }
    }
  }

  static func whole(_ text: [UInt8]) -> [String: [UInt8]]? {
    do throws(WireError) {
      return try JSONScanner.scan(text.span) { (json) throws(WireError) in
        Reader.scan(&json).mapValues { json.bytes(of: $0) }
      }
    } catch { return nil }
  }

  static let first = #"{"id":"x","t":"one","n":1,"v":{"a":[1]},"k":true,"w":"some"}"#

  /// The template of `first`, and whether the other text fits it. What it gives is what scanning gives.
  static func fits(_ text: String) -> Bool {
    var reader = Reader()
    #expect(reader.read(Array(first.utf8)) != nil)
    let bytes = Array(text.utf8)
    let (found, expected) = (reader.read(bytes), whole(bytes))
    #expect(found == expected, "\(text)")
    return reader.hits == 1
  }

  @Test(arguments: [
    #"{"id":"x","t":"","n":1,"v":{"a":[1]},"k":true,"w":"some"}"#,
    #"{"id":"x","t":"a longer \"text\" \u00e9 é","n":-12.5e3,"v":{},"k":true,"w":"\n"}"#,
    #"{"id":"x","t":"one","n":100000,"v":{"b":{"c":[[],"]}"]}},"k":true,"w":"some"}"#,
  ]) func aTextThatDiffersInItsHolesFits(_ text: String) { #expect(Self.fits(text)) }

  @Test(arguments: [
    // Another constant, a field more, fewer, in another order, white space.
    #"{"id":"y","t":"one","n":1,"v":{"a":[1]},"k":true,"w":"some"}"#,
    #"{"id":"x","t":"one","n":1,"v":{"a":[1]},"k":true,"w":"some","z":1}"#,
    #"{"id":"x","t":"one","n":1,"v":{"a":[1]},"k":true}"#,
    #"{"id":"x","n":1,"t":"one","v":{"a":[1]},"k":true,"w":"some"}"#,
    #"{"id":"x","t": "one","n":1,"v":{"a":[1]},"k":true,"w":"some"}"#,
    #"{"id":"x","t":"one","n":1,"v":{"a":[1]},"k":true,"w":"some"} "#,
    // Another kind of value in a hole, and none where there must be some.
    #"{"id":"x","t":null,"n":1,"v":{"a":[1]},"k":true,"w":"some"}"#,
    #"{"id":"x","t":"one","n":"1","v":{"a":[1]},"k":true,"w":"some"}"#,
    #"{"id":"x","t":"one","n":1,"v":[1],"k":true,"w":"some"}"#,
    #"{"id":"x","t":"one","n":1,"v":null,"k":true,"w":"some"}"#,
    #"{"id":"x","t":"one","n":1,"v":{"a":[1]},"k":true,"w":""}"#,
    // A field that repeats: the last counts.
    #"{"id":"x","t":"one","n":1,"v":{"a":[1]},"k":true,"w":"some","t":"two"}"#,
    // No JSON.
    #"{"id":"x","t":"one"#, #"{"id":"x","t":"o"ne","n":1,"v":{"a":[1]},"k":true,"w":"some"}"#,
    #"{"id":"x","t":"\x","n":1,"v":{"a":[1]},"k":true,"w":"some"}"#,
    #"{"id":"x","t":"one","n":01,"v":{"a":[1]},"k":true,"w":"some"}"#,
    #"{"id":"x","t":"one","n":1,"v":{"a":[1},"k":true,"w":"some"}"#,
    #"{"id":"x","t":"one","n":1,"v":{"a":[1]},"k":true,"w":"some"}}"#, "", "[]",
  ]) func anyOtherTextIsScanned(_ text: String) { #expect(!Self.fits(text)) }

  /// The limit counts the containers around a hole too.
  @Test func P1_aHoleIsNoDeeperThanTheScannerAllows() {
    func text(_ depth: Int) -> [UInt8] {
      Array(#"{"v":{"a":\#(String(repeating: "[", count: depth))\#(String(repeating: "]", count: depth))}}"#.utf8)
    }
    for depth in [JSONScanner.depthLimit - 3, JSONScanner.depthLimit - 2, JSONScanner.depthLimit - 1] {
      var reader = Reader()
      #expect(reader.read(text(1)) != nil)
      let (found, expected) = (reader.read(text(depth)), Self.whole(text(depth)))
      #expect(found == expected, "\(depth)")
      #expect((found != nil) == (depth <= JSONScanner.depthLimit - 2))
    }
  }

  /// Ill-formed text is noticed in a hole as the scanner notices it, and not learned.
  @Test func B2_illFormedTextIsNoticed() throws {
    let bad = Array(#"{"t":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
    var hits = 0
    func isIllFormed(_ text: [UInt8], _ template: inout JSONTemplate) throws -> Bool {
      try JSONScanner.scan(text.span) { (json) throws(WireError) in
        if template.matches(&json) {
          hits += 1
        } else {
          let fields = Reader.scan(&json)
          if let slice = fields["t"] { template.learn(json, [JSONTemplate.Hole(.string, slice)]) }
        }
        return json.hasIllFormedText
      }
    }
    var template = JSONTemplate()
    #expect(try !isIllFormed(Array(#"{"t":"a"}"#.utf8), &template))
    #expect(try isIllFormed(bad, &template))
    #expect(hits == 1)
    #expect(try !isIllFormed(Array(#"{"t":"b"}"#.utf8), &template))
    #expect(hits == 2)
    hits = 0
    var fresh = JSONTemplate()
    #expect(try isIllFormed(bad, &fresh))
    #expect(try !isIllFormed(Array(#"{"t":"b"}"#.utf8), &fresh))
    #expect(hits == 0)
  }

  /// Any run of texts, spoiled ones among them, gives what scanning each of them gives.
  @Test(arguments: SeededRandom.seeds(40)) func anyRunOfTextsGivesWhatScanningGives(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var reader = Reader()
    let pieces = ["", "a", "\\n", "\\\"", "é", "\\u00e9", "}", "{\\\"t\\\":1", "[", ",", ":", "null", "1"]
    for _ in 0..<200 {
      let words = (0..<Int.random(in: 0..<5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
      let number = Int.random(in: -5..<5000, using: &random)
      let value = ["{}", "[1,{\"t\":2}]", "{\"a\":\"\(words.joined())\"}"].randomElement(using: &random) ?? "{}"
      var text = Array(
        #"{"t":"\#(words.joined())","n":\#(number),"c":\#(number % 40 == 0),"v":\#(value),"w":"\#(words.joined())"}"#
          .utf8)
      if Int.random(in: 0..<4, using: &random) == 0 {
        text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let (found, expected) = (reader.read(text), Self.whole(text))
      #expect(found == expected, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
    }
    #expect(reader.hits > 0)
  }

  /// White space before the last brace is padding; anywhere else it makes another text.
  @Test(
    arguments: [
      (#"{"t":"one"}"#, #"{"t":"two"    }"#, true), (#"{"t":"one"   }"#, #"{"t":"two"}"#, true),
      (#"{"t":"one","n":1 }"#, "{\"t\":\"two\",\"n\":12\n\t\r }", true), (#"{"t":"one"}"#, #"{"t":"two" , }"#, false),
      (#"{"t":"one"}"#, #"{"t":"two"  "#, false), (#"{"t":"one"}"#, #"{"t":"two"}  }"#, false),
      (#"{"t":"one","v":{}}"#, #"{"t":"one","v":{} }"#, true), (#"{"t":"one","k":{}}"#, #"{"t":"one","k":{ }}"#, false),
      (#"{"t":"one"}"#, "{\"t\":\"two\"\u{B}}", false),
    ] as [(String, String, Bool)]) func whiteSpaceBeforeTheLastBraceFits(_ first: String, _ text: String, _ fits: Bool)
  {
    var reader = Reader()
    #expect(reader.read(Array(first.utf8)) != nil)
    let (found, expected) = (reader.read(Array(text.utf8)), Self.whole(Array(text.utf8)))
    #expect(found == expected)
    #expect((reader.hits == 1) == fits)
  }

  /// In a report only numbers differ.
  @Test(
    arguments: [
      (#"{"a":2,"b":{"c":[30,-1.5e3]},"d":"1"}"#, true), (#"{"a":0,"b":{"c":[0,0]},"d":"1"}"#, true),
      (#"{"a":123456789012345678901234567890,"b":{"c":[1,2.5]},"d":"1"}"#, true),
      (#"{"a":01,"b":{"c":[1,2]},"d":"1"}"#, false), (#"{"a":1.,"b":{"c":[1,2]},"d":"1"}"#, false),
      (#"{"a":-,"b":{"c":[1,2]},"d":"1"}"#, false), (#"{"a":,"b":{"c":[1,2]},"d":"1"}"#, false),
      (#"{"a":2,"b":{"c":[1,2]},"d":"2"}"#, false), (#"{"a":2,"b":{"c":[1,2,3]},"d":"1"}"#, false),
      (#"{"a":null,"b":{"c":[1,2]},"d":"1"}"#, false),
    ] as [(String, Bool)]) func theNumbersOfAReportAreHoles(_ value: String, _ fits: Bool)
  {
    var reader = Reader()
    reader.numbers = true
    func text(_ value: String) -> [UInt8] { Array(#"{"t":"a","v":\#(value),"n":1}"#.utf8) }
    #expect(reader.read(text(#"{"a":1,"b":{"c":[1,2]},"d":"1"}"#)) != nil)
    let (found, expected) = (reader.read(text(value)), Self.whole(text(value)))
    #expect(found == expected)
    #expect((reader.hits == 1) == fits)
  }

  /// With more numbers than a template has holes for, the report is any value.
  @Test func aReportOfManyNumbersIsAValue() {
    var reader = Reader()
    reader.numbers = true
    for count in [100, 100, 3] {
      let text = Array("{\"v\":[\((0..<count).map(String.init).joined(separator: ","))]}".utf8)
      let (found, expected) = (reader.read(text), Self.whole(text))
      #expect(found == expected)
    }
    #expect(reader.hits == 2)
  }

  /// A text that does not fit leaves the pattern as it was, wherever it differs.
  @Test func aTextInBetweenThatDoesNotFitChangesNothing() throws {
    var template = JSONTemplate()
    func read(_ text: String, _ place: inout JSONSlice?) throws -> String? {
      let bytes = Array(text.utf8)
      return try JSONScanner.scan(bytes.span) { (json) throws(WireError) in
        guard template.matches(&json) else {
          let fields = Reader.scan(&json)
          if template.isEmpty, let words = fields["t"], let number = fields["n"] {
            template.learn(json, [JSONTemplate.Hole(.string, words), JSONTemplate.Hole(.number, number)])
            place = fields["k"]
          }
          return nil
        }
        template.move(&place)
        template.settle()
        return place.map { String(decoding: json.bytes(of: $0), as: UTF8.self) }
      }
    }
    var place: JSONSlice?
    #expect(try read(#"{"t":"one","n":1,"k":true}"#, &place) == nil)
    #expect(try read(#"{"t":"a longer one","n":22,"k":true}"#, &place) == "true")
    #expect(try read(#"{"t":"very much longer than it","n":333,"k":false}"#, &place) == nil)
    #expect(try read(#"{"t":"","n":null,"k":true}"#, &place) == nil)
    #expect(try read(#"{"t":"x","n":4444,"k":true}"#, &place) == "true")
  }
}
