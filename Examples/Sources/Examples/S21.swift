// SPDX-License-Identifier: Apache-2.0

// S21, buffering: five pieces at a time, and at the end what is left.

import Spate
import SpateSimulator

enum S21: Sample {
  static let answers: [String: Answer] = [
    "gpt-4": .saying("Once there was a stream that would not wait for the whole of itself.")
  ]

  static func run(_ client: Client) async throws {
    for try await batch in client.stream("Write a story", model: "gpt-4").buffered(count: 5) {
      print("[\(batch)]")
    }
  }
}
