// SPDX-License-Identifier: Apache-2.0

// S40, a choice: its number, what is new of it, its finish reason. Two answers to one question, told apart.

import Spate
import SpateSimulator

enum S40: Sample {
  static let answers: [String: Answer] = [
    "gpt-4o": .script(Script(text: "Heads it is.", alternatives: ["Tails it is."]))
  ]

  static func run(_ client: Client) async throws {
    var texts = ["", ""]
    for try await chunk in client.stream("Toss a coin.", model: "gpt-4o", options: ChatOptions(n: 2)).openAI {
      for choice in chunk.choices {
        texts[choice.index] += choice.delta.content ?? ""
        if let reason = choice.finishReason { print("\(choice.index): \(texts[choice.index]) [\(reason)]") }
      }
    }
  }
}
