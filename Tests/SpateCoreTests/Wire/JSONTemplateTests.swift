// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import Testing

@Suite struct JSONTemplateTests {
  /// A reader of `{"n": number, "t": string, "v": value, "k": ...}` that uses a template, and notes where its fields are.
  struct Reader {
    var template = JSONTemplate()
    var fields: [String: JSONSlice] = [:]

    /// What the fields hold, by the template if it fits; nil when the text is refused.
    mutating func read(_ text: [UInt8]) -> [String: [UInt8]]? {
      do throws(WireError) {
        return try JSONScanner.scan(text.span) { (json) throws(WireError) in
          if template.matches(&json) {
            for key in fields.keys { if let slice = fields[key] { fields[key] = template.moved(slice) } }
          } else {
            fields = Self.scan(&json)
            try json.finish()
            template.learn(json, holes)
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
      [("t", JSONTemplate.Kind.string), ("n", .number), ("v", .value), ("w", .words)].compactMap { name, kind in
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
    return reader.template.hits == 1
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
    func isIllFormed(_ text: [UInt8], _ template: inout JSONTemplate) throws -> Bool {
      try JSONScanner.scan(text.span) { (json) throws(WireError) in
        if !template.matches(&json) {
          let fields = Reader.scan(&json)
          if let slice = fields["t"] { template.learn(json, [JSONTemplate.Hole(.string, slice)]) }
        }
        return json.hasIllFormedText
      }
    }
    var template = JSONTemplate()
    #expect(try !isIllFormed(Array(#"{"t":"a"}"#.utf8), &template))
    #expect(try isIllFormed(bad, &template))
    #expect(template.hits == 1)
    #expect(try !isIllFormed(Array(#"{"t":"b"}"#.utf8), &template))
    #expect(template.hits == 2)
    var fresh = JSONTemplate()
    #expect(try isIllFormed(bad, &fresh))
    #expect(try !isIllFormed(Array(#"{"t":"b"}"#.utf8), &fresh))
    #expect(fresh.hits == 0)
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
    #expect(reader.template.hits > 0)
  }

  @Test func aStreamThatNeverFitsIsLearnedSeldom() {
    var template = JSONTemplate()
    var learned = 0
    for number in 0..<800 {
      let text = Array(#"{"id":"\#(number)","t":"a"}"#.utf8)
      do throws(WireError) {
        try JSONScanner.scan(text.span) { (json) throws(WireError) in
          guard !template.matches(&json) else { return }
          let fields = Reader.scan(&json)
          guard template.wantsToLearn, let slice = fields["t"] else { return }
          learned += 1
          template.learn(json, [JSONTemplate.Hole(.string, slice)])
        }
      } catch { Issue.record("\(error)") }
    }
    #expect(template.hits == 0)
    #expect((100...120).contains(learned), "\(learned)")
  }
}
