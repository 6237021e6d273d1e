// SPDX-License-Identifier: Apache-2.0

// S17, basic async streaming: the same client, in an async function of yours.

import Spate
import SpateSimulator

enum S17: Sample {
  static let answers: [String: Answer] = ["gpt-4": .saying("A byte walks into a bar, and it is split.")]

  static func run(_ client: Client) async throws {
    try await streamResponse(client, to: "Tell me a joke")
  }

  static func streamResponse(_ client: Client, to prompt: String) async throws {
    print("Assistant: ", terminator: "")
    for try await text in client.stream(prompt, model: "gpt-4").text {
      print(text, terminator: "")
    }
    print()
  }
}
