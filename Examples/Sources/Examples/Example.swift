// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator

/// A sample that looks at what the provider got.
protocol Example: SendableMetatype {
  /// What the simulated provider says, by the model's name.
  static var answers: [String: Answer] { get }
  /// The program.
  static func run(on simulator: Simulator) async throws
}

/// A sample, as its user would write it but for one thing: `Client()` would be enough, with a key in the environment.
protocol Sample: Example {
  /// The program.
  static func run(_ client: Client) async throws
}

extension Sample {
  static func run(on simulator: Simulator) async throws { try await run(simulator.client) }
}

extension Answer {
  /// A model that says this, a word a piece.
  static func saying(_ text: String, finish: FinishReason? = nil) -> Answer {
    .script(Script(text: text, finish: finish))
  }
}
