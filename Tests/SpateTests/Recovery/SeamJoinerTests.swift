// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import Spate

/// How the rest of an answer is joined to what had come of it.
@Suite struct SeamJoinerTests {
  static let story = "Once upon a time there was a river that did not know where it came from."

  /// The words after the seam, and the overlap, for every way to cut `rest` into pieces of one size.
  static func join(_ text: String, _ rest: String, size: Int) -> (words: String, seam: Seam?) {
    var joiner = SeamJoiner(prefill: text)
    var out: [StreamEvent] = []
    let bytes = Array(rest)
    for start in stride(from: 0, to: bytes.count, by: size) {
      var events = [StreamEvent.text(TextDelta(String(bytes[start..<min(start + size, bytes.count)])))]
      joiner.join(&events)
      out += events
    }
    var last = [StreamEvent.finish(Finish(reason: .stop, native: "stop"))]
    joiner.join(&last, isLast: true)
    out += last
    var words = ""
    var seam: Seam?
    for event in out {
      if case .text(let delta) = event { words += delta.text }
      if case .resumed(let found) = event {
        #expect(seam == nil && words.isEmpty)
        seam = found
      }
    }
    return (words, seam)
  }

  @Test(
    arguments: [
      // Goes on with the next word.
      (story, " It asked the rain.", " It asked the rain.", 0),
      // Repeats the end, or all.
      (story, "that did not know where it came from. It asked.", " It asked.", 37),
      (story, story + " It asked.", " It asked.", 72),
      (story, story, "", 72),
      ("Spate streams answers", "Spate streams answers from all", " from all", 21),
      // Short repetitions may be meant.
      ("He said no", "no no no", "no no no", 0), (story, "from. It asked.", "from. It asked.", 0),
      ("Hel", "lo", "lo", 0),
      // White space that the request could not hold.
      ("One, two, ", " three", "three", 1), ("One, two, ", "three", "three", 0), ("Line\n\n", "\n\nNext", "Next", 2),
      ("Line\n\n", "\nNext", "\nNext", 0),
      // More than characters of one byte.
      ("Ein Fluß mit Füßen, der überall hinfloß", "der überall hinfloß und ging", "der überall hinfloß und ging", 0),
      ("", "Hello", "Hello", 0),
    ] as [(String, String, String, Int)])
  func leavesOutWhatComesTwice(text: String, rest: String, expected: String, overlap: Int) {
    for size in [1, 2, 3, 7, 1000] {
      let (words, seam) = Self.join(text, rest, size: size)
      #expect(words == expected, "in pieces of \(size)")
      #expect(seam == Seam(method: .prefill, position: text.utf8.count, overlap: overlap))
    }
  }

  /// Any split gives the same, and nothing but an end of the text is ever left out.
  @Test func everySplitGivesTheSame() {
    var random = SeededRandom(seed: 11)
    for _ in 0..<300 {
      let text = String(
        (0..<Int.random(in: 0...80, using: &random)).map { _ in "ab ".randomElement(using: &random) ?? "a" })
      let tail = Int.random(in: 0...text.count, using: &random)
      let more = String(
        (0..<Int.random(in: 1...20, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" })
      let rest = String(text.suffix(tail)) + more
      let whole = Self.join(text, rest, size: 1000)
      #expect(Self.join(text, rest, size: 1).words == whole.words)
      #expect(Self.join(text, rest, size: 5).words == whole.words)
      #expect(rest.hasSuffix(whole.words))
      #expect(text.hasSuffix(rest.dropLast(whole.words.count)))
    }
  }

  @Test func holdsNothingBackThatIsNoRepetition() {
    var joiner = SeamJoiner(prefill: Self.story)
    var events = [StreamEvent.start(ResponseStart(id: "second")), .text(TextDelta("X"))]
    joiner.join(&events)
    #expect(events.map(\.label) == ["resumed:72:0", "text:X"])
  }

  @Test func whatIsNoWordEndsTheDoubt() {
    var joiner = SeamJoiner(prefill: Self.story)
    var events = [
      StreamEvent.text(TextDelta("that did not")), .usage(Usage(input: 1)),
      .finish(Finish(reason: .length, native: "length")),
    ]
    joiner.join(&events)
    #expect(events.map(\.label) == ["usage", "resumed:72:0", "text:that did not", "finish:length"])
  }

  /// It would stand there twice, and once more after the next request.
  @Test func R3_aRepetitionThatIsCutIsLeftOut() {
    var joiner = SeamJoiner(prefill: Self.story)
    var events = [StreamEvent.text(TextDelta("Once upon a time there was")), .usage(Usage(input: 1))]
    joiner.join(&events)
    joiner.join(&events, isLast: true, isCut: true)
    #expect(events.map(\.label) == ["usage"])
    var other = SeamJoiner(prefill: Self.story)
    events = [.text(TextDelta("It asked"))]
    other.join(&events)
    other.join(&events, isLast: true, isCut: true)
    #expect(events.map(\.label) == ["resumed:72:0", "text:It asked"])
  }

  @Test func aCursorRepeatsNothing() {
    var joiner = SeamJoiner(cursorAfter: Self.story)
    var events = [StreamEvent.text(TextDelta(Self.story))]
    joiner.join(&events)
    #expect(events.map(\.label) == ["resumed:72:0", "text:\(Self.story)"])
  }

  /// Worst shapes for a search: long runs of one letter.
  @Test func longRunsTakeLinearTime() {
    let text = String(repeating: "a", count: 100_000)
    let (words, _) = Self.join(text, String(repeating: "a", count: 5000), size: 50)
    // All that may be a repetition of the end that is looked at.
    #expect(words.count == 5000 - 4096)
  }
}
