// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

/// Tokens, each counted once.
@Suite struct GeminiCountsTests {
  private func usage(_ reports: String...) -> Usage? {
    Gemini.read(
      reports.map { Gemini.chunk(Gemini.words("a"), more: #","usageMetadata":\#($0)"#) } + [Gemini.stop()]
    ).answer.usage
  }

  @Test func U1_reportsAreCumulative() {
    let usage = usage(
      #"{"promptTokenCount":10,"thoughtsTokenCount":5}"#, #"{"promptTokenCount":10,"candidatesTokenCount":3}"#,
      #"{"candidatesTokenCount":7,"trafficType":"ON_DEMAND"}"#)
    #expect(usage?.input == 10 && usage?.output == 7 && usage?.reasoning == 5)
    #expect(usage?.native?["trafficType"] == "ON_DEMAND")
  }

  @Test func U2_eachTokenIsInOneBucket() {
    let usage = usage(
      #"{"promptTokenCount":100,"cachedContentTokenCount":40,"candidatesTokenCount":20,"thoughtsTokenCount":30,"#
        + #""toolUsePromptTokenCount":7,"totalTokenCount":157,"promptTokensDetails":[{"modality":"TEXT","tokenCount":75},"#
        + #"{"modality":"AUDIO","tokenCount":25}],"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":5}],"#
        + #""candidatesTokensDetails":[{"modality":4,"tokenCount":8}]}"#)
    let buckets = usage?.buckets
    #expect(buckets?.cacheRead == 40 && buckets?.audioInput == 20 && buckets?.uncachedInput == 47)
    #expect(buckets?.reasoningOutput == 30 && buckets?.audioOutput == 8 && buckets?.textOutput == 12)
    let sum = [
      buckets?.uncachedInput, buckets?.cacheRead, buckets?.cacheWrite, buckets?.textOutput, buckets?.reasoningOutput,
      buckets?.audioInput, buckets?.audioOutput,
    ].compactMap { $0 }.reduce(0, +)
    #expect(sum == 157)
  }

  @Test func absentIsNotZero() {
    for report in [#"{"trafficType":"ON_DEMAND"}"#, "{}", "null"] { #expect(usage(report)?.isReported == false) }
    let usage = usage(#"{"promptTokenCount":5}"#)
    #expect(usage?.input == 5 && usage?.output == nil && usage?.buckets.textOutput == nil)
  }

  @Test func impossibleCountsAreLeftOut() {
    let body = Gemini.chunk(
      Gemini.words("a"), finish: "\"STOP\"",
      more:
        #","usageMetadata":{"promptTokenCount":-5,"candidatesTokenCount":99999999999999999999,"thoughtsTokenCount":1}"#)
    #expect(Gemini.read(body).answer.usage?.isReported == false)
    let half = Gemini.chunk(
      Gemini.words("a"), finish: "\"STOP\"", more: #","usageMetadata":{"promptTokenCount":-5,"candidatesTokenCount":2}"#
    )
    #expect(Gemini.read(half).warnings == [.ignoredValue] && Gemini.read(half).answer.usage?.output == 2)
  }

  @Test func U3_streamedAndWholeTheSame() {
    let report = #","usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"thoughtsTokenCount":4}"#
    let chunk = Gemini.chunk(Gemini.words("a"), finish: "\"STOP\"", more: report)
    #expect(Gemini.read([chunk]).answer.usage == Gemini.read(chunk).answer.usage)
  }
}
