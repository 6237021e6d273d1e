// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// The user's own names, tried before Spate's, offline.
@Suite struct RoutingTests {
  private static let house = {
    var provider = Provider(id: "house", name: "House", baseURL: "http://localhost:9/v1")
    provider.modelPrefixes = ["hm-"]
    return provider
  }()

  private static let routing = Routing(
    aliases: [
      "fast": "groq/llama-3.3-70b-versatile", "smart": "claude-opus-4-6", "best": "smart", "own": "house/big",
      "loop": "round", "round": "about", "about": "loop", "self": "self", "nowhere": "no-such-model",
      "empty": "", "half": "groq/", "plain": "llama3.2:1b", "gpt-4o": "gpt-5",
    ], providers: [house], prefixes: ["llama": "groq", "llama3.2": "ollama", "lost-": "nobody"])

  private func route(_ name: String, _ provider: Provider? = nil) throws -> Route {
    try Route(model: name, provider: provider, routing: Self.routing)
  }

  @Test(arguments: [
    ("fast", "groq", "llama-3.3-70b-versatile"), ("smart", "anthropic", "claude-opus-4-6"),
    ("best", "anthropic", "claude-opus-4-6"), ("own", "house", "big"), ("plain", "ollama", "llama3.2:1b"),
    // Built-in names can be given another meaning.
    ("gpt-4o", "openai", "gpt-5"), ("openai/gpt-4o", "openai", "gpt-4o"),
    ("house/any/thing", "house", "any/thing"), ("house:x", "house", "x"), ("hm-1", "house", "hm-1"),
    // The longest rule wins, over built-in ones too.
    ("llama-4", "groq", "llama-4"), ("llama3.2", "ollama", "llama3.2"), ("gpt-5", "openai", "gpt-5"),
  ])
  func yourNamesComeFirst(name: String, provider: String, model: String) throws {
    let route = try route(name)
    #expect(route.provider.id == provider && route.model == model)
  }

  @Test func aLoopIsAnErrorThatShowsIt() {
    for (name, way) in [("loop", "loop -> round -> about -> loop"), ("self", "self -> self")] {
      let error = #expect(throws: SpateError.self) { try route(name) }
      #expect(error?.code == .badRequest && error?.message.contains(way) == true)
    }
  }

  @Test(arguments: [("nowhere", "no-such-model"), ("half", "groq/"), ("empty", "empty"), ("lost-1", "nobody")])
  func whatLeadsNowhereSaysWhere(name: String, word: String) {
    let error = #expect(throws: SpateError.self) { try route(name) }
    #expect(error?.code == .unsupportedProvider || error?.code == .badRequest)
    #expect(error?.message.contains(word) == true && error?.message.contains(name) == true)
  }

  @Test func aNamedProviderTakesWhatAnAliasStandsFor() throws {
    #expect(try route("plain", .vLLM).provider.id == "vllm" && route("plain", .vLLM).model == "llama3.2:1b")
    // Unless that names another: an alias means the same everywhere.
    #expect(try route("fast", .openRouter).provider.id == "groq")
    // Names that are no aliases are taken as they are, rules or not.
    #expect(try route("house/x", .openRouter).model == "house/x" && route("llama-4", .vLLM).provider.id == "vllm")
    #expect(throws: SpateError.self) { try route("loop", .openRouter) }
  }

  @Test func yourProviderTakesThePlaceOfABuiltInOne() throws {
    var own = Provider.openAI
    own.baseURL = "https://proxy.example/v1"
    let routing = Routing(providers: [own])
    #expect(try Route(model: "openai/x", provider: nil, routing: routing).provider == own)
    #expect(try Route(model: "gpt-4o", provider: nil, routing: routing).provider == own)
    #expect(routing.provider(named: "openai") == own && routing.provider(named: "groq") == .groq)
  }

  @Test func anErrorNamesYourProvidersToo() {
    let error = #expect(throws: SpateError.self) { try route("what-is-this") }
    #expect(error?.message.contains("house") == true && error?.model == "what-is-this")
  }

  @Test func aClientRoutesByThem() async throws {
    let transport = ScriptedTransport(.text("Hi"))
    let client = Client(
      routing: Routing(aliases: ["fast": "house/big"], providers: [Self.house]), environment: .fixed([:]),
      transport: transport)
    #expect(try await client.stream("Hi", model: "fast").response.text == "Hi")
    let request = try #require(transport.requests.first)
    #expect(request.url == "http://localhost:9/v1/chat/completions")
    #expect(try JSONValue(parsing: request.body)["model"]?.string == "big")
    let error = await #expect(throws: SpateError.self) { try await client.respond(to: "Hi", model: "slow") }
    #expect(error?.code == .unsupportedProvider)
    let literal = Client(routing: ["a": "b", "b": "a"], transport: transport)
    let loop = await #expect(throws: SpateError.self) { try await literal.respond(to: "Hi", model: "a") }
    #expect(loop?.code == .badRequest && transport.requests.count == 1)
  }
}
