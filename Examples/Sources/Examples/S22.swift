// SPDX-License-Identifier: Apache-2.0

// S22, several providers: the same code and one client for names of OpenAI, Anthropic and Google, each asked in its own
// way. Meant and broken elsewhere: there all three went to one provider.

import Spate
import SpateSimulator

enum S22: Example {
  static let models = ["gpt-4", "claude-sonnet-4-5", "gemini-2.5-flash"]
  static let answers: [String: Answer] = [
    "gpt-4": .saying("Curve fitting."), "claude-sonnet-4-5": .saying("Learning from examples."),
    "gemini-2.5-flash": .saying("Patterns in data."),
  ]

  static func run(on simulator: Simulator) async throws {
    let client = simulator.client
    for model in models {
      print("\(model): ", terminator: "")
      try await client.stream("What is machine learning?", model: model).print()
    }
    for request in simulator.requests { print(request.path) }
  }
}
