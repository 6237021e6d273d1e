// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// What a tool loop costs: every round counts (rules U4, U5).
@Suite(.timeLimit(.minutes(10))) struct ToolCostTests {
  private func client(_ bench: ToolBench, budget: Budget? = nil) -> Client {
    var client = bench.client
    client.budget = budget
    client.prices.set(Price(input: 2, output: 10, date: "2026-01-02"), provider: "compatible", model: "m")
    return client
  }

  @Test func U5_theCostIsThatOfAllRounds() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let stream = client(bench).stream("Hi", model: "m", tools: [bench.weather()])
    var rounds: [Dollars?] = []
    var last: Finish?
    for try await event in stream {
      if case .roundFinish(let end) = event { rounds.append(end.finish.cost?.total) }
      if case .finish(let finish) = event { last = finish }
    }
    // 3 read and 2 written in each.
    #expect(rounds == [0.000026, 0.000026])
    #expect(last?.cost?.total == 0.000052 && last?.usage?.input == 6 && last?.usage?.output == 4)
    let response = try await stream.response
    #expect(response.cost == last?.cost && response.rounds[0].cost?.total == 0.000026)
    #expect(response.cost?.parts.textOutput == 0.00004)
  }

  @Test func aBudgetPaysEachRound() async throws {
    let bench = ToolBench(ToolBench.oslo)
    let budget = Budget(dollars: 0.002)
    let client = client(bench, budget: budget)
    // A round sets a thousandth aside, and costs 26 millionths.
    let options = ChatOptions(maxTokens: 90)
    let loop = ToolLoop(maxRounds: 3)
    _ = try await client.stream("Hi", model: "m", tools: [bench.weather()], loop: loop, options: options).response
    #expect(budget.dollarsSpent == 0.000078)
  }

  @Test func aBudgetThatIsSpentEndsTheLoop() async throws {
    let bench = ToolBench(ToolBench.oslo)
    let budget = Budget(tokens: 400)
    let stream = client(bench, budget: budget).stream(
      "Hi", model: "m", tools: [bench.weather()], loop: ToolLoop(maxRounds: 100), options: ChatOptions(maxTokens: 10))
    #expect(await code { try await stream.response } == .budget)
    // What came before it was paid for, and is kept.
    #expect(stream.snapshot.rounds.count == bench.transport.requests.count && budget.tokensSpent > 0)
    #expect(bench.transport.requests.count > 1 && bench.transport.requests.count < 100)
  }

  // MARK: Sums

  @Test func countsAreSummedAsFarAsTheyAreReported() throws {
    var first = Usage(input: 3, output: 2, cachedInput: 1, reportedCost: 0.5, native: ["a": 1])
    first.buckets.uncachedInput = 2
    first.billed = Usage.Buckets()
    var second = Usage(input: 4, reasoning: 7, reportedCost: 0.25, estimatedOutput: 9)
    second.buckets.uncachedInput = .max
    let sum = try #require(Usage.sum([first, second]))
    #expect(sum.input == 7 && sum.output == 2 && sum.cachedInput == 1 && sum.reasoning == 7 && sum.cacheWrite == nil)
    #expect(sum.buckets.uncachedInput == .max && sum.buckets.textOutput == nil && sum.native == nil)
    #expect(sum.reportedCost == 0.75 && sum.estimatedOutput == 9 && sum.isEstimate && sum.billed != nil)
    #expect(Usage.sum([first]) == first && Usage.sum([]) == nil)
    #expect(Usage.sum([first, Usage(input: 1)])?.reportedCost == nil)
  }

  @Test func aSumWithoutAPartHasNoTotal() {
    var parts = Cost.Parts()
    parts.textOutput = 2
    let known = Cost(total: 2, parts: parts, source: .table(date: "2026-01-01"))
    let reported = Cost(total: 1, source: .provider, isEstimate: true)
    #expect(Cost.sum([known, reported])?.total == 3 && Cost.sum([known, reported])?.isEstimate == true)
    #expect(Cost.sum([known, reported])?.source == .table(date: "2026-01-01"))
    #expect(Cost.sum([known, nil])?.total == nil && Cost.sum([known, nil])?.parts.textOutput == 2)
    #expect(Cost.sum([nil, nil]) == nil && Cost.sum([known]) == known)
  }

  @Test func U4_aLoopThatIsCancelledKeepsItsCounts() async throws {
    let half = ScriptedAnswer([
      .head(200), .body(ChatBytes.head + ChatBytes.text("It is about eighteen")), .hang,
    ])
    let bench = ToolBench(ToolBench.oslo, half)
    let stream = bench.stream([bench.weather()])
    for try await event in stream where event.text?.hasPrefix("It is") == true { break }
    let usage = try #require(stream.snapshot.usage)
    #expect(usage.input == 3 && usage.output == 2 && usage.estimatedOutput == 5)
  }
}
