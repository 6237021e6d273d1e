// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Tokens in all nine dialects: rules U1, U2, U3, U4, U6, U7.
@Suite struct UsageTests {
  private func read(_ body: [UInt8], _ fixture: UsageFixture, end: BodyEnd = .clean) -> Decoded {
    Decoded.everyWay(body, end: end, dialect: fixture.dialect)
  }

  @Test func everyDialectHasAFixture() {
    #expect(Set(UsageFixture.all.map(\.dialect.id)) == Set(Dialects.builtIn.ids))
  }

  @Test(arguments: UsageFixture.all) func U1_aReportThatComesAgainIsNotAdded(_ fixture: UsageFixture) throws {
    let once = try #require(read(fixture.stream, fixture).answer.usage)
    let twice = try #require(read(fixture.repeated, fixture).answer.usage)
    #expect(once == twice)
  }

  @Test(arguments: UsageFixture.all) func U2_theBucketsAreEveryTokenOnce(_ fixture: UsageFixture) throws {
    for body in [fixture.stream, fixture.whole] {
      let buckets = try #require(read(body, fixture).answer.usage).buckets
      #expect((buckets.allInput ?? 0) + (buckets.allOutput ?? 0) == fixture.total)
    }
  }

  @Test(arguments: UsageFixture.all) func U3_streamedAndWholeTheSame(_ fixture: UsageFixture) throws {
    let streamed = read(fixture.stream, fixture)
    let whole = read(fixture.whole, fixture)
    #expect(streamed.answer.text == UsageFixture.words && whole.answer.text == UsageFixture.words)
    let usage = try #require(streamed.answer.usage)
    #expect(usage == whole.answer.usage && !usage.isEstimate && usage.isReported)
  }

  @Test(arguments: UsageFixture.all) func U4_aCutStreamKeepsTheLastReportAndAnEstimate(_ fixture: UsageFixture) throws {
    for end in [BodyEnd.clean, .broken(SpateError(.timeout, "too slow")), .broken(SpateError(.cancelled, "enough"))] {
      let decoded = read(fixture.cut, fixture, end: end)
      #expect(decoded.failure != nil && decoded.answer.text == UsageFixture.words)
      let usage = try #require(decoded.answer.usage)
      // 13 bytes: an estimate beside the reports, never in them.
      #expect(usage.estimatedOutput == 4 && usage.isEstimate && usage.input == fixture.cutInput)
      #expect(usage.isReported == (fixture.cutInput != nil))
      #expect((usage.output ?? 0) <= 1 && (usage.buckets.textOutput ?? 0) <= 1)
    }
  }

  @Test(arguments: UsageFixture.all) func U4_nothingCameNothingIsCounted(_ fixture: UsageFixture) {
    let decoded = read([], fixture, end: .broken(SpateError(.truncated, "the connection broke")))
    #expect(decoded.failure != nil && decoded.answer.usage == nil)
  }

  @Test(arguments: UsageFixture.all) func U6_theReportComesBeforeTheFinish(_ fixture: UsageFixture) throws {
    let events = read(fixture.stream, fixture).events
    let report = try #require(events.lastIndex { if case .usage = $0 { true } else { false } })
    guard case .finish? = events.last else {
      Issue.record("no finish")
      return
    }
    #expect(report < events.count - 1)
    let texts = events.indices.filter { if case .text = events[$0] { true } else { false } }
    // Words are not held back for it.
    #expect(texts.allSatisfy { $0 < report })
  }

  @Test func U6_groqSaysItOnlyInItsOwnField() {
    let usage = #","x_groq":{"id":"r","usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8}}"#
    let decoded = Decoded(stream(words("a"), chunk("{}", finish: "stop", more: usage)))
    #expect(decoded.answer.usage?.buckets.uncachedInput == 5 && decoded.answer.usage?.buckets.textOutput == 3)
    #expect(decoded.answer.usage?.isEstimate == false)
  }

