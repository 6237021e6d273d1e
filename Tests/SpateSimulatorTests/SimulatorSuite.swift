// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator

/// What the suites of the simulator share: a request, and a simulator for each test.
protocol SimulatorSuite {}

extension SimulatorSuite {
  static var chat: String { "/chat/completions" }

  static func request(_ model: String = "m", stream: Bool = true, usage: Bool = false, prompt: String = "one two")
    -> String
  {
    let usage = usage ? #","stream_options":{"include_usage":true}"# : ""
    return
      #"{"model":"\#(model)","stream":\#(stream)\#(usage),"messages":[{"role":"user","content":"\#(prompt)"}]}"#
  }

  /// Runs `body` with a simulator and a transport of its own.
  func withSimulator(
    _ answers: [String: Answer] = [:], fallback: Answer = .script(Script(text: "Hello, world.")),
    _ body: (Simulator, CurlTransport) async throws -> Void
  ) async throws {
    let simulator = try Simulator(answers: answers, fallback: fallback)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    try await body(simulator, transport)
  }
}
