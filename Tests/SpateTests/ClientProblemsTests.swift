// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

@Suite struct ClientProblemsTests {
  func codes(_ client: Client) -> [SpateError.Code] { client.problems.map(\.code) }

  @Test func aGoodClientHasNone() {
    #expect(Client(environment: .fixed([:])).problems.isEmpty)
    #expect(Client(provider: .openAI, environment: .fixed(["OPENAI_API_KEY": "k"])).problems.isEmpty)
    #expect(Client(provider: .ollama, environment: .fixed([:])).problems.isEmpty)
  }

  @Test func aMissingKeyIsOne() {
    let client = Client(provider: .openAI, environment: .fixed([:]))
    #expect(codes(client) == [.missingKey])
    #expect(client.problems.first?.message.contains("OPENAI_API_KEY") == true)
  }

  @Test func soIsAnAddressThatCanNotBeUsed() {
    #expect(codes(Client(provider: .compatible(baseURL: "ftp://x"), environment: .fixed([:]))) == [.badRequest])
    #expect(codes(Client(provider: .azure, environment: .fixed(["AZURE_OPENAI_API_KEY": "k"]))) == [.badRequest])
  }

  @Test func soIsADialectThatNobodyKnows() {
    var provider = Provider.compatible(baseURL: "http://localhost/v1")
    provider.dialect = DialectID(rawValue: "esperanto")
    #expect(codes(Client(provider: provider, environment: .fixed([:]))) == [.unsupportedProvider])
  }

  @Test func fallbacksAreLookedAtToo() {
    let recovery = Recovery(fallbacks: ["nobody-1", "gpt-4o", Candidate("x", provider: .ollama)])
    let client = Client(recovery: recovery, environment: .fixed([:]))
    #expect(codes(client) == [.unsupportedProvider, .missingKey])
  }

  /// The same is thrown by a call.
  @Test func eachIsThrownByTheFirstRead() async {
    let client = Client(provider: .openAI, recovery: .none, environment: .fixed([:]), transport: ScriptedTransport())
    let thrown = await code { try await client.stream("Hi", model: "gpt-4o").response }
    #expect(thrown == client.problems.first?.code)
  }
}
