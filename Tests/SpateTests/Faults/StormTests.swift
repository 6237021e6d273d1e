// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// Many callers of one client, and a provider that refuses everything (trust.md P12).
@Suite(.serialized, .timeLimit(.minutes(10))) struct StormTests {
  @Test func P12_retriesAreNoStorm() async throws {
    let simulator = try Simulator(fallback: .failure(Failure(status: 503)))
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    let client = Client(
      provider: .compatible(baseURL: simulator.baseURL),
      recovery: Recovery(backoff: Backoff(base: .milliseconds(20), cap: .milliseconds(40))), environment: .fixed([:]),
      transport: transport)
    func wave(_ callers: Int) async -> (requests: Int, refused: Int) {
      let before = simulator.requestCount
      let refused = await withTaskGroup(of: SpateError.Code?.self) { group in
        for _ in 0..<callers {
          group.addTask { await code { for try await _ in client.stream("Hi", model: "m") {} } }
        }
        return await group.reduce(into: 0) { count, code in if code == .overloaded { count += 1 } }
      }
      return (simulator.requestCount - before, refused)
    }
    // 100 tokens make 20 retries of 5, for all callers together.
    let first = await wave(1000)
    #expect(first.requests == 1020 && first.refused == 1000)
    let second = await wave(200)
    #expect(second.requests == 200 && second.refused == 200)
  }
}