  /// Bedrock counts the old form of its answers in header fields.
  @Test func U6_bedrockSaysItOnlyInTheHead() throws {
    var context = ResponseContext()
    (context.inputTokens, context.outputTokens) = (12, 7)
    let old = #"{"type":"completion","completion":" Hi","stop_reason":"stop_sequence"}"#
    let dialect = BedrockInvokeAnthropicDialect()
    let usage = try #require(Decoded(old, context: context, dialect: dialect).answer.usage)
    #expect(usage.buckets.uncachedInput == 12 && usage.buckets.textOutput == 7)
    #expect(Decoded(old, dialect: dialect).answer.usage == nil)
    // A body that counts is believed before it.
    let body = AnthropicBodies.answer(#"{"type":"text","text":"a"}"#)
    #expect(Decoded(body, context: context, dialect: dialect).answer.usage?.input == 3)
  }

  @Test func U6_withoutAnyReportTheEstimateSaysThatItIsOne() throws {
    let usage = try #require(Decoded(stream(words("Hello"), stop())).answer.usage)
    #expect(usage == Usage(estimatedOutput: 2) && !usage.isReported)
  }

  /// Perplexity sends all words so far beside each piece.
  @Test func U7_wordsThatAreRepeatedCountOnce() throws {
    func piece(_ text: String, soFar: String) -> String {
      #"{"id":"r","choices":[{"index":0,"delta":{"content":"\#(text)"},"message":{"content":"\#(soFar)"}}]}"#
    }
    let body = stream(piece("abcd", soFar: "abcd"), piece("efgh", soFar: "abcdefgh"), done: false)
    let answer = Decoded.everyWay(body).answer
    #expect(answer.text == "abcdefgh" && answer.usage?.estimatedOutput == 2)
  }

  /// A call comes in pieces, and then once more as a whole.
  @Test func U7_argumentsCountOnce() throws {
    let call = tool(#""index":0,"id":"c","function":{"name":"f","arguments":"{\"a\":"}"#)
    let more = tool(#""index":0,"function":{"arguments":"1}"}"#)
    let answer = Decoded.everyWay(stream(call, more, done: false)).answer
    #expect(answer.toolCalls.first?.arguments == #"{"a":1}"# && answer.usage?.estimatedOutput == 2)
  }

  // MARK: Odd upstreams

  @Test func U1_aZeroThatFillsAFieldInIsNoCount() throws {
    let first = #","usage":{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":4}}"#
    let last = #","usage":{"prompt_tokens":0,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":0}}"#
    let decoded = Decoded(stream(chunk(#"{"content":"a"}"#, more: first), chunk("{}", finish: "stop", more: last)))
    let usage = try #require(decoded.answer.usage)
    #expect(usage.input == 9 && usage.output == 2 && usage.cachedInput == 4 && usage.buckets.uncachedInput == 5)
  }

  /// The first report counts cached tokens in, the last one does not: seen in a recording. It is no maximum.
  @Test func U1_aSmallerCountReplacesALargerOne() throws {
    let decoded = Decoded.anthropic(
      "data: "
        + [
          #"{"type":"message_start","message":{"id":"m","usage":{"input_tokens":34824,"output_tokens":1}}}"#,
          Body.text(), Body.words("a"),
          Body.reason(usage: #""input_tokens":3883,"cache_read_input_tokens":30941,"output_tokens":9"#), Body.stop,
        ].joined(separator: "\n\ndata: ") + "\n\n")
    let usage = try #require(decoded.answer.usage)
    #expect(usage.input == 3883 && usage.buckets.allInput == 34824)
  }

  /// Google's OpenAI-shaped endpoint counts thoughts in the total only.
  @Test func U2_whatOnlyTheTotalCountsWasThought() throws {
    let usage = #","usage":{"prompt_tokens":7,"completion_tokens":10,"total_tokens":40}"#
    let counts = try #require(Decoded(answer(#"{"content":"a"}"#, more: usage)).answer.usage)
    #expect(counts.output == 10 && counts.reasoning == nil)
    #expect(counts.buckets.textOutput == 10 && counts.buckets.reasoningOutput == 23)
  }

  /// The sum says that the parts are inside, however large they are.
  @Test func U2_noTokenTwiceWhenAPartIsTooLarge() throws {
    let usage =
      #","usage":{"prompt_tokens":43,"completion_tokens":10,"total_tokens":53,"#
      + #""prompt_tokens_details":{"cached_tokens":50},"completion_tokens_details":{"reasoning_tokens":12}}"#
    let buckets = try #require(Decoded(answer(#"{"content":"a"}"#, more: usage)).answer.usage).buckets
    #expect(buckets.allInput == 43 && buckets.allOutput == 10)
    #expect(buckets.cacheRead == 43 && buckets.reasoningOutput == 10)
  }

  @Test func U2_anHoursCacheIsABucketOfItsOwn() throws {
    for fixture in UsageFixture.all where ["anthropic", "bedrock-converse"].contains(fixture.dialect.id.rawValue) {
      let usage = try #require(Decoded([fixture.whole], dialect: fixture.dialect).answer.usage)
      let (short, long) = fixture.dialect.id == .anthropic ? (400, 600) : (1, 2)
      #expect(usage.buckets.cacheWrite == short && usage.buckets.longCacheWrite == long)
      #expect(usage.cacheWrite == short + long)
    }
  }

  @Test func U2_geminiLeavesAZeroOut() throws {
    let report = #","usageMetadata":{"promptTokenCount":14,"thoughtsTokenCount":6,"totalTokenCount":20}"#
    let decoded = Decoded(Gemini.chunk(#"{"text":""}"#, finish: "\"STOP\"", more: report), dialect: GeminiDialect())
    let usage = try #require(decoded.answer.usage)
    #expect(usage.output == nil && usage.buckets.textOutput == 0 && usage.buckets.reasoningOutput == 6)
  }

  @Test func U2_cohereChargesForLessThanItReads() throws {
    let fixture = try #require(UsageFixture.all.first { $0.dialect.id == .cohere })
    let usage = try #require(Decoded([fixture.stream], dialect: fixture.dialect).answer.usage)
    #expect(usage.billed?.uncachedInput == 2 && usage.billed?.textOutput == 3 && usage.buckets.allInput == 9)
  }

  // MARK: What the provider says that it cost

  @Test(
    arguments: [
      (#""cost":0.0125"#, 0.0125),
      (#""cost":{"input_tokens_cost":0.001,"request_cost":0.005,"total_cost":0.006}"#, 0.006),
      (#""cost_in_usd_ticks":731000"#, 0.0000731),
      (#""cost":0.5,"is_byok":false,"cost_details":{"upstream_inference_cost":0.4}"#, 0.5),
      (#""cost":0.5,"is_byok":true,"cost_details":{"upstream_inference_cost":9}"#, 9.5),
      (#""cost_in_usd_ticks":0"#, nil), (#""cost":0"#, 0), (#""cost":0.5,"is_byok":true"#, nil), (#""cost":null"#, nil),
    ] as [(String, Double?)]) func U5_theProvidersOwnCost(_ members: String, _ cost: Double?) throws
  {
    let usage = #","usage":{"prompt_tokens":7,"completion_tokens":10,"total_tokens":17,\#(members)}"#
    let whole = try #require(Decoded(answer(#"{"content":"a"}"#, more: usage)).answer.usage)
    #expect(whole.reportedCost == cost)
  }

  private typealias Body = AnthropicBodies
}
