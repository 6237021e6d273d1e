// SPDX-License-Identifier: Apache-2.0

// S15, the full response: all words and their length afterwards, with nothing to put together.

import Spate
import SpateSimulator

enum S15: Sample {
  static let answers: [String: Answer] = ["gpt-4": .saying("Python is a language whose blocks are indented.")]

  static func run(_ client: Client) async throws {
    let response = try await client.stream("Explain Python", model: "gpt-4").print()
    print("\nFull response length: \(response.text.count)")
  }
}
