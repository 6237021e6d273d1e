// SPDX-License-Identifier: Apache-2.0

// S43, the full response: its words and its finish reason, without a loop.

import Spate
import SpateSimulator

enum S43: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Here is all of it.")]

  static func run(_ client: Client) async throws {
    let response = try await client.stream("Hello", model: "gpt-4o").response
    print("Complete response: \(response.text)")
    print("Finish reason: \(response.finish)")
  }
}
