// SPDX-License-Identifier: Apache-2.0

// S11, metadata: counts of tokens, the model, the id of the answer and that of the request are really there.

import Spate
import SpateSimulator

enum S11: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Things come in lumps.")]

  static func run(_ client: Client) async throws {
    for try await chunk in client.stream("Explain quantum physics briefly", model: "gpt-4o").chunks {
      guard chunk.finishReason != nil else { continue }
      let metadata = chunk.metadata
      print("Model: \(metadata.model ?? "nil")")
      print("Tokens: \(metadata.usage?.input ?? -1) in, \(metadata.usage?.output ?? -1) out")
      print("Answer: \(metadata.id ?? "nil")")
      print("Request: \(metadata.requestID ?? "nil")")
    }
  }
}
