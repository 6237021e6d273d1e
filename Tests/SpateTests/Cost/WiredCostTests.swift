// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Cost and budgets through a client: rules U4, U5.
@Suite(.timeLimit(.minutes(10))) struct WiredCostTests {
  private func client(_ transport: PlayedTransport, budget: Budget? = nil) -> Client {
    var client = transport.client
    client.budget = budget
    client.prices.set(Price(input: 2, output: 10, date: "2026-01-02"), provider: "compatible", model: "m")
    return client
  }

  @Test func U5_theFinishAndTheResponseCarryTheCost() async throws {
    let client = client(.answering(ChatBytes.answer("Hi")))
    let stream = client.stream("Hi", model: "m")
    var finish: Finish?
    for try await event in stream { if case .finish(let last) = event { finish = last } }
    // 3 read, 2 written.
    #expect(finish?.cost?.total == 0.000026 && finish?.usage?.input == 3)
    #expect(try await stream.response.cost == finish?.cost && stream.snapshot.cost == finish?.cost)
    #expect(try await client.respond(to: "Hi", model: "unpriced").cost == nil)
  }

  @Test func aBudgetThatIsSpentRefusesBeforeAnythingIsSent() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("Hi"))
    let budget = Budget(dollars: 0.005)
    let client = client(transport, budget: budget)
    let options = ChatOptions(maxTokens: 100)
    _ = try await client.stream("Hi", model: "m", options: options).response
    #expect(budget.dollarsSpent == 0.000026 && budget.dollarsLeft == 0.004974)
    let error = await #expect(throws: SpateError.self) { try await client.stream("Hi", model: "m").response }
    #expect(error?.code == .budget && error?.model == "m" && transport.exchanges.now.count == 1)
    #expect(budget.dollarsLeft == 0.004974)
  }

  @Test func U4_aCancelledCallIsCharged() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(), .body(ChatBytes.head + ChatBytes.text("Hello, world")), .endOfTurn)
    }
    let budget = Budget(dollars: 1)
    let stream = client(transport, budget: budget).stream("Hi", model: "m", options: ChatOptions(maxTokens: 100))
    var reader = stream.makeAsyncIterator()
    _ = try await reader.next()
    let left = try #require(budget.dollarsLeft)
    #expect(budget.dollarsSpent == .zero && left < 0.9991)
    stream.cancel()
    // What was read as it was thought, and three tokens written.
    let read = try #require(Dollars(2).forTokens(budget.tokensSpent - 3))
    #expect(budget.dollarsSpent == read + 0.00003 && budget.dollarsLeft == 1 - budget.dollarsSpent)
    stream.cancel()
    #expect(budget.dollarsSpent == read + 0.00003)
  }
}
