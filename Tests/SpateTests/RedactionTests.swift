// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

@Suite struct RedactionTests {
  /// A provider that refuses a key and repeats it in every place it has.
  @Test func S4_P22_aKeyThatIsEchoedStaysOut() async throws {
    let key = "canary-0123456789-canary"
    let body = #"{"error":{"message":"Incorrect API key provided: \#(key)","type":"auth","code":"\#(key)"}}"#
    let simulator = try Simulator(
      fallback: .recording(Recording(body: Array(body.utf8), status: 401, contentType: "application/json")))
    defer { simulator.stop() }
    let client = Client(
      provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed(["SPATE_API_KEY": key]))

    let failure = await #expect(throws: SpateError.self) {
      _ = try await client.stream("hi", model: "m").response
    }
    let error = try #require(failure)
    #expect(error.code == .auth && error.status == 401)
    #expect(error.message == "Incorrect API key provided: ***")
    #expect(error.providerCode == "***")
    for text in [error.description, "\(error)", String(reflecting: error), String(decoding: error.body, as: UTF8.self)]
    {
      #expect(!text.contains("canary"))
    }
  }
}
