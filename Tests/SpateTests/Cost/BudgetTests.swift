// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

@testable import Spate

/// A call that may cost more than is left is refused before it is sent.
@Suite struct BudgetTests {
  private static let price = Price(input: 1, cacheWrite: 2, output: 10)

  /// 100 tokens read at 2 dollars a million, 80 written at 10: a thousandth of a dollar.
  private let quote = Quote(requestBytes: 400, outputLimit: 80, price: Self.price)

  private func answer(read: Int?, written: Int?, estimated: Int? = nil, cost: Dollars? = nil) -> PartialResponse {
    var usage = Usage(input: read, output: written, estimatedOutput: estimated)
    (usage.buckets.uncachedInput, usage.buckets.textOutput) = (read, written)
    var answer = PartialResponse()
    answer.usage = usage
    answer.cost = cost.map { Cost(total: $0, source: .provider) }
    return answer
  }

  // MARK: Quotes

  @Test func aQuoteIsTheMostThatACallMayCost() {
    #expect(quote.input == 100 && quote.output == 80 && quote.dollars == 0.001 && quote.inputDollars == 0.0002)
    #expect(Quote(requestBytes: 401, outputLimit: 80, answers: 3, price: nil).input == 101)
    #expect(Quote(requestBytes: 401, outputLimit: 80, answers: 3, price: nil).output == 240)
    #expect(Quote(requestBytes: 1, outputLimit: 1, price: nil).dollars == nil)
    #expect(Quote(requestBytes: 1, outputLimit: .max, answers: 2, price: Self.price).output == .max)
    #expect(Quote(requestBytes: 1, outputLimit: .max, price: Self.price).dollars == nil)
    let long = Price(input: 1, output: 1, longContext: .init(above: 50, .init(input: 3, output: 3)))
    #expect(Quote(requestBytes: 400, outputLimit: 100, price: long).dollars == 0.0006)
  }

  // MARK: The ledger, as a value

  private func take(_ amount: BudgetLedger.Amount, of ledger: inout BudgetLedger) throws -> Int {
    let number = ledger.reserve(amount)
    return try #require(number)
  }

  private func passes(_ amount: BudgetLedger.Amount, _ ledger: inout BudgetLedger) -> Bool {
    ledger.reserve(amount) != nil
  }

  @Test func theLedgerNeverGivesOutMoreThanThereIs() throws {
    var ledger = BudgetLedger(dollars: 1, tokens: 1000)
    let half = BudgetLedger.Amount(dollars: 0.5, tokens: 100)
    let first = try take(half, of: &ledger)
    _ = try take(half, of: &ledger)
    #expect(!passes(half, &ledger) && ledger.dollarsLeft == .zero && ledger.tokensLeft == 800)
    ledger.settle(first, BudgetLedger.Amount(dollars: 0.1, tokens: 10))
    #expect(ledger.dollarsLeft == 0.4 && ledger.tokensLeft == 890)
    #expect(!passes(half, &ledger))
    #expect(!passes(BudgetLedger.Amount(dollars: 0.4, tokens: 891), &ledger))
    #expect(passes(BudgetLedger.Amount(dollars: 0.4, tokens: 890), &ledger))
  }

  @Test func aCallIsSettledOnce() throws {
    var ledger = BudgetLedger(dollars: 1, tokens: nil)
    let number = try take(.init(dollars: 0.5, tokens: 1), of: &ledger)
    ledger.settle(number, .init(dollars: 0.2, tokens: 1))
    ledger.settle(number, .init(dollars: 0.2, tokens: 1))
    ledger.settle(99, .init(dollars: 0.2, tokens: 1))
    #expect(ledger.spent == .init(dollars: 0.2, tokens: 1) && ledger.reserved == .init())
  }

  @Test func whatIsLeftIsNeverBelowNothing() throws {
    var ledger = BudgetLedger(dollars: 1, tokens: 100)
    let first = try take(.init(dollars: 0.5, tokens: 50), of: &ledger)
    let second = try take(.init(dollars: 0.5, tokens: 50), of: &ledger)
    for number in [first, second] { ledger.settle(number, .init(dollars: 3, tokens: 500)) }
    #expect(ledger.dollarsLeft == .zero && ledger.tokensLeft == 0 && ledger.spent.dollars == 6)
    #expect(!passes(.init(), &ledger))
  }

  // MARK: The budget

  @Test func aRefusalSaysWhatIsLeftAndWhatTheCallMayCost() throws {
    let budget = Budget(dollars: 0.0015, tokens: 1000)
    let reservation = try budget.reserve(quote)
    let error = #expect(throws: SpateError.self) { try budget.reserve(quote) }
    #expect(error?.code == .budget && error?.isRetryable == false)
    let message = error?.message ?? ""
    #expect(message.contains("$0.0005 and 820 tokens left") && message.contains("$0.001, about 100 tokens read"))
    reservation.settle(answer(read: 10, written: 5, cost: 0.0001), nil)
    #expect(budget.dollarsSpent == 0.0001 && budget.dollarsLeft == 0.0014 && budget.tokensSpent == 15)
    _ = try budget.reserve(quote)
  }

