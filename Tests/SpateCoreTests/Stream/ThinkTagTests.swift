// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct ThinkTagTests {
  private struct Read: Equatable {
    var text = ""
    var reasoning = ""
  }

  private static func events(_ pieces: [String], _ tags: ThinkTags = .standard) -> [StreamEvent] {
    var filter = ThinkTagFilter(tags)
    var all: [StreamEvent] = []
    for piece in pieces {
      var events: [StreamEvent] = [.text(TextDelta(piece))]
      filter.filter(&events, isLast: false)
      all += events
    }
    var last: [StreamEvent] = [.finish(Finish(reason: .stop, native: "stop"))]
    filter.filter(&last, isLast: true)
    return all + last
  }

  private static func read(_ pieces: [String], _ tags: ThinkTags = .standard) -> Read {
    var read = Read()
    for event in events(pieces, tags) {
      if case .text(let delta) = event { read.text += delta.text }
      if case .reasoning(let delta) = event { read.reasoning += delta.text }
    }
    return read
  }

  private static let cases: [(String, Read)] = [
    ("<think>Hm. 17 * 3</think>\n\n51", Read(text: "51", reasoning: "Hm. 17 * 3")),
    ("<think></think>51", Read(text: "51")),
    ("51 < 52 and <b>bold</b> <", Read(text: "51 < 52 and <b>bold</b> <")),
    ("<thinking>a</thinking>b<think>c</think>d", Read(text: "bd", reasoning: "ac")),
    ("<think>é😀</think>é😀", Read(text: "é😀", reasoning: "é😀")),
    ("<think>cut in the mid</thi", Read(reasoning: "cut in the mid</thi")),
    ("<thinker>no</thinker>", Read(text: "<thinker>no</thinker>")),
    ("a<<think>b</think>", Read(text: "a<", reasoning: "b")),
  ]

  @Test(arguments: cases.indices) func D14_everySplitGivesTheSame(_ index: Int) {
    let (text, expected) = Self.cases[index]
    let scalars = Array(text.unicodeScalars)
    func piece(_ range: Range<Int>) -> String {
      var piece = String.UnicodeScalarView()
      piece.append(contentsOf: scalars[range])
      return String(piece)
    }
    #expect(Self.read([text]) == expected)
    #expect(Self.read(scalars.map { String($0) }) == expected)
    for first in 0...scalars.count {
      for second in first...scalars.count {
        let pieces = [piece(0..<first), piece(first..<second), piece(second..<scalars.count)].filter { !$0.isEmpty }
        guard Self.read(pieces) == expected else {
          Issue.record("\(pieces): \(Self.read(pieces))")
          return
        }
      }
    }
  }

  /// Only what may be a tag waits: `<` alone does, `< ` and `<b` do not.
  @Test func D14_holdsBackOnlyWhatMayBecomeATag() {
    var filter = ThinkTagFilter(.standard)
    func given(_ piece: String) -> String {
      var events: [StreamEvent] = [.text(TextDelta(piece))]
      filter.filter(&events, isLast: false)
      return events.reduce("") { if case .text(let delta) = $1 { $0 + delta.text } else { $0 } }
    }
    #expect(given("a <") == "a ")
    #expect(given(" b") == "< b")
    #expect(given("<b") == "<b")
    #expect(given("<thi") == "")
    #expect(given("s>") == "<this>")
    #expect(given("<r") == "")
    #expect(given("easonable") == "<reasonable")
  }

  @Test func D15_firstCloseWins() {
    #expect(
      Self.read(["<think>It ends with </think> they say</think>51"])
        == Read(text: "they say</think>51", reasoning: "It ends with "))
  }

  @Test func thoughtsThatTheTemplateOpened() {
    #expect(Self.read(["Hm.</think>51"], .startingInside) == Read(text: "51", reasoning: "Hm."))
    #expect(Self.read(["<think>Hm.</think>51"], .startingInside) == Read(text: "51", reasoning: "Hm."))
    let own = ThinkTags([.init(open: "[THINK]", close: "[/THINK]")])
    #expect(Self.read(["[TH", "INK]x[/THINK]y"], own) == Read(text: "y", reasoning: "x"))
  }

  @Test func finishIsLastAndTheHeldWordsComeBeforeIt() {
    let events = Self.events(["a<th"])
    guard case .finish? = events.last, case .text(let delta)? = events.dropLast().last else {
      Issue.record("\(events)")
      return
    }
    #expect(delta.text == "<th" && events.count == 3)
  }

  @Test func answersAreToldApart() {
    var filter = ThinkTagFilter(.standard)
    var events: [StreamEvent] = [
      .text(TextDelta("<think>a", choice: 0)), .text(TextDelta("b", choice: 1)),
      .text(TextDelta("c</think>d", choice: 0)),
    ]
    filter.filter(&events, isLast: true)
    #expect(
      events == [
        .reasoning(TextDelta("a", choice: 0)), .text(TextDelta("b", choice: 1)), .reasoning(TextDelta("c", choice: 0)),
        .text(TextDelta("d", choice: 0)),
      ])
  }
}
