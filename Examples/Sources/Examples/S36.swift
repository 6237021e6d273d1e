// SPDX-License-Identifier: Apache-2.0

// S36, user feedback: how many chunks came.

import Spate
import SpateSimulator

enum S36: Sample {
  static let answers: [String: Answer] = ["gpt-4": .saying("Here is what you asked for.")]

  static func run(_ client: Client) async throws {
    print("Generating response...")
    let response = try await client.stream("Hello", model: "gpt-4").print()
    print("[Received \(response.chunkCount) chunks]")
  }
}
