// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@Suite struct ProvidersTests {
  @Test func idsAreUniqueAndFound() {
    #expect(Set(Provider.all.map(\.id)).count == Provider.all.count)
    for provider in Provider.all { #expect(Provider.named(provider.id) == provider) }
    #expect(Provider.named("nobody") == nil && Provider.named("OpenAI") == nil)
  }

  @Test func entriesAreWhole() {
    for provider in Provider.all {
      // A place at the beginning takes a whole URL; after "=" stands the usual one.
      let base = provider.baseURL
      let place = base.hasPrefix("{") ? base.prefix { $0 != "}" } : ""
      let isOpen = base.hasPrefix("{") && !place.contains("=")
      let usual = base.hasPrefix("{") ? place.split(separator: "=").last ?? "" : base[...]
      #expect(isOpen || usual.hasPrefix("http"), "\(provider.id)")
      #expect(!base.hasSuffix("/") && base.filter { $0 == "{" }.count == base.filter { $0 == "}" }.count)
      #expect(!provider.name.isEmpty && Dialects.builtIn[provider.dialect] != nil)
      #expect(!provider.needsKey || !provider.keyVariables.isEmpty)
      // A local server is asked without a key, and never over the network.
      #expect(provider.needsKey || usual.hasPrefix("http://localhost:"), "\(provider.id)")
      #expect(isOpen || !provider.needsKey || usual.hasPrefix("https://"), "\(provider.id)")
    }
  }

  /// `ollama` is its own chat; the OpenAI-shaped endpoint stays within reach.
  @Test func ollamaSpeaksTwoDialects() {
    let own = Provider.ollama
    #expect(own.dialect == .ollama && own.baseURL == "http://localhost:11434")
    let other = own.speaking(.openAIChat)
    #expect(other.dialect == .openAIChat && other.baseURL == "http://localhost:11434/v1")
    #expect(own.at("http://box:11434/v1/").dialect == .openAIChat)
    #expect(own.at("http://box:11434/v1").speaking(.openAIChat).baseURL == "http://box:11434/v1")
    #expect(own.at("http://box:11434/").speaking(.openAIChat).baseURL == "http://box:11434/v1")
    #expect(own.at("http://box:11434").dialect == .ollama && own.speaking(.ollama) == own)
    // Who has no other dialect only changes its name.
    #expect(Provider.groq.speaking(.anthropic).baseURL == Provider.groq.baseURL)
    #expect(Provider.groq.at("https://a.example/v1").dialect == .openAIChat)
  }

  @Test func versionsInABaseURLAreNotSaidTwice() throws {
    let request = ChatRequest(model: "m", messages: ["a"])
    for (base, path) in [("https://a", "/v1/chat/completions"), ("https://a/v1/", "/chat/completions")] {
      let encoded = try MistralDialect().encode(request, for: Provider.mistral.at(base))
      #expect(encoded.path == path)
    }
    for (base, path) in [("https://a", "/v2/chat"), ("https://a/v2", "/chat")] {
      #expect(try CohereDialect().encode(request, for: Provider.cohere.at(base)).path == path)
    }
    #expect(try MistralDialect().encodeModelList(for: .mistral).path == "/v1/models")
    #expect(try CohereDialect().encodeModelList(for: .cohere).path == "/v1/models?endpoint=chat&page_size=1000")
    #expect(throws: SpateError.self) { try CohereDialect().encodeModelList(for: Provider.cohere.at("https://a/v2")) }
  }

  @Test func prefixesBelongToOne() {
    let prefixes = Provider.all.flatMap(\.modelPrefixes)
    for one in prefixes { #expect(prefixes.filter { $0.hasPrefix(one) } == [one]) }
  }

  @Test func compatible() {
    let provider = Provider.compatible(baseURL: "http://x.example/v1")
    #expect(provider.baseURL == "http://x.example/v1" && !provider.needsKey && provider.dialect == .openAIChat)
    #expect(Provider.named(provider.id) == nil)
  }

  @Test func aKeyMakesItNeeded() {
    #expect(Provider(id: "a", name: "A", baseURL: "https://a.example", key: "A_KEY").needsKey)
    #expect(!Provider(id: "a", name: "A", baseURL: "https://a.example").needsKey)
  }

  @Test func dialectNames() {
    #expect(Dialects.builtIn.ids.first == .openAIChat)
    #expect(Dialects.builtIn["openai-chat"]?.id == .openAIChat && Dialects.builtIn["no-such"] == nil)
  }
}
