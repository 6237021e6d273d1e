// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateTestSupport
import Testing

@Suite struct PartialJSONTests {
  private static func read(_ pieces: String...) -> PartialJSON {
    var json = PartialJSON()
    for piece in pieces { json.feed(piece) }
    return json
  }

  private static func read(_ bytes: [UInt8], cutAt cuts: [Int]) -> PartialJSON {
    var json = PartialJSON()
    var start = 0
    for cut in cuts + [bytes.count] {
      json.feed(bytes.span.extracting(start..<cut))
      start = cut
    }
    return json
  }

  @Test func saysWhatIsOpen() {
    var json = Self.read(#"{"city": "Par"#)
    #expect(json.kind() == .object && !json.isClosed() && !json.isComplete)
    #expect(json.text(at: "city") == "Par" && !json.isClosed(at: "city"))
    json.feed(#"is", "days": 1"#)
    #expect(json.text(at: "city") == "Paris" && json.isClosed(at: "city"))
    #expect(json.kind(at: "days") == .number && !json.isClosed(at: "days"))
    #expect(json.value() == ["city": "Paris"])
    json.feed(#"2, "list": [true, fal"#)
    #expect(json.value() == ["city": "Paris", "days": 12, "list": [true]])
    #expect(json.count(at: "list") == 2 && json.count() == 3 && json.count(at: "city") == 0)
    json.feed("se]}")
    #expect(json.isComplete && json.isClosed(at: "list", 1) && json.value(at: "list", 1) == false)
    #expect(json.value(at: "list", 2) == nil && json.value(at: "none") == nil && json.value(at: 0) == nil)
  }

  @Test func keysAreThereWithTheirValues() {
    var json = Self.read(#"{"na"#)
    #expect(json.value() == [:])
    json.feed(#"me":"#)
    #expect(json.count() == 0)
    json.feed(#" ""#)
    #expect(json.value() == ["name": ""])
  }

  @Test func T10_holdsBackWhatIsNoScalarYet() {
    var json = Self.read(#"["a\"#)
    for piece in ["u", "d", "8", "3", "d"] {
      #expect(json.text(at: 0) == "a")
      json.feed(piece)
    }
    #expect(json.text(at: 0) == "a")
    json.feed(#"\ude0"#)
    #expect(json.text(at: 0) == "a")
    json.feed("0!")
    #expect(json.text(at: 0) == "a😀!")

    var bytes = PartialJSON()
    for (byte, text) in [(UInt8(0x5B), nil), (0x22, ""), (0xE2, ""), (0x82, ""), (0xAC, "€")] as [(UInt8, String?)] {
      bytes.feed([byte].span)
      #expect(bytes.text(at: 0) == text)
    }
  }

  @Test(arguments: [#"["\ud83dx"]"#, #"["\ud83d\n"]"#, #"["\ud83d"]"#, #"["\ude00"]"#, #"["\ud83d\ud83d\ude00"]"#])
  func T10_loneHalvesAreReplaced(_ text: String) throws {
    let json = Self.read(text)
    #expect(try json.value() == JSONValue(parsing: text))
    #expect(json.text(at: 0)?.unicodeScalars.contains("\u{FFFD}") == true)
  }

  @Test func T10_whatIsHeldBackIsFlushedAtTheEndOnly() {
    for open in [#"["a\ud83d"#, #"["a\u00"#, #"["a\"#] {
      var json = Self.read(open)
      #expect(json.text(at: 0) == "a")
      json.finish()
      #expect(json.text(at: 0) == "a\u{FFFD}" && json.failure == .malformed(.unexpectedEnd, offset: open.utf8.count))
    }
    var cut = PartialJSON()
    cut.feed([0x5B, 0x22, 0xF0, 0x9F, 0x98].span)
    #expect(cut.text(at: 0) == "")
    cut.finish()
    #expect(cut.text(at: 0) == "\u{FFFD}")
  }

  @Test func T11_numbersKeepTheirText() {
    let json = Self.read("[-0, 12345678901234567890, 1.", "50, 1e+", "3]")
    #expect(json.value()?.description == "[-0,12345678901234567890,1.50,1e+3]")
  }

  @Test func aNumberAtTheTopIsClosedByTheEnd() {
    var json = Self.read("1", "2")
    #expect(json.value() == nil && !json.isComplete)
    json.finish()
    #expect(json.value() == 12 && json.isComplete)
    var open = Self.read("-")
    open.finish()
    #expect(open.failure == .malformed(.unexpectedEnd, offset: 1))
  }

  @Test func S26_lastOfDuplicateKeysWins() {
    var json = Self.read(#"{"a": [1, 2], "b": 1, "a": "#)
    #expect(json.value() == ["a": [1, 2], "b": 1])
    json.feed(#""x"#)
    #expect(json.value() == ["a": "x", "b": 1])
    let many = (0..<1000).map { "\"k\($0 % 100)\": \($0)" }.joined(separator: ", ")
    let large = Self.read("{\(many)}")
    #expect(large.count() == 100 && large.value(at: "k7") == 907)
  }

  @Test func whatCameBeforeAMistakeStays() {
    let json = Self.read(#"{"a": "x", "b": y, "c": 1}"#)
    #expect(json.failure == .malformed(.unexpectedByte, offset: 16) && json.value() == ["a": "x"] && !json.isComplete)
    #expect(Self.read("[1] 2").failure == .malformed(.trailingBytes, offset: 4))
    #expect(Self.read("[1] 2").value() == [1])
  }

  @Test func S22_depthIsLimited() {
    var json = PartialJSON()
    for _ in 0..<100_000 { json.feed("[") }
    #expect(json.failure == .limit(.depth, 256))
    #expect(Self.read(String(repeating: "[", count: 256) + String(repeating: "]", count: 256)).isComplete)
  }

  @Test(
    arguments: [
      (#"{"a": 1}"#, ["a": 1]), ("\n ```json\n{\"a\": 1}\n```\nBye {x}.", ["a": 1]),
      (#"In {this} form, {} or {a"}: {"a": {"b": "}"}} {"c": 1}"#, ["a": ["b": "}"]]), (#"{{"a": []}"#, ["a": []]),
      ("{}", [:]), ("no braces", nil), ("Like {}", nil), ("[1]", nil),
    ] as [(String, JSONValue?)])
  func anObjectAmongWords(_ text: String, _ expected: JSONValue?) {
    let bytes = Array(text.utf8)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        var json = PartialJSON(inProse: true)
        var start = 0
        for cut in [first, second, bytes.count] {
          json.feed(bytes.span.extracting(start..<cut))
          start = cut
        }
        json.finish()
        guard (json.isComplete ? json.value() : nil) == expected else {
          Issue.record("\(text) cut at \(first) and \(second): \(json.value()?.description ?? "nil")")
          return
        }
      }
    }
  }

  private static let texts = [
    #"{"id":"x","list":[{"a":"Hé \u00e9\ud83d\ude00 \"x\"\n"},{"b":null}],"n":-1.25e+10,"t":true}"#,
    #" [ 0, -0 , 1E5,12345678901234567890,"",[],{},[[]],{"a":{}},"😀€é", false ] "#,
    #""a\u0041\ud83d\ude00\ud83dz""#, "-12.5e3",
  ]

  @Test(arguments: texts) func T14_everyCutGivesTheSame(_ text: String) throws {
    let bytes = Array(text.utf8)
    let whole = try JSONValue(parsing: bytes)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        var json = Self.read(bytes, cutAt: [first, second])
        json.finish()
        guard json.value() == whole, json.isComplete else {
          Issue.record("\(text) cut at \(first) and \(second): \(json.value()?.description ?? "nil")")
          return
        }
      }
    }
  }

  /// What is there grows: no value that was closed changes, and a string only gets longer.
  @Test(arguments: texts) func everyPrefixIsThePrefixOfTheWhole(_ text: String) throws {
    var json = PartialJSON()
    var last = ""
    for byte in Array(text.utf8) {
      json.feed([byte].span)
      #expect(json.failure == nil)
      let shown = json.text(at: "list", 0, "a") ?? ""
      #expect(shown.hasPrefix(last) && "Hé é😀 \"x\"\n".hasPrefix(shown))
      last = shown
    }
  }

  private static let pieces: [[UInt8]] =
    [
      "{", "}", "[", "]", ",", ":", "\"", "\\", " ", "\n", "0", "1", "-", ".", "e", "\\u", "\\ud83d", "nul", "\"a\":",
      "é",
    ]
    .map { Array($0.utf8) } + [[0x80], [0xC3], [0xF0, 0x9F], [0xED, 0xA0, 0x80], [0xFF]]

  /// Accepts what the scanner accepts, reads the same, and does so for every way to cut it.
  @Test(arguments: SeededRandom.seeds(30)) func P6_agreesWithTheScanner(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<100 {
      var text = Array(Self.texts[Int.random(in: 0..<Self.texts.count, using: &random)].utf8)
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        let place = Int.random(in: 0...text.count, using: &random)
        let piece = Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)]
        text.replaceSubrange(place..<min(place + Int.random(in: 0...3, using: &random), text.count), with: piece)
      }
      var scanned: JSONValue?
      do {
        scanned = try JSONScanner.scan(text.span) { (json) throws(WireError) in json.value() }
      } catch { scanned = nil }
      let cuts = (0..<4).map { _ in Int.random(in: 0...text.count, using: &random) }.sorted()
      var whole = Self.read(text, cutAt: [])
      var cut = Self.read(text, cutAt: cuts)
      whole.finish()
      cut.finish()
      let name = "SPATE_SEED=\(seed), round \(round), \(cuts): \(String(decoding: text, as: UTF8.self))"
      try #require(whole.isComplete == (scanned != nil), "\(name)")
      try #require(whole.value()?.description == cut.value()?.description && whole.failure == cut.failure, "\(name)")
      if let scanned { #expect(whole.value()?.description == scanned.description, "\(name)") }
    }
  }

  /// A measure of the shape of the cost, not of the machine: ten times the deltas, well under a hundred times the work.
  @Test func T9_readingAfterEachDeltaIsLinear() {
    func time(_ count: Int) -> Duration {
      let pieces = (["{\"text\": \""] + Array(repeating: "x", count: count) + ["\"}"])
      return (0..<3).map { _ in
        computingTime {
          var json = PartialJSON()
          for piece in pieces {
            json.feed(piece)
            _ = json.text(at: "text")
          }
        }
      }.min() ?? .zero
    }
    _ = time(1000)
    #expect(time(100_000) < time(10_000) * 30)
  }
}
