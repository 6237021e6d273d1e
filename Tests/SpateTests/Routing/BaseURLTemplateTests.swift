// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

@Suite struct BaseURLTemplateTests {
  func resolved(_ base: String, _ variables: [String: String] = [:]) throws(SpateError) -> String {
    let provider = Provider(id: "p", name: "P", baseURL: base)
    return try BaseURLTemplate(provider: provider, environment: .fixed(variables)).resolved()
  }

  @Test func placesAreFilledFromTheEnvironment() throws {
    #expect(try resolved("https://a/v1") == "https://a/v1")
    #expect(try resolved("https://x.{R|S=eu}.a/{R|S=eu}", ["S": "us-1"]) == "https://x.us-1.a/us-1")
    #expect(try resolved("https://x.{R|S}.a", ["R": "1", "S": "2"]) == "https://x.1.a")
    #expect(try resolved("https://x.{R=eu}.a") == "https://x.eu.a")
    #expect(try resolved("{BASE}/openai/v1", ["BASE": "https://h.example:8/q/"]) == "https://h.example:8/q/openai/v1")
  }

  @Test func aMissingVariableIsNamed() {
    let error = #expect(throws: SpateError.self) { try resolved("https://x.{R|S}.a") }
    #expect(error?.message == "the address of P is not known: set R or S")
  }

  @Test(arguments: ["evil.example/", "a/b", "a@b", "a:1", "a?b", "a#b", "a b", "é", "%2e"])
  func S6_aValueCanNotChangeTheHost(value: String) {
    #expect(throws: SpateError.self) { try resolved("https://x.{R}.a/v1", ["R": value]) }
  }

  @Test func theRequestGoesThere() async throws {
    let transport = ScriptedTransport(.text("Hi"))
    let provider = Provider(id: "p", name: "P", baseURL: "http://localhost/{TENANT}/v1")
    let client = Client(
      provider: provider, recovery: .none, environment: .fixed(["TENANT": "t-1"]), transport: transport)
    #expect(try await client.stream("Hi", model: "m").response.text == "Hi")
    #expect(transport.requests.first?.url == "http://localhost/t-1/v1/chat/completions")
  }
}
