// SPDX-License-Identifier: Apache-2.0

// S34, empty chunks: the first one has only the role.

import Spate
import SpateSimulator

enum S34: Sample {
  static let answers: [String: Answer] = ["gpt-4": .saying("Good morning.")]

  static func run(_ client: Client) async throws {
    for try await chunk in client.stream("Hello", model: "gpt-4").openAI {
      guard let delta = chunk.choices.first?.delta else { continue }
      if let role = delta.role { print("[Role: \(role)]") }
      if let content = delta.content { print(content, terminator: "") }
    }
    print()
  }
}
