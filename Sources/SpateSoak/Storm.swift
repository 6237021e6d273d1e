// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateSimulator

/// Many callers of one client, and a provider that refuses everything: how many requests it gets (trust.md P12).
struct Storm {
  private static let callers = 1000
  private static let most = 1.2

  func run() async -> Bool {
    let transport = CurlTransport()
    do {
      let simulator = try Simulator(fallback: .failure(Failure(status: 503)))
      let client = Client(
        provider: .compatible(baseURL: simulator.baseURL), environment: .fixed([:]), transport: transport)
      // The first wave finds a full quota, the second an empty one.
      var factors: [Double] = []
      for _ in 0..<2 {
        let before = simulator.requestCount
        await wave(client)
        factors.append(Double(simulator.requestCount - before) / Double(Self.callers))
      }
      simulator.stop()
      transport.stop()
      Output.line(
        "storm: \(Self.callers) callers of one client against 503, default policy: \(factors[0]) requests a caller "
          + "from a full quota, \(factors[1]) from an empty one (at most \(Self.most))")
      return factors.allSatisfy { $0 <= Self.most && $0 >= 1 }
    } catch {
      Output.line("no simulator: \(error)")
      return false
    }
  }

  private func wave(_ client: Client) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<Self.callers {
        group.addTask {
          do { for try await _ in client.stream("Hi", model: "m") {} } catch {}
        }
      }
    }
  }
}
