// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// The simulator cuts its list of models into the pages that are asked for, and the client puts them together again.
@Suite(.timeLimit(.minutes(10))) struct ModelPageTests {
  @Test(
    arguments: [(Provider.anthropic, 3), (.gemini, 3), (.cohere, 3), (.ollama, 1), (.openAI, 1)] as [(Provider, Int)])
  func theWholeListComes(provider: Provider, pages: Int) async throws {
    let names = (0..<2100).map { "model-\($0 + 10_000)" }
    let script = Answer.script(Script(text: "Hi"))
    let answers = Dictionary(names.map { ($0, script) }, uniquingKeysWith: { $1 })
    let simulator = try Simulator(answers: answers, fallback: script)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    let isOpenAI = provider.id == "openai"
    let client = Client(
      provider: provider.at(isOpenAI ? simulator.baseURL : simulator.origin),
      environment: .fixed([
        "ANTHROPIC_API_KEY": "k", "GEMINI_API_KEY": "k", "CO_API_KEY": "k", "OPENAI_API_KEY": "k",
      ]), transport: transport)
    let ids = try await client.models().map(\.id)
    let isWhole = ids == names
    #expect(isWhole && simulator.requestCount == pages)
  }
}
