// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Counts, wherever they come: rules U1 to U3, U6.
@Suite struct ChatUsageTests {
  private static let counts = #"{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8}"#

  private func counted(_ report: String) -> Usage? {
    Decoded(stream(words("a"), chunk("{}", finish: "stop", more: #","usage":\#(report)"#))).answer.usage
  }

  @Test(arguments: [
    [stop(), #"{"choices":[],"usage":\#(counts)}"#], [chunk("{}", finish: "stop", more: #","usage":\#(counts)"#)],
    [chunk("{}", more: #","usage":\#(counts)"#), chunk("{}", finish: "stop", more: #","usage":\#(counts)"#)],
    [#"{"choices":[{"delta":{},"finish_reason":"stop","usage":\#(counts)}]}"#],
    [chunk("{}", finish: "stop", more: #","x_groq":{"usage":\#(counts)}"#)],
    [chunk("{}", finish: "stop", more: #","usage":null"#), #"{"usage":\#(counts)}"#],
  ]) func U6_usageInEveryPlace(_ chunks: [String]) {
    let decoded = Decoded.everyWay(stream([chunk(#"{"content":"a"}"#, more: #","usage":null"#)] + chunks))
    #expect(decoded.script == ["text a", "usage 5/3", "finish stop"])
  }

  @Test func U1_theLastReportCounts() {
    func report(_ count: Int) -> String {
      chunk(#"{"content":"a"}"#, more: #","usage":{"prompt_tokens":5,"completion_tokens":\#(count)}"#)
    }
    let decoded = Decoded.everyWay(stream(report(1), report(2), report(2), report(3), stop()))
    #expect(decoded.script.filter { $0.hasPrefix("usage") } == ["usage 5/1", "usage 5/2", "usage 5/3"])
    #expect(decoded.answer.usage?.output == 3 && decoded.answer.usage?.input == 5)
  }

  @Test func U1_aFieldThatIsNotRepeatedIsKept() throws {
    let first = #","usage":{"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":4},"cost":0.5}"#
    let last = #","usage":{"prompt_tokens":null,"completion_tokens":2}"#
    let decoded = Decoded.everyWay(stream(chunk("{}", more: first), chunk("{}", finish: "stop", more: last)))
    let usage = try #require(decoded.answer.usage)
    #expect(usage.input == 9 && usage.output == 2 && usage.cachedInput == 4 && usage.reportedCost == 0.5)
    #expect(usage.buckets.uncachedInput == 5 && usage.buckets.cacheRead == 4 && usage.buckets.textOutput == 2)
    // The reports as they came together; null says nothing.
    #expect(
      usage.native
        == ["prompt_tokens": 9, "prompt_tokens_details": ["cached_tokens": 4], "cost": 0.5, "completion_tokens": 2])
  }

  @Test func U2_disjointBuckets() throws {
    let usage = try #require(
      counted(
        #"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"cost":0.0125,"#
          + #""prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10,"audio_tokens":5},"#
          + #""completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":4}}"#))
    #expect(usage.input == 100 && usage.output == 50 && usage.cachedInput == 60 && usage.cacheWrite == 10)
    #expect(usage.reasoning == 30 && usage.reportedCost == 0.0125)
    let buckets = usage.buckets
    #expect(buckets.uncachedInput == 25 && buckets.cacheRead == 60 && buckets.cacheWrite == 10)
    #expect(buckets.audioInput == 5 && buckets.audioOutput == 4)
    #expect(buckets.textOutput == 16 && buckets.reasoningOutput == 30)
  }

  /// xAI's completion tokens do not count reasoning in: its total says so.
  @Test func U2_reasoningApart() throws {
    let usage = try #require(
      counted(
        #"{"prompt_tokens":10,"completion_tokens":7,"total_tokens":37,"completion_tokens_details":{"reasoning_tokens":20}}"#
      ))
    #expect(usage.output == 7 && usage.buckets.textOutput == 7 && usage.buckets.reasoningOutput == 20)
  }

  @Test(arguments: [
    #"{"prompt_tokens":9,"completion_tokens":1,"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":5}"#,
    #"{"prompt_tokens":9,"completion_tokens":1,"cached_tokens":4}"#,
    #"{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":null,"cached_tokens":4}"#,
    #"{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":null},"cached_tokens":4}"#,
    #"{"input_tokens":9,"output_tokens":1,"input_tokens_details":{"cached_tokens":4}}"#,
  ]) func U2_cachedTokensUnderAnyName(_ report: String) throws {
    let usage = try #require(counted(report))
    #expect(usage.input == 9 && usage.output == 1 && usage.cachedInput == 4 && usage.buckets.uncachedInput == 5)
  }

  @Test func absentIsNotZero() throws {
    let usage = try #require(counted(#"{"prompt_tokens":9}"#))
    #expect(usage.input == 9 && usage.output == nil && usage.reasoning == nil && usage.buckets.textOutput == nil)
    #expect(usage.buckets.cacheRead == nil && usage.buckets.uncachedInput == 9)
  }

  @Test(arguments: ["{}", "[]", "\"\"", "{\"total_tokens\":4}", "{\"prompt_tokens\":null,\"completion_tokens\":null}"])
  func noReport(_ report: String) {
    #expect(counted(report)?.isReported == false)
  }

  /// Nothing says that they are inside: a part can not be larger than its whole, so that it stands beside it.
  @Test func U2_partsLargerThanTheWholeAreApart() throws {
    let usage = try #require(
      counted(
        #"{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":9},"#
          + #""completion_tokens_details":{"reasoning_tokens":9}}"#))
    #expect(usage.buckets.uncachedInput == 3 && usage.buckets.cacheRead == 9)
    #expect(usage.buckets.textOutput == 2 && usage.buckets.reasoningOutput == 9)
  }

  @Test(arguments: ["-1", "9223372036854775807", "1e30", "2.5", String(repeating: "9", count: 1001)])
  func impossibleCountsAreUnknown(_ count: String) {
    let more = #","usage":{"prompt_tokens":\#(count),"completion_tokens":2,"total_tokens":\#(count)}"#
    let decoded = Decoded(stream(chunk("{}", more: more), chunk("{}", finish: "stop", more: more)))
    #expect(decoded.answer.usage?.input == nil && decoded.answer.usage?.output == 2)
    #expect(decoded.warnings == [.ignoredValue])
  }

  @Test func U3_streamAndWholeAnswerCountTheSame() {
    let report =
      #"{"prompt_tokens":100,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":60},"cost":0.5}"#
    let whole = Decoded(answer(#"{"content":"a"}"#, more: #","usage":\#(report)"#)).answer.usage
    #expect(whole != nil && counted(report) == whole)
  }

  @Test func D9_D10_usageIsReadAskedForOrNot() {
    #expect(counted(Self.counts)?.native == ["prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8])
  }
}
