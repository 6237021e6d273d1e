// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct StreamEventTests {
  /// Frequent payloads lie in the event; a rare one that grows must go behind a reference.
  @Test func anEventIsAtMost40Bytes() {
    #expect(MemoryLayout<StreamEvent>.size <= 40 && MemoryLayout<StreamEvent>.stride <= 40)
  }

  @Test func anErrorIsOneWord() {
    #expect(MemoryLayout<SpateError>.size == MemoryLayout<UnsafeRawPointer>.size)
    #expect(MemoryLayout<Result<Void, SpateError>>.size <= 2 * MemoryLayout<UnsafeRawPointer>.size)
  }

  @Test func aDeltaPrintsItsText() {
    #expect("\(TextDelta("a\n"))" == "a\n")
  }

  @Test func finishKnowsItsOutcome() {
    #expect(Finish(reason: .length, native: "length").outcome == .limited)
    #expect(Finish(reason: .stop, native: nil, outcome: .filtered).outcome == .filtered)
  }

  @Test func eventsAreComparedByWhatTheyHold() {
    #expect(StreamEvent.text(TextDelta("a")) != .reasoning(TextDelta("a")))
    #expect(StreamEvent.text(TextDelta("a")) != .text(TextDelta("a", choice: 1)))
    #expect(StreamEvent.usage(Usage(input: 1)) == .usage(Usage(input: 1)))
  }
}
