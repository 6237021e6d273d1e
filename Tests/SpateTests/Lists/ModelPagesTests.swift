// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Lists of models that come in pages.
@Suite(.timeLimit(.minutes(10))) struct ModelPagesTests {
  private func client(_ provider: Provider, _ transport: ScriptedTransport) -> Client {
    Client(
      provider: provider, environment: .fixed(["ANTHROPIC_API_KEY": "k", "GEMINI_API_KEY": "k", "CO_API_KEY": "k"]),
      transport: transport)
  }

  @Test func pagesAreAskedForOneAfterTheOther() async throws {
    let transport = ScriptedTransport(
      .status(200, body: #"{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"last_id":"b"}"#),
      .status(200, body: #"{"data":[{"id":"c"}],"has_more":false,"last_id":"c"}"#))
    let models = try await client(.anthropic, transport).models()
    #expect(models.map(\.id) == ["a", "b", "c"])
    let urls = transport.requests.map(\.url)
    #expect(urls == ["", "&after_id=b"].map { "https://api.anthropic.com/v1/models?limit=1000\($0)" })
    #expect(transport.requests.allSatisfy { $0.fields["x-api-key"] == "k" })
  }

  @Test(
    arguments: [
      (Provider.anthropic, #"{"data":[{"id":"a"}],"has_more":true,"last_id":"a"}"#),
      (.gemini, #"{"models":[{"name":"models/a"}],"nextPageToken":"t"}"#),
      (.cohere, #"{"models":[{"name":"a"}],"next_page_token":"t"}"#),
    ] as [(Provider, String)])
  func aPageThatNamesItselfIsAnErrorAndNoLoop(provider: Provider, body: String) async throws {
    let transport = ScriptedTransport(.status(200, body: body))
    let error = await #expect(throws: SpateError.self) { try await client(provider, transport).models() }
    #expect(error?.code == .protocol && error?.provider == provider.id && transport.requests.count == 2)
  }

  @Test func thereIsAnEndToPages() async throws {
    let transport = ScriptedTransport { _, number in
      .status(200, body: #"{"models":[{"name":"models/m\#(number)"}],"nextPageToken":"t\#(number)"}"#)
    }
    let error = await #expect(throws: SpateError.self) { try await client(.gemini, transport).models() }
    #expect(error?.code == .protocol && error?.message.contains("100 pages") == true)
    #expect(transport.requests.count == 100)
  }

  @Test func anErrorOnALaterPageIsTheErrorOfTheList() async throws {
    let transport = ScriptedTransport(
      .status(200, body: #"{"data":[{"id":"a"}],"has_more":true,"last_id":"a"}"#),
      .status(529, body: #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#))
    let error = await #expect(throws: SpateError.self) { try await client(.anthropic, transport).models() }
    #expect(error?.code == .overloaded && error?.status == 529)
  }

  // MARK: What they can do

  @Test func theListComesBeforeTheProfile() async throws {
    let body = #"{"models":[{"name":"models/gemini-2.5-pro","supportedGenerationMethods":["embedContent"]}]}"#
    let transport = ScriptedTransport(.status(200, body: body))
    let model = try #require(try await client(.gemini, transport).models().first)
    #expect(model.capabilities == ModelCapabilities(cannot: [.chat]))
    // Only what the list does not say.
    #expect(model.assumedCapabilities[.chat] == nil && model.assumedCapabilities[.images] == true)
    #expect(model.assumedCapabilities[.reasoning] == true)
  }

  @Test func whatNobodyKnowsIsEmpty() async throws {
    let transport = ScriptedTransport(.status(200, body: #"{"data":[{"id":"my-model"}]}"#))
    var asking = client(.compatible(baseURL: "http://localhost/v1"), transport)
    let unknown = try #require(try await asking.models().first)
    #expect(unknown.capabilities.isEmpty && unknown.assumedCapabilities.isEmpty)
    asking.profiles = ["my-*": ModelProfile(ModelCapabilities(can: [.tools]))]
    #expect(try await asking.models().first?.assumedCapabilities == ModelCapabilities(can: [.tools]))
  }
}
