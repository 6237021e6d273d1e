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
      let isOpen = base.hasPrefix("{") && !base.contains("=")
      let usual =
        base.hasPrefix("{") ? base.split(separator: "=").last.map { $0.prefix { $0 != "}" } } ?? "" : base[...]
      #expect(isOpen || usual.hasPrefix("http"), "\(provider.id)")
      #expect(!base.hasSuffix("/") && base.filter { $0 == "{" }.count == base.filter { $0 == "}" }.count)
      #expect(!provider.name.isEmpty && Dialects.builtIn[provider.dialect] != nil)
      #expect(!provider.needsKey || !provider.keyVariables.isEmpty)
      // A local server is asked without a key, and never over the network.
      #expect(provider.needsKey || usual.hasPrefix("http://localhost:"), "\(provider.id)")
      #expect(isOpen || !provider.needsKey || usual.hasPrefix("https://"), "\(provider.id)")
    }
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
