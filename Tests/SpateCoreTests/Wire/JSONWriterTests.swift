// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import Testing

@Suite struct JSONWriterTests {
  static func text(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func commasAndColonsComeByThemselves() {
    let text = Self.text { json in
      json.object {
        $0.member("a", "x")
        $0.member("b", 1)
        $0.object("c") { $0.member("d", true) }
        $0.array("e") {
          $0.integer(1)
          $0.string("y")
          $0.object { _ in }
          $0.array { _ in }
          $0.null()
          $0.bool(false)
          $0.verbatim(Array("[1.50]".utf8))
        }
        $0.null("f")
        $0.member("g", 0.5)
        $0.member("h", [1, ["i": nil]] as JSONValue)
      }
    }
    #expect(
      text == "{\"a\":\"x\",\"b\":1,\"c\":{\"d\":true},\"e\":[1,\"y\",{},[],null,false,[1.50]],\"f\":null,\"g\":0.5,"
        + "\"h\":[1,{\"i\":null}]}")
  }

  @Test func absentMembersAreLeftOut() {
    let text = Self.text { json in
      json.object {
        $0.member("a", String?.none)
        $0.member("b", Int?.none)
        $0.member("c", Double?.none)
        $0.member("d", Bool?.none)
        $0.member("e", JSONValue?.none)
        $0.member("f", Double.infinity)
        $0.member("g", Double.nan)
        $0.nullable("h", String?.none)
        $0.nullable("i", Int?.none)
        $0.nullable("j", "x")
        $0.nullable("k", 1)
      }
    }
    #expect(text == "{\"h\":null,\"i\":null,\"j\":\"x\",\"k\":1}")
  }

  /// Whatever stands before and behind it, at each place of the words that it looks at together.
  @Test func findsEachEscapeAtEachPlace() {
    func escaped(_ scalar: Unicode.Scalar) -> String {
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      case _ where scalar.value < 0x20: "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    let specials = (0..<0x24).compactMap(Unicode.Scalar.init) + ["\\", "]", "\u{7F}", "é", "\u{FFFF}", "😀"]
    for special in specials {
      for place in 0..<20 {
        for filler in ["a", "é", "!", "\"", " "] as [Unicode.Scalar] {
          var text = String.UnicodeScalarView(repeating: filler, count: place)
          text.append(special)
          text.append(contentsOf: String.UnicodeScalarView(repeating: filler, count: 9))
          var json = JSONWriter()
          json.string(String(text))
          let expected = "\"" + text.map(escaped).joined() + "\""
          #expect(String(decoding: json.bytes, as: UTF8.self) == expected, "\(special.value) at \(place) in \(filler)")
        }
      }
    }
  }

  @Test func escapesWhatMustBeEscaped() {
    let all = String(String.UnicodeScalarView((0..<0x20).compactMap(Unicode.Scalar.init)))
    let text = Self.text { $0.string(all + "\"\\/\u{7F}é\u{2028}😀") }
    #expect(
      text == "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\u0008\\t\\n\\u000b\\u000c\\r\\u000e\\u000f"
        + "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e"
        + "\\u001f\\\"\\\\/\u{7F}é\u{2028}😀\"")
  }

  @Test(arguments: ["", "a", "\"", "\\", "\0", "\r\n", "a\"b\\c\nd", "é😀\u{301}", "\u{FFFD}\u{FEFF}", "\u{1F}\u{20}"])
  func everyStringReadsBackAsItWas(_ string: String) throws {
    let text = Self.text { $0.object { $0.member(named: string, .string(string)) } }
    #expect(JSONReference.accepts(Array(text.utf8)))
    let members = try #require(JSONValue(parsing: text).object).members
    #expect(members.map { Array($0.key.utf8) } == [Array(string.utf8)])
    #expect(members.first?.value.string.map { Array($0.utf8) } == Array(string.utf8))
  }

  @Test func randomValuesReadBackAsTheyWere() throws {
    for seed in SeededRandom.seeds(60) {
      var random = SeededRandom(seed: seed)
      let value = Self.random(4, using: &random)
      #expect(JSONReference.accepts(value.bytes), "SPATE_SEED=\(seed)")
      #expect(try JSONValue(parsing: value.bytes) == value, "SPATE_SEED=\(seed)")
    }
  }

  @Test func startsAgainAfterRemoveAll() {
    var writer = JSONWriter()
    writer.integer(1)
    writer.removeAll()
    writer.integer(2)
    #expect(writer.bytes == [UInt8(ascii: "2")])
  }

  private static func random(_ depth: Int, using random: inout SeededRandom) -> JSONValue {
    func string(_ random: inout SeededRandom) -> String {
      let scalars = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) ?? "x"
      }
      return String(String.UnicodeScalarView(scalars))
    }
    switch Int.random(in: 0..<(depth == 0 ? 5 : 7), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .number(JSONNumber(Int.random(in: .min ... .max, using: &random)))
    case 3: return JSONNumber(Double(bitPattern: random.next())).map(JSONValue.number) ?? .null
    case 4: return .string(string(&random))
    case 5:
      return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in Self.random(depth - 1, using: &random) })
    default:
      let count = Int.random(in: 0...20, using: &random)
      return .object(JSONObject((0..<count).map { _ in (string(&random), Self.random(depth - 1, using: &random)) }))
    }
  }
}
