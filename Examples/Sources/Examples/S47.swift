// SPDX-License-Identifier: Apache-2.0

// S47, one call: it prints the words as they come, and gives the final response with its text.

import Spate
import SpateSimulator

enum S47: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Unit 7 dipped its brush, and hesitated.")]

  static func run(_ client: Client) async throws {
    let response = try await client.stream("Write a short story about a robot learning to paint.", model: "gpt-4o")
      .print()
    print("\nFinal response: \(response.text)")
  }
}
