// SPDX-License-Identifier: Apache-2.0

// S7, understanding chunks: all words so far, what is new, the finish reason, and the rest.

import Spate
import SpateSimulator

enum S7: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Things come in lumps.")]

  static func run(_ client: Client) async throws {
    for try await chunk in client.stream("Explain quantum physics briefly", model: "gpt-4o").chunks {
      print("Content: \(chunk.content)")
      print("Delta: \(chunk.delta)")
      print("Finish: \(chunk.finishReason?.rawValue ?? "nil")")
      print("Model: \(chunk.metadata.model ?? "nil")")
      print("---")
    }
  }
}
