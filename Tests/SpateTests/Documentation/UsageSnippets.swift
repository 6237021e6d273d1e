// SPDX-License-Identifier: Apache-2.0

import Spate

/// The code of docs/usage-and-cost.md, as it stands there.
struct UsageSnippets {
  static func tokens(_ client: Client) async throws {
    let response = try await client.stream("Hello", model: "gpt-4o").response
    if let usage = response.usage {
      print(usage.input ?? 0, "read,", usage.output ?? 0, "written, as the provider counts")
    }
  }

  static func estimate(_ stream: ResponseStream) {
    if let estimate = stream.snapshot.usage?.estimatedOutput {
      print("about \(estimate) tokens that no report counts")
    }
  }

  static func cost(_ response: Response) {
    if let cost = response.cost, let total = cost.total {
      print(total, cost.isEstimate ? "(about)" : "")
    }
  }

  static func prices() -> PriceTable {
    var prices = PriceTable.builtIn
    prices.set(Price(input: 0.5, cacheRead: 0.05, output: 1.5), provider: "compatible", model: "qwen3")
    prices.set(Price(input: 2, output: 6), provider: "openai", model: "ft:gpt-4.1:*")
    let client = Client(prices: prices)
    return client.prices
  }

  static func budget() -> Budget? {
    let budget = Budget(dollars: 5)
    let client = Client(budget: budget)
    return client.budget
  }

  static func refused(_ client: Client, _ budget: Budget) async throws {
    do {
      let answer = try await client.respond(to: "Hello", model: "gpt-4o", options: ChatOptions(maxTokens: 500)).text
      print(answer, budget.dollarsLeft ?? 0)
    } catch let error as SpateError where error.code == .budget {
      print(error.message)
    }
  }
}
