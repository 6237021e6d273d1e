// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Azure OpenAI is data over two dialects: paths, filter results, errors. Rules D3, D4.
@Suite struct AzureTests {
  private func path(_ model: String, _ provider: Provider) throws -> String {
    let request = ChatRequest(model: model, messages: ["hi"])
    return try #require(Dialects.builtIn[provider.dialect]).encode(request, for: provider).path
  }

  @Test func theDeploymentIsInThePath() throws {
    #expect(try path("gpt-4o_1.x", .azure) == "/deployments/gpt-4o_1.x/chat/completions")
    #expect(try path("a/b?c#d é", .azureEntra) == "/deployments/a%2Fb%3Fc%23d%20%C3%A9/chat/completions")
    #expect(try path("gpt-5", .azureResponses) == "/responses")
    #expect(Provider.azure.baseURL.hasSuffix("2024-10-21}") && !Provider.azureResponses.baseURL.contains("?"))
  }

  @Test func keys() {
    #expect(Provider.azure.authentication == .field("api-key") && Provider.azureEntra.authentication == .bearer)
    #expect(Provider.azureResponses.keyVariables == ["AZURE_OPENAI_API_KEY"])
    #expect(Provider.azureResponsesEntra.keyVariables == ["AZURE_OPENAI_AD_TOKEN"])
  }

  @Test func D3_filterResultsAreMetadata() {
    let filter = #""prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false}}}]"#
    let first = #"{"id":"","model":"","object":"","choices":[],\#(filter)}"#
    let late =
      #"{"id":"","model":"","choices":[{"index":0,"finish_reason":null,"content_filter_offsets":{"end_offset":1}}]}"#
    let got = Decoded.everyWay(stream(first, words("a"), late, stop()))
    #expect(got.answer.id == "r1" && got.answer.model == "m" && got.answer.text == "a" && got.failure == nil)
    #expect(got.answer.metadata["prompt_filter_results"]?[0]?["prompt_index"] == 0)
    #expect(got.answer.metadata["choice"]?["content_filter_offsets"]?["end_offset"] == 1)
  }

  @Test func filteredPrompts() {
    let body =
      #"{"error":{"message":"The response was filtered.","type":null,"param":"prompt","code":"content_filter","#
      + #""status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{}}}}"#
    for dialect in [OpenAIChatDialect(), OpenAIResponsesDialect()] as [any Dialect] {
      let got = Decoded([Array(body.utf8)], context: ResponseContext(status: 400), dialect: dialect)
      #expect(got.failure?.code == .contentFilter && got.failure?.isRetryable == false)
      #expect(got.failure?.message == "The response was filtered.")
    }
  }

  @Test func otherErrors() {
    let cases: [(Int, String, SpateError.Code)] = [
      (401, #"{"error":{"code":"401","message":"Access denied"}}"#, .auth),
      (404, #"{"error":{"code":"DeploymentNotFound","message":"no such deployment"}}"#, .notFound),
      (429, #"{"error":{"code":"429","message":"slow down"}}"#, .rateLimit),
    ]
    for (status, body, code) in cases {
      #expect(Decoded(body, context: ResponseContext(status: status)).failure?.code == code)
    }
  }
}
