// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@testable import Spate

/// What an answer cost: rules U2, U3, U5.
@Suite struct CostMeterTests {
  private static let prices = PriceTable([
    .init(
      provider: "p", model: "m",
      price: Price(
        input: 2, cacheRead: 0.5, cacheWrite: 2.5, longCacheWrite: 4, output: 10, audioInput: 40,
        longContext: .init(above: 1000, .init(input: 4, cacheRead: 1, output: 15)), date: "2026-01-02"))
  ])

  private func cost(_ usage: Usage, model: String? = "m", answering: String? = nil, _ metadata: JSONObject = [:])
    -> Cost?
  {
    var answer = PartialResponse()
    answer.usage = usage
    answer.model = answering
    answer.metadata = metadata
    return CostMeter(prices: Self.prices, provider: "p", model: model).cost(of: answer)
  }

  private func usage(_ fill: (inout Usage.Buckets) -> Void) -> Usage {
    var usage = Usage()
    fill(&usage.buckets)
    return usage
  }

  @Test func U2_eachBucketAtItsOwnRate() throws {
    let got = try #require(
      cost(
        usage {
          $0.uncachedInput = 100
          $0.cacheRead = 200
          $0.cacheWrite = 10
          $0.longCacheWrite = 20
          $0.audioInput = 5
          $0.textOutput = 30
          $0.reasoningOutput = 40
        }))
    #expect(got.parts.uncachedInput == 0.0002 && got.parts.cacheRead == 0.0001)
    #expect(got.parts.cacheWrite == 0.000025 && got.parts.longCacheWrite == 0.00008)
    #expect(got.parts.audioInput == 0.0002 && got.parts.audioOutput == nil)
    #expect(got.parts.textOutput == 0.0003 && got.parts.reasoningOutput == 0.0004)
    #expect(got.total == 0.001305 && got.source == .table(date: "2026-01-02") && !got.isEstimate)
  }

  @Test func aLongRequestHasOtherRatesForAllOfIt() throws {
    func long(_ cached: Int) -> Cost? {
      cost(
        usage {
          $0.uncachedInput = 500
          $0.cacheRead = cached
          $0.textOutput = 100
        })
    }
    #expect(try #require(long(500)).total == 0.00225)
    #expect(try #require(long(501)).total == Dollars(0.002 + 0.000501 + 0.0015))
  }

  @Test func whatIsNotKnownHasNoTotal() throws {
    // No count of what was read: a cut stream of OpenAI's shape.
    let cut = try #require(cost(Usage(estimatedOutput: 100)))
    #expect(cut.total == nil && cut.parts.textOutput == 0.001 && cut.isEstimate)
    // No rate for sound made.
    let sound = try #require(
      cost(
        usage {
          $0.uncachedInput = 1
          $0.textOutput = 1
          $0.audioOutput = 1
        }))
    #expect(sound.total == nil && sound.parts.audioOutput == nil)
    // No count of what was written.
    #expect(try #require(cost(usage { $0.uncachedInput = 1 })).total == nil)
    // None of a sound needs no rate.
    let silent = usage {
      $0.uncachedInput = 1
      $0.textOutput = 0
      $0.audioOutput = 0
    }
    #expect(try #require(cost(silent)).total == 0.000002)
    #expect(cost(Usage()) == nil)
    var none = PartialResponse()
    none.model = "m"
    #expect(CostMeter(prices: Self.prices, provider: "p", model: "m").cost(of: none) == nil)
  }

  @Test func anUnknownModelHasNoCost() {
    let known = usage {
      $0.uncachedInput = 1
      $0.textOutput = 1
    }
    #expect(cost(known, model: "other") == nil && cost(known, model: nil) == nil)
    // The one that answered comes first: a router was asked.
    #expect(cost(known, model: "auto", answering: "m-2026-01-01") != nil)
    #expect(cost(known, model: "m", answering: "unknown") != nil)
  }

  @Test func U4_anEstimateIsInTheSumAndSaysSo() throws {
    var counts = usage {
      $0.uncachedInput = 10
      $0.textOutput = 1
    }
    counts.estimatedOutput = 99
    let got = try #require(cost(counts))
    #expect(got.total == 0.00102 && got.isEstimate)
  }

  @Test func U5_theProvidersOwnWordComesFirst() throws {
    var counts = usage {
      $0.uncachedInput = 10
      $0.textOutput = 1
    }
    counts.reportedCost = 0.00014
    #expect(cost(counts) == Cost(total: 0.00014, source: .provider))
    #expect(cost(counts, model: "unknown") == Cost(total: 0.00014, source: .provider))
    // Not for an answer that went on after it was said.
    counts.estimatedOutput = 1
    #expect(cost(counts)?.source == .table(date: "2026-01-02"))
    for odd in [-1, Double.nan, .infinity] {
      var counts = counts
      counts.reportedCost = odd
      #expect(cost(counts, model: "unknown") == nil)
    }
  }

  @Test(
    arguments: [
      (["service_tier": "flex"], [:], false), (["service_tier": "standard"], [:], true),
      ([:], ["service_tier": "priority"], false),
      ([:], ["service_tier": "default"], true), (["server_tool_use": ["web_search_requests": 2]], [:], false),
      (["server_tool_use": ["web_search_requests": 0]], [:], true), (["inference_geo": "us"], [:], false),
      (["inference_geo": "not_available"], [:], true), (["speed": "fast"], [:], false),
      (["candidatesTokensDetails": [["modality": "IMAGE", "tokenCount": 1290]]], [:], false),
      (["cacheTokensDetails": [["modality": "TEXT", "tokenCount": 9]]], [:], true),
    ] as [(JSONValue, JSONObject, Bool)])
  func onlyTheUsualHasAPrice(_ report: JSONValue, _ metadata: JSONObject, _ isUsual: Bool) throws {
    var counts = usage {
      $0.uncachedInput = 10
      $0.textOutput = 1
    }
    counts.native = report
    #expect(try #require(cost(counts, metadata)).total == (isUsual ? 0.00003 : nil))
  }

  @Test func whatIsBilledApartIsWhatCosts() throws {
    var counts = usage {
      $0.uncachedInput = 1000
      $0.textOutput = 1000
    }
    var billed = Usage.Buckets()
    (billed.uncachedInput, billed.textOutput) = (10, 1)
    counts.billed = billed
    #expect(try #require(cost(counts)).total == 0.00003)
  }

  private func cost(_ usage: Usage, _ metadata: JSONObject) -> Cost? { cost(usage, model: "m", metadata) }

  @Test func U3_streamedAndWholeCostTheSame() throws {
    let usage =
      #""usage":{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"#
      + #""prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":30}}"#
    let head = #"{"id":"r","model":"gpt-4.1-mini-2025-04-14","#
    let streamed =
      #"data: \#(head)"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}"# + "\n\n"
      + #"data: \#(head)"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],\#(usage)}"# + "\n\ndata: [DONE]\n\n"
    let whole = #"\#(head)"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],\#(usage)}"#
    var costs: [Cost?] = []
    for body in [streamed, whole] {
      let meter = CostMeter(prices: .builtIn, provider: "openai", model: "gpt-4.1-mini")
      var accumulator = Accumulator(pricing: meter.cost)
      var decoder = OpenAIChatDialect().decoder(for: ResponseContext())
      var events: [StreamEvent] = []
      _ = decoder.feed(Array(body.utf8).span, into: &events)
      try decoder.finish(.clean, into: &events)
      accumulator.add(completing: &events)
      guard case .finish(let finish)? = events.last else {
        Issue.record("no finish")
        return
      }
      #expect(finish.cost == accumulator.partial.cost)
      costs.append(finish.cost)
    }
    // 40 at 0.40, 60 at 0.10, 50 at 1.60 dollars a million.
    #expect(costs[0]?.total == 0.000102 && costs[0] == costs[1])
  }
}