  @Test func anUnpricedCallIsRefusedUnlessItIsAllowed() throws {
    let unpriced = Quote(requestBytes: 400, outputLimit: 80, price: nil)
    let error = #expect(throws: SpateError.self) { try Budget(dollars: 5).reserve(unpriced) }
    #expect(error?.code == .budget && error?.message.contains("not known") == true)
    let lenient = Budget(dollars: 5, unpriced: .allowed)
    try lenient.reserve(unpriced).settle(answer(read: 7, written: 3), nil)
    #expect(lenient.dollarsLeft == 5 && lenient.tokensSpent == 10)
    // Tokens need no price.
    _ = try Budget(tokens: 180).reserve(unpriced)
    #expect(throws: SpateError.self) { try Budget(tokens: 179).reserve(unpriced) }
    // Nothing is limited: it is only counted.
    let open = Budget()
    try open.reserve(unpriced).settle(answer(read: 7, written: 3), nil)
    #expect(open.tokensSpent == 10 && open.dollarsLeft == nil && open.tokensLeft == nil)
  }

  @Test func aCallThatWasNeverSentCostsNothing() throws {
    let budget = Budget(dollars: 0.001)
    do {
      let reservation = try budget.reserve(quote)
      #expect(budget.dollarsLeft == .zero && reservation.quote == quote)
    }
    #expect(budget.dollarsLeft == 0.001 && budget.dollarsSpent == .zero)
  }

  @Test func aClientsCallsShareItsBudget() throws {
    let budget = Budget(dollars: 0.01)
    var client = Client(prices: PriceTable(), budget: budget, environment: .fixed([:]))
    client.prices.set(Self.price, provider: "openai", model: "gpt-4o")
    let copy = client
    let encoded = EncodedRequest(path: "/", body: Array(repeating: 0x20, count: 400))
    func reserve(_ client: Client, _ encoded: EncodedRequest, _ options: ChatOptions) throws -> BudgetReservation? {
      try client.account(for: encoded, options: options, at: .openAI, model: "gpt-4o").reserve()
    }
    // 100 read and 4096 written cost 4 cents; 80 written a tenth of one.
    #expect(throws: SpateError.self) { try reserve(client, encoded, ChatOptions()) }
    let one = try #require(try reserve(client, encoded, ChatOptions(maxTokens: 80)))
    #expect(one.quote == quote)
    // What the dialect sends comes before it, and each of several answers costs.
    var limited = encoded
    limited.outputLimit = 40
    let two = try #require(try reserve(copy, limited, ChatOptions(maxTokens: 80, n: 3)))
    #expect(two.quote.output == 120 && budget.dollarsLeft == 0.0076)
    #expect(try reserve(Client(environment: .fixed([:])), encoded, ChatOptions()) == nil)
  }

  @Test func theLimitThatAnthropicsDialectSendsIsKnown() throws {
    let request = ChatRequest(model: "claude-haiku-4-5", messages: ["Hi"])
    #expect(try AnthropicDialect().encode(request, for: .anthropic).outputLimit == 64_000)
    let bedrock = ChatRequest(model: "anthropic.claude-3-haiku", messages: ["Hi"], options: ChatOptions(maxTokens: 9))
    #expect(try BedrockInvokeAnthropicDialect().encode(bedrock, for: .bedrock).outputLimit == 9)
    #expect(try OpenAIChatDialect().encode(request, for: .openAI).outputLimit == nil)
  }

  // MARK: What ended calls cost

  @Test func U4_aCutCallIsChargedByWhatIsKnownAndTheEstimate() {
    let cut = SpateError(.truncated, "cut")
    // Nothing was reported: what was read as it was thought, what came by its length.
    var answer = answer(read: nil, written: nil, estimated: 20)
    var cost = Cost(total: nil, source: .table(date: ""), isEstimate: true)
    cost.parts.textOutput = 0.0002
    answer.cost = cost
    #expect(quote.bill(for: answer, cut) == .init(dollars: 0.0004, tokens: 120))
    // What was read is known.
    cost.parts.uncachedInput = 0.00001
    cost.total = 0.00021
    answer.cost = cost
    answer.usage?.buckets.uncachedInput = 10
    #expect(quote.bill(for: answer, cut) == .init(dollars: 0.00021, tokens: 30))
  }

  @Test func whatTheProviderDidNotTakeCostsNothing() {
    var limited = SpateError(.rateLimit, "slow down")
    limited.status = 429
    var connecting = SpateError(.timeout, "slow")
    connecting.phase = .connect
    for error in [limited, connecting, SpateError(.connect, "no"), SpateError(.dns, "no"), SpateError(.tls, "no")] {
      #expect(quote.bill(for: PartialResponse(), error) == .init(), "\(error)")
    }
    var waiting = SpateError(.timeout, "slow")
    waiting.phase = .firstByte
    for error in [waiting, SpateError(.cancelled, "enough"), SpateError(.truncated, "cut")] {
      #expect(quote.bill(for: PartialResponse(), error) == .init(dollars: 0.0002, tokens: 100), "\(error)")
    }
  }

  @Test func ofManyCallsAtOnceOnlyThoseThatFitPass() throws {
    // For ten calls, not for the hundred that come at once.
    let budget = Budget(dollars: 0.0109)
    let passed = Lock([BudgetReservation]())
    let asked = Monitor(0)
    for _ in 0..<100 {
      detachThread { [quote] in
        if let reservation = try? budget.reserve(quote) { passed.withLock { $0.append(reservation) } }
        asked.update { $0 += 1 }
      }
    }
    try #require(asked.wait { $0 == 100 })
    #expect(passed.withLock { $0.count } == 10 && budget.dollarsLeft == 0.0009)
  }
}
