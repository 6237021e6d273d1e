// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@Suite struct ChatRequestSummaryTests {
  @Test func readsWhatTheEncoderWrites() throws {
    for isStream in [true, false] {
      let request = ChatRequest(
        model: "m",
        messages: [.system("s"), "one", .assistant("x"), .user(["two", .image(.url("u"))]), .assistant("y")],
        isStream: isStream)
      let body = try OpenAIChatDialect().encode(request, for: ChatRequestTests.plain).body
      let summary = try ChatRequestSummary(parsing: body)
      #expect(summary.model == "m" && summary.isStream == isStream && summary.includesUsage == isStream)
      #expect(summary.lastUserText == "two")
    }
  }

  @Test func defaults() throws {
    let summary = try ChatRequestSummary(parsing: Array(#"{"model":"m","messages":[{"role":"system"}]}"#.utf8))
    #expect(!summary.isStream && !summary.includesUsage && summary.lastUserText.isEmpty)
  }

  @Test(arguments: [
    "", "{", "[]", "{}", #"{"model":""}"#, #"{"model":1,"messages":[{}]}"#, #"{"model":"m"}"#,
    #"{"model":"m","messages":[]}"#, #"{"model":"m","messages":"hi"}"#, "\u{FF}",
  ]) func refusesOthers(_ body: String) {
    let error = #expect(throws: SpateError.self) { try ChatRequestSummary(parsing: Array(body.utf8)) }
    #expect(error?.code == .badRequest)
  }
}
