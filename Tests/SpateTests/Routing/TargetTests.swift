// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Who a model is asked of is found out once, and anew when what it follows from has changed.
@Suite struct TargetTests {
  private func client(_ routing: Routing = Routing()) -> Client {
    Client(routing: routing, environment: .fixed([:]), transport: ScriptedTransport())
  }

  @Test func isFoundOutOnce() throws {
    let client = client()
    let first = try client.target(of: "gpt-4o")
    #expect(first.provider.id == "openai" && first.model == "gpt-4o" && first.provider.fitted == first.profile)
    #expect(try client.target(of: "gpt-4o") === first)
    // A copy asks the same.
    let copy = client
    #expect(try copy.target(of: "gpt-4o") === first)
    #expect(try client.target(of: Candidate("gpt-4o", provider: .groq)).provider.id == "groq")
    let own = ModelProfile(ModelCapabilities(cannot: [.streaming]))
    #expect(try client.target(of: Candidate("gpt-4o", profile: own)).profile == own)
  }

  /// Equal strings may have other bytes; weights say nothing about who it is.
  @Test func namesAreTheirBytes() throws {
    let client = client()
    for name in ["mod\u{E8}le", "mode\u{300}le"] {
      let target = try client.target(of: Candidate(name, provider: .groq))
      #expect(Array(target.model.utf8) == Array(name.utf8))
    }
    let first = try client.target(of: Candidate("a", provider: .groq, weight: 1))
    #expect(try client.target(of: Candidate("a", provider: .groq, weight: .nan)) === first)
    let own = Provider.compatible(baseURL: "http://localhost:1/v1")
    #expect(try client.target(of: Candidate("a", provider: own)) !== first)
  }

  @Test func followsTheClientsSettings() throws {
    var client = client()
    let before = client
    #expect(try client.target(of: "gpt-4o").provider.id == "openai")
    client.routing = ["gpt-4o": "groq/llama-3.3-70b-versatile"]
    #expect(try client.target(of: "gpt-4o").provider.id == "groq")
    #expect(try client.target(of: "gpt-4o").model == "llama-3.3-70b-versatile")
    #expect(try before.target(of: "gpt-4o").provider.id == "openai")
    let own = ModelProfile(ModelCapabilities(cannot: [.tools]))
    client.routing = Routing()
    client.profiles = ["gpt-4o": own]
    #expect(try client.target(of: "gpt-4o").profile.capabilities[.tools] == false)
    #expect(try before.target(of: "gpt-4o").profile.capabilities[.tools] != false)
  }

  @Test func whatIsNotFoundIsNotKept() throws {
    var client = client()
    #expect(throws: SpateError.self) { try client.target(of: "nobody-knows-it") }
    client.routing = Routing(prefixes: ["nobody": "groq"])
    #expect(try client.target(of: "nobody-knows-it").provider.id == "groq")
  }

  @Test func copiesOfAClientAndAProviderAreTheirOwn() {
    var client = client()
    let before = client
    client.options.temperature = 0.5
    client.provider = .groq
    client.budget = nil
    #expect(before.options.temperature == nil && before.provider == nil && client.options.temperature == 0.5)
    // What calls have found out is shared.
    #expect(before.ledger === client.ledger)

    var provider = Provider.openAI
    provider.quirks.insert(.takesTopK)
    provider.otherPaths[.anthropic] = "/x"
    #expect(provider != .openAI && !Provider.openAI.quirks.contains(.takesTopK) && Provider.openAI.otherPaths.isEmpty)
    provider = .openAI
    #expect(provider == .openAI)
    provider.name = "another"
    provider.name = Provider.openAI.name
    #expect(provider == .openAI && provider.hashValue == Provider.openAI.hashValue)
  }
}
