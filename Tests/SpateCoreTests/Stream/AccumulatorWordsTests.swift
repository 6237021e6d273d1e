// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import Testing

/// Words that come in one batch are joined before they are added: that must make no difference.
@Suite struct AccumulatorWordsTests {
  private static let pieces = [
    "a", " word", "", "é", "e", "\u{301}", "👩", "\u{200D}", "👩", "\n", "\u{0}",
    "a piece that is longer than a small string",
  ]

  private func event(_ random: inout SeededRandom) -> StreamEvent {
    let delta = TextDelta(
      Self.pieces.randomElement(using: &random) ?? "", choice: Int32.random(in: 0...9, using: &random) == 0 ? 1 : 0,
      block: Int32.random(in: 0...9, using: &random) == 0 ? 3 : 0)
    switch Int.random(in: 0...19, using: &random) {
    case 0: return .reasoning(delta)
    case 1: return .usage(Usage(input: 1, output: 2))
    case 2: return .refusal(delta)
    case 3: return .warning(StreamWarning(.lateBreak, "m"))
    default: return .text(delta)
    }
  }

  @Test(arguments: SeededRandom.seeds(200)) func batchesGiveWhatSingleEventsGive(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var (single, batched) = (Accumulator(), Accumulator())
    for _ in 0..<6 {
      var batch: [StreamEvent] = []
      for _ in 0..<Int.random(in: 0...40, using: &random) { batch.append(event(&random)) }
      for event in batch { single.add(event) }
      let given = batch
      batched.add(completing: &batch)
      #expect(batch == given)
      let isSame = batched.partial == single.partial && batched.partial.message == single.partial.message
      #expect(isSame, "seed \(seed): \(batched.partial.choices) instead of \(single.partial.choices)")
    }
    let error = SpateError(.truncated, "cut")
    let isSame = batched.fail(error).partial == single.fail(error).partial
    #expect(isSame, "the estimate of seed \(seed)")
  }
}
