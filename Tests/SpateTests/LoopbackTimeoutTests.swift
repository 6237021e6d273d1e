// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport

#if canImport(Glibc)
  import SpateSimulator
  import Testing

  @testable import Spate

  /// Each clock at 300 ms against real sockets that say nothing, or too little. How long each
  /// took is printed, not asserted: only that it was not too early.
  @Suite(.serialized, .timeLimit(.minutes(10))) struct LoopbackTimeoutTests {
    static let limit = Duration.milliseconds(300)

    /// Expects a timeout of this phase, in its time.
    func expect(
      _ phase: SpateError.Phase, _ timeouts: Timeouts, text: String? = "", from baseURL: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let transport = CurlTransport()
      defer { transport.stop() }
      let client = Client(
        provider: .compatible(baseURL: baseURL), timeouts: timeouts, recovery: .none, environment: .fixed([:]),
        transport: transport)
      let stream = client.stream("Hi", model: "m")
      // On a thread of its own: the time that a test waits for the others' threads is not the clock's.
      let reading = Task(executorPreference: ThreadExecutor()) {
        var thrown: SpateError?
        let took = await ContinuousClock().measure {
          do { _ = try await stream.response } catch { thrown = error as? SpateError }
        }
        return (thrown, took)
      }
      let (thrown, took) = await reading.value
      print("P19 \(phase.rawValue): 300 ms took \(took / .milliseconds(1)) ms")
      #expect(thrown?.code == .timeout, sourceLocation: sourceLocation)
      #expect(thrown?.phase == phase, sourceLocation: sourceLocation)
      if let text { #expect(stream.snapshot.text == text, sourceLocation: sourceLocation) }
      #expect(took >= Self.limit, sourceLocation: sourceLocation)
      try await eventually { transport.handlesInUse == 0 }
    }

    @Test func P19_connect() async throws {
      let server = SilentPort(.ignores)
      try await expect(.connect, Timeouts(connect: Self.limit), from: "\(server.origin)/v1")
    }

    @Test func P19_firstByte() async throws {
      let server = SilentPort(.accepts)
      try await expect(.firstByte, Timeouts(firstByte: Self.limit), from: "\(server.origin)/v1")
    }

    @Test func P19_idle() async throws {
      var script = Script(text: "One word an hour")
      script.pace = .seconds(3600)
      let simulator = try Simulator(fallback: .script(script))
      defer { simulator.stop() }
      try await expect(.idle, Timeouts(idle: Self.limit), from: simulator.baseURL)
    }

    @Test func P19_totalOfAByteDrip() async throws {
      let body = Array((ChatBytes.head + ChatBytes.text("Hi") + ChatBytes.text("there")).utf8)
      let drip = Recording(
        body: body + Array(repeating: UInt8(ascii: "\n"), count: 4096), writeSize: 8, pace: .milliseconds(5))
      let simulator = try Simulator(fallback: .recording(drip))
      defer { simulator.stop() }
      try await expect(.total, Timeouts(total: Self.limit), text: nil, from: simulator.baseURL)
    }
  }
#endif
