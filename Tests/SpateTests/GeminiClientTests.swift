// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Gemini and Vertex through the client: addresses, keys, and reasons that are none.
@Suite(.timeLimit(.minutes(10))) struct GeminiClientTests {
  private func transport(_ body: String) -> PlayedTransport {
    PlayedTransport { exchange in
      exchange.send(.head(), .body(Array(body.utf8)))
      exchange.end()
    }
  }

  private func answer(_ reason: String, more: String = "") -> String {
    #"{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"\#(reason)"\#(more)}]}"#
  }

  @Test func theKeyIsInItsHeaderAndNotInTheAddress() async throws {
    let transport = transport("data: \(answer("STOP"))\r\n\r\n")
    let client = Client(recovery: .none, environment: .fixed(["GEMINI_API_KEY": "canary"]), transport: transport)
    #expect(try await client.stream("Hello", model: "gemini-2.5-flash").response.text == "Hi")
    let request = try await transport.first.request
    let origin = "https://generativelanguage.googleapis.com"
    #expect(request.url == "\(origin)/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse")
    #expect(request.fields["x-goog-api-key"] == "canary" && request.fields["Authorization"] == nil)
  }

  @Test func vertexTakesATokenAndAProject() async throws {
    let transport = transport(answer("STOP"))
    let environment = Environment.fixed([
      "VERTEX_ACCESS_TOKEN": "token", "GOOGLE_CLOUD_PROJECT": "p-1", "GOOGLE_CLOUD_LOCATION": "eu1",
    ])
    let client = Client(recovery: .none, environment: environment, transport: transport)
    #expect(try await client.respond(to: "Hello", model: "vertex/gemini-2.5-pro").text == "Hi")
    let request = try await transport.first.request
    let path = "/v1/projects/p-1/locations/eu1/publishers/google/models/gemini-2.5-pro:generateContent"
    #expect(request.url == "https://eu1-aiplatform.googleapis.com\(path)")
    #expect(request.fields["Authorization"] == "Bearer token" && request.fields["x-goog-api-key"] == nil)
  }

  @Test func C12_N7_aReasonThatIsNoneThrowsWithWhatHadCome() async throws {
    let transport = transport(answer("MALFORMED_FUNCTION_CALL", more: #","finishMessage":"bad call""#))
    let client = Client(recovery: .none, environment: .fixed(["GEMINI_API_KEY": "k"]), transport: transport)
    let error = await #expect(throws: SpateError.self) {
      try await client.respond(to: "Hello", model: "gemini-2.5-flash")
    }
    #expect(error?.code == .provider && error?.nativeFinish == "MALFORMED_FUNCTION_CALL")
    #expect(error?.message.hasSuffix("MALFORMED_FUNCTION_CALL: bad call") == true)
    #expect(error?.partial?.text == "Hi" && error?.partial?.outcome == .failed)
  }

  @Test func aFilteredAnswerIsOne() async throws {
    let client = Client(
      recovery: .none, environment: .fixed(["GEMINI_API_KEY": "k"]), transport: transport(answer("SAFETY")))
    #expect(try await client.respond(to: "Hello", model: "gemini-2.5-flash").outcome == .filtered)
  }
}
