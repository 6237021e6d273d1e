// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// dialects.md, part 3.
@Suite struct FinishWordTests {
  @Test(arguments: [
    ("stop", FinishReason.stop), ("eos", .stop), ("stop_sequence", .stop), ("end_turn", .stop), ("COMPLETE", .stop),
    ("STOP", .stop), ("tool_calls", .toolCalls), ("function_call", .toolCalls), ("tool_use", .toolCalls),
    ("length", .length), ("max_tokens", .length), ("MAX_TOKENS", .length), ("model_length", .length),
    ("content_filter", .contentFilter), ("safety", .contentFilter), ("SAFETY", .contentFilter),
    ("refusal", .refusal), ("pause_turn", .pause),
  ]) func reasons(_ word: String, _ reason: FinishReason) {
    let decoded = Decoded(stream(stop(word)))
    #expect(decoded.events.last == .finish(Finish(reason: reason, native: word)) && decoded.warnings.isEmpty)
  }

  @Test(arguments: ["custom", "Stop", " ", "0", "FAKE_ENUM"]) func unknownWords(_ word: String) {
    let decoded = Decoded(stream(stop(word)))
    #expect(decoded.events.last == .finish(Finish(reason: .unknown, native: word)))
    #expect(decoded.warnings == [.unknownFinish])
  }

  @Test func anUnknownWordIsShownWithoutControls() throws {
    let decoded = Decoded(stream(stop(#"\u001b[31m"# + String(repeating: "x", count: 5000))))
    let message = try #require(decoded.answer.warnings.first?.message)
    #expect(!message.unicodeScalars.contains { $0.value < 0x20 } && message.utf8.count < 200)
    #expect(decoded.answer.nativeFinish?.utf8.count == 5005)
  }

  /// Rule C7: no error object says why, and still it is no answer.
  @Test func C7_finishReasonErrorAlone() {
    let decoded = Decoded.everyWay(stream(words("a"), stop("error")))
    #expect(decoded.script == ["text a", "error provider"])
    #expect(decoded.failure?.nativeFinish == "error" && decoded.failure?.isRetryable == true)
    #expect(Decoded.everyWay(stream(words("a"), stop("error"), done: false)).failure?.code == .provider)
    #expect(Decoded.everyWay(answer(#"{"content":"a"}"#, finish: "error")).failure?.code == .provider)
  }
}
