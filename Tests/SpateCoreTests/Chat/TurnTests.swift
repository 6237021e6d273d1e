// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

/// An answer becomes a turn with its parts in order, and every opaque byte in its place. Rules N1, N2, N3, N5, N6, N11.
@Suite struct TurnTests {
  private func turn(_ events: StreamEvent...) -> [ContentPart] {
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    return accumulator.partial.message.content
  }

  private func signed(_ signature: String, block: Int32) -> StreamEvent {
    .reasoningDetail(BlockSeal(Seal(dialect: .anthropic, signature: signature), block: block))
  }

  @Test func N1_partsKeepTheirOrder() {
    let call = ToolCall(id: "t", name: "f", arguments: "{}")
    let search = ProviderTool(id: "s", name: "search", input: "{}", seal: Seal(dialect: .anthropic, details: ["a": 1]))
    let parts = turn(
      .reasoning(TextDelta("h", block: 0)), .reasoning(TextDelta("m", block: 0)), signed("S0", block: 0),
      .text(TextDelta("a", block: 1)), .providerTool(search), .text(TextDelta("b", block: 3)),
      .reasoning(TextDelta("x", block: 4)), signed("S4", block: 4),
      .toolInputStart(ToolInputStart(index: 0, id: "t", name: "f")), .text(TextDelta("c", block: 6)), .toolCall(call))
    #expect(
      parts == [
        .reasoning(Reasoning(text: "hm", signature: "S0", dialect: .anthropic)), "a", .providerTool(search), "b",
        .reasoning(Reasoning(text: "x", signature: "S4", dialect: .anthropic)), .toolCall(call), "c",
      ])
  }

  @Test func interleavedBlocksArePutTogether() {
    let parts = turn(
      .text(TextDelta("Grü", block: 0)), .text(TextDelta("🙂", block: 1)), .text(TextDelta("ße", block: 0)),
      .text(TextDelta("!", block: 1)))
    #expect(parts == ["Grüße", "🙂!"])
  }

  @Test func N2_signaturesAreAppendedInOrder() {
    #expect(
      turn(.reasoning(TextDelta("h")), signed("ab", block: 0), signed("bc", block: 0))
        == [.reasoning(Reasoning(text: "h", signature: "abbc", dialect: .anthropic))])
  }

  @Test func N3_redactedBlocksWithoutWords() {
    func redacted(_ data: JSONValue, _ block: Int32) -> StreamEvent {
      .reasoningDetail(BlockSeal(Seal(dialect: .anthropic, details: ["data": data]), block: block))
    }
    #expect(
      turn(redacted("1", 0), redacted("2", 1), .text(TextDelta("a", block: 2))) == [
        .reasoning(Reasoning(text: "", details: ["data": "1"], dialect: .anthropic)),
        .reasoning(Reasoning(text: "", details: ["data": "2"], dialect: .anthropic)), "a",
      ])
  }

  @Test func N5_unknownPartsAreKept() {
    let part = ContentPart.native(NativePart(dialect: .anthropic, type: "x", value: ["type": "x"]))
    #expect(turn(.text(TextDelta("a")), .part(WholePart(part))) == ["a", part])
  }

  @Test func N6_sourcesBelongToTheirWordsAlsoWhenLate() {
    func source(_ number: JSONValue, _ block: Int32) -> Source {
      Source(native: number, dialect: .anthropic, block: block)
    }
    let parts = turn(
      .text(TextDelta("a", block: 0)), .text(TextDelta("b", block: 1)), .source(source(1, 0)), .source(source(2, 1)),
      .source(source(3, 0)), .source(Source(native: 4)))
    let seal = Seal(dialect: .anthropic)
    #expect(
      parts == [
        .annotated(AnnotatedText("a", citations: [1, 3], seal: seal)),
        .annotated(AnnotatedText("b", citations: [2], seal: seal)),
      ])
  }

  @Test func N11_sealsOfWordsAreNotReplacedByNothing() {
    let parts = turn(
      .text(TextDelta("a")), .textDetail(BlockSeal(Seal(dialect: .gemini, signature: "S"))),
      .textDetail(BlockSeal(Seal(dialect: .gemini))))
    #expect(parts == [.annotated(AnnotatedText("a", seal: Seal(dialect: .gemini, signature: "S")))])
  }

  @Test func sealsAreForTheirDialectOnly() {
    #expect(Seal(dialect: .anthropic).isFor(.anthropic) && !Seal(dialect: .anthropic).isFor(.gemini, .openAIChat))
    #expect(Seal(signature: "S").isFor(.gemini))
  }

  @Test func otherAnswersDoNotMixIn() {
    let parts = turn(
      .text(TextDelta("a")), .text(TextDelta("b", choice: 1, block: 2)),
      .reasoningDetail(BlockSeal(Seal(signature: "S"), choice: 1)))
    #expect(parts == ["a"])
  }
}
