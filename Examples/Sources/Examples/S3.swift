// SPDX-License-Identifier: Apache-2.0

// S3, the chunk: words, which may be empty, and a finish reason, which is nil while the answer runs.

import Spate
import SpateSimulator

enum S3: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("One, two, three.")]

  static func run(_ client: Client) async throws {
    for try await chunk in client.stream("Count to three.", model: "gpt-4o").chunks {
      print("\"\(chunk.delta)\"", chunk.finishReason?.rawValue ?? "nil")
    }
  }
}
