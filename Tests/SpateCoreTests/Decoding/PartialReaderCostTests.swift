// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import Testing

/// What drafts cost: time, copies, and what is kept between them.
@Suite struct PartialReaderCostTests {
  /// F10 in small: the shape of the cost, not the machine (the figure is Benchmarks' `partial`).
  @Test func T9_draftAfterEachDeltaIsLinear() {
    func time(_ count: Int) -> Duration {
      let item = #"{"text": "Mix it", "minutes": 1.5}, "#
      let text = #"{"title": "x", "steps": ["# + String(repeating: item, count: count / item.count) + "{"
      let pieces = text.map(String.init)
      return (0..<3).map { _ in
        computingTime {
          let reader = PartialReader<PartialReaderTests.Draft>()
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
}
