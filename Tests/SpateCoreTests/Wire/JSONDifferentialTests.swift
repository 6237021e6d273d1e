// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateTestSupport
import Testing

/// The scanner against the slow reference, on JSON texts with random damage.
@Suite struct JSONDifferentialTests {
  private static let texts = [
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"choices\":[{\"index\":0,"
      + "\"delta\":{\"content\":\"Hé \\u00e9\\ud83d\\ude00 \\\"x\\\"\\n\"},\"finish_reason\":null}],\"usage\":null}",
    "[0,-0,1.5,-1.25e+10,1E5,0e0,12345678901234567890,true,false,null,\"\",[],{},[[]],{\"a\":{}}]",
    " { \"a\" : [ 1 , { \"b\" : \"\\\\\\/\\b\\f\\r\\t\" } ] , \"\" : \"😀€é\" } ",
    "\"abcdefgh\\\"ijklmnop\\u0041qrstuvwxyz\"", "[[[[1],2],3],{\"x\":[{\"y\":[]}]}]", "true",
  ].map { Array($0.utf8) }

  private static let pieces: [[UInt8]] =
    [
      "{", "}", "[", "]", ",", ":", "\"", "\\", " ", "\n", "\t", "0", "1", "-", "+", ".", "e", "E", "u", "null", "true",
      "\\u", "\\ud83d", "{}", "[]", "\"a\":", "\u{0}", "\u{1F}", "é", "😀", "\u{FEFF}",
    ].map { Array($0.utf8) } + [[0x80], [0xC3], [0xF0, 0x9F], [0xED, 0xA0, 0x80], [0xFF]]

  private static func damage(_ text: inout [UInt8], using random: inout SeededRandom) {
    let place = Int.random(in: 0...text.count, using: &random)
    let end = min(place + Int.random(in: 1...4, using: &random), text.count)
    let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
    switch Int.random(in: 0..<6, using: &random) {
    case 0: text.removeSubrange(place..<end)
    case 1: text.insert(contentsOf: piece, at: place)
    case 2: text.replaceSubrange(place..<end, with: piece)
    case 3: text.insert(contentsOf: text[place..<end], at: place)
    case 4: if place < text.count { text[place] = UInt8.random(in: 0...255, using: &random) }
    default: text.removeSubrange((Bool.random(using: &random) ? place : text.count)...)
    }
  }

  @Test(arguments: SeededRandom.seeds(40)) func P6_agreesWithTheReference(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<150 {
      var text = Self.texts[Int.random(in: 0..<Self.texts.count, using: &random)]
      for _ in 0..<Int.random(in: 0...3, using: &random) { Self.damage(&text, using: &random) }
      let isValid = JSONReference.accepts(text)
      try #require(
        JSONScannerTests.accepts(text) == isValid,
        "SPATE_SEED=\(seed), round \(round): \(String(decoding: text, as: UTF8.self)) \(text)")
      guard isValid else { continue }
      let value = try JSONValue(parsing: text)
      #expect(try JSONValue(parsing: value.bytes) == value, "SPATE_SEED=\(seed), round \(round)")
    }
  }

  /// Small depth limits are not adjustable, so that nesting near the real one is tried on its own.
  @Test(arguments: SeededRandom.seeds(8)) func P6_agreesAboutNesting(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<10 {
      var text: [UInt8] = []
      var closing: [UInt8] = []
      for _ in 0..<Int.random(in: 250...262, using: &random) {
        let isObject = Bool.random(using: &random)
        text += Array((isObject ? "{\"k\":" : "[").utf8)
        closing.append(UInt8(ascii: isObject ? "}" : "]"))
      }
      text += [UInt8(ascii: "1")] + closing.reversed()
      if Bool.random(using: &random) { Self.damage(&text, using: &random) }
      try #require(
        JSONScannerTests.accepts(text) == JSONReference.accepts(text), "SPATE_SEED=\(seed), round \(round): \(text)")
    }
  }
}
