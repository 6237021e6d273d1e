// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// How answers end that are written: the words of their finish, and errors. Rules C11, C12.
@Suite struct ChatWriterEndTests: ChatWriterSuite {
  @Test(arguments: [
    (FinishReason.stop, "stop"), (.length, "length"), (.toolCalls, "tool_calls"), (.contentFilter, "content_filter"),
    (.refusal, "refusal"), (.pause, "pause_turn"), (.error, "error"),
  ]) func C12_finishWords(_ reason: FinishReason, _ word: String) throws {
    let events: [StreamEvent] = [.text(TextDelta("a")), .finish(Finish(reason: reason, native: nil))]
    #expect(try chunks(events).last?["choices"]?[0]?["finish_reason"] == .string(word))
    #expect(
      try JSONValue(parsing: ChatAnswerWriter.bytes(of: events))["choices"]?[0]?["finish_reason"] == .string(word))
    if reason != .error {
      #expect(Decoded([bytes(events)]).answer.finish == reason)
      #expect(Decoded([ChatAnswerWriter.bytes(of: events)]).answer.finish == reason)
    }
  }

  @Test func C12_aFinishWithoutAReasonIsGivenNone() throws {
    let events: [StreamEvent] = [.text(TextDelta("a")), .finish(Finish(reason: .unknown, native: nil))]
    #expect(try chunks(events).allSatisfy { $0["choices"]?[0]?["finish_reason"]?.isNull == true })
    let decoded = Decoded([bytes(events)])
    #expect(decoded.answer.finish == .unknown && decoded.answer.nativeFinish == nil && decoded.failure == nil)
    #expect(decoded.answer.warnings.map(\.code) == [.missingFinish])
    let odd = bytes([.text(TextDelta("a")), .finish(Finish(reason: .unknown, native: "odd"))])
    #expect(Decoded([odd]).answer.nativeFinish == "odd")
    let whole = try JSONValue(parsing: ChatAnswerWriter.bytes(of: events))
    #expect(whole["choices"]?[0]?["finish_reason"]?.isNull == true)
  }

  @Test func C12_aRefusalInWordsEndsAsOpenAIEndsIt() throws {
    let events: [StreamEvent] = [.refusal(TextDelta("no")), .finish(Finish(reason: .refusal, native: nil))]
    #expect(try chunks(events).last?["choices"]?[0]?["finish_reason"] == "stop")
    #expect(Decoded([bytes(events)]).answer.finish == .refusal)
    #expect(Decoded([ChatAnswerWriter.bytes(of: events)]).answer.finish == .refusal)
  }

  @Test func wordsOfOtherProvidersAreKeptOrTranslated() {
    let finish = StreamEvent.finish(Finish(reason: .stop, native: "end_turn"))
    for (keeps, word) in [(true, "end_turn"), (false, "stop")] {
      var writer = ChatStreamWriter(start: Self.start, includesUsage: false, keepsNativeWords: keeps)
      #expect(writer.chunks(of: finish).map { $0.choices[0].finishWord } == [word])
    }
    var writer = ChatStreamWriter(start: Self.start, includesUsage: false, keepsNativeWords: false)
    let odd = writer.chunks(of: .finish(Finish(reason: .unknown, native: "odd")))
    #expect(odd.map { $0.choices[0].finishWord } == ["odd"] && odd.map { $0.choices[0].finishReason } == [.unknown])
  }

  // MARK: Errors

  @Test func C11_anErrorInAStreamIsReadAsOneAndEndsIt() throws {
    let before = bytes([.start(Self.start), .text(TextDelta("half"))])
    let error = ChatStreamWriter.failure("too \"many\"", type: "server_error", code: "overloaded")
    let decoded = Decoded([before + error])
    #expect(decoded.failure?.message == "too \"many\"" && decoded.failure?.providerCode == "overloaded")
    #expect(decoded.answer.text == "half")
    #expect(error.suffix(ChatStreamWriter.lastWord.count) == ChatStreamWriter.lastWord[...])
  }

  @Test(arguments: [
    SpateError.Code.auth, .quota, .rateLimit, .overloaded, .server, .contextLength, .contentFilter,
    .unsupportedParameter, .notFound, .tooLarge, .badRequest,
  ]) func C11_anErrorIsReadAsItsOwnClass(_ code: SpateError.Code) {
    let frame = ChatStreamWriter.frame(of: SpateError(code, "so it is"))
    let before = bytes([.start(Self.start), .text(TextDelta("half"))])
    let decoded = Decoded([before + frame])
    #expect(decoded.failure?.code == code && decoded.failure?.message == "so it is")
    #expect(decoded.answer.text == "half")
  }

  @Test(arguments: [SpateError.Code.truncated, .timeout, .connect, .dns, .decode, .limit])
  func C11_whatBrokeOnTheWayIsTheServersFailure(_ code: SpateError.Code) {
    let decoded = Decoded([ChatStreamWriter.frame(of: SpateError(code, "gone"))])
    #expect(decoded.failure?.code == .server && decoded.failure?.providerCode == code.description)
  }

  @Test func C11_aProvidersOwnCodeIsPassedOn() throws {
    var error = SpateError(.rateLimit, "slow down")
    error.providerCode = "tokens"
    let frame = String(decoding: ChatStreamWriter.frame(of: error), as: UTF8.self)
    #expect(frame.hasPrefix("data: {\"error\":") && frame.hasSuffix("}\n\n") && !frame.contains("[DONE]"))
    #expect(try JSONValue(parsing: String(frame.dropFirst(6)))["error"]?["code"] == "tokens")
  }

  @Test func C11_errorsAreReadAsErrors() throws {
    let bytes = ChatAnswerWriter.error("slow \"down\"", type: "rate_limit_error", code: "429")
    let failure = try #require(Decoded([bytes], context: ResponseContext(status: 429)).failure)
    #expect(failure.code == .rateLimit && failure.message == "slow \"down\"" && failure.providerCode == "429")
    #expect(try JSONValue(parsing: bytes)["error"]?["param"]?.isNull == true)
  }
}
