// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Where requests to Azure OpenAI go, and with which key.
@Suite(.timeLimit(.minutes(10))) struct AzureRoutingTests {
  private static let variables = [
    "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com/", "AZURE_OPENAI_API_KEY": "k", "AZURE_OPENAI_AD_TOKEN": "t",
  ]

  /// The request that a call makes; nothing is answered.
  private func request(_ model: String, _ more: [String: String] = [:]) async throws -> HTTPRequest {
    let transport = PlayedTransport { $0.end(TransportError(.connect, "refused")) }
    let client = Client(recovery: .none, environment: .fixed(Self.variables.merging(more) { $1 }), transport: transport)
    do { _ = try await client.stream("Hi", model: model).response } catch let error as SpateError {
      guard error.code == .connect else { throw error }
    }
    return try await transport.first.request
  }

  @Test func deployments() async throws {
    let plain = try await request("azure/my-gpt")
    #expect(
      plain.url
        == "https://r.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21")
    #expect(plain.fields["api-key"] == "k" && plain.fields["Authorization"] == nil)
    let dated = try await request("azure-entra/my-gpt", ["OPENAI_API_VERSION": "2025-01-01-preview"])
    #expect(dated.url.hasSuffix("/deployments/my-gpt/chat/completions?api-version=2025-01-01-preview"))
    #expect(dated.fields["api-key"] == nil && dated.fields["Authorization"] == "Bearer t")
  }

  @Test func responses() async throws {
    let plain = try await request("azure-responses/my-gpt")
    #expect(plain.url == "https://r.openai.azure.com/openai/v1/responses" && plain.fields["api-key"] == "k")
    let token = try await request("azure-responses-entra/my-gpt")
    #expect(token.fields["Authorization"] == "Bearer t" && token.fields["api-key"] == nil)
  }

  @Test func theAddressIsNeeded() async {
    let error = await #expect(throws: SpateError.self) {
      _ = try await Client(recovery: .none, environment: .fixed([:]), transport: PlayedTransport { _ in })
        .stream("Hi", model: "azure/x").response
    }
    #expect(error?.message.contains("AZURE_OPENAI_ENDPOINT") == true)
  }
}
