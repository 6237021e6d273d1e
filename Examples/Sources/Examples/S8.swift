// SPDX-License-Identifier: Apache-2.0

// S8, accumulated words: those of the last chunk are the whole answer.

import Spate
import SpateSimulator

enum S8: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Things come in lumps.")]

  static func run(_ client: Client) async throws {
    let stream = client.stream("Explain quantum physics briefly", model: "gpt-4o")
    var total = ""
    for try await chunk in stream.chunks {
      total = chunk.content
      print("Total so far: \(total)")
    }
    print(total == stream.snapshot.text ? "That is all of it." : "Something is missing.")
  }
}
