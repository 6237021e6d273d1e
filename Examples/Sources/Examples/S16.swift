// SPDX-License-Identifier: Apache-2.0

// S16, checking the finish reason: it comes in the same loop as the words.

import Spate
import SpateSimulator

enum S16: Sample {
  static let answers: [String: Answer] = ["gpt-4": .saying("Rain\nfinds every roof.")]

  static func run(_ client: Client) async throws {
    for try await chunk in client.stream("Write a poem", model: "gpt-4").openAI {
      guard let choice = chunk.choices.first else { continue }
      print(choice.delta.content ?? "", terminator: "")
      if let reason = choice.finishReason {
        print("\n[Finished: \(reason)]")
      }
    }
  }
}
