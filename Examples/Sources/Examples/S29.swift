// SPDX-License-Identifier: Apache-2.0

// S29, output at once: `print()` flushes whenever words have come, on its own; so does every sink that is written to.

import Spate
import SpateSimulator

enum S29: Sample {
  static let answers: [String: Answer] = ["gpt-4": .saying("You see each word when it comes.")]

  static func run(_ client: Client) async throws {
    try await client.stream("Say something", model: "gpt-4").print()

    // The same with a sink that is named.
    try await client.stream("Say something", model: "gpt-4").print(to: .standardOutput, terminator: "\n---\n")
  }
}
