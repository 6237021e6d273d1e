// SPDX-License-Identifier: Apache-2.0

// S13, OpenAI's shape: the words are at `choices[0].delta.content`. Meant and broken elsewhere: the chunk of the counts
// has no choice, so that `choices[0]` fails on it; `choices.first` does not.

import Spate
import SpateSimulator

enum S13: Sample {
  static let answers: [String: Answer] = ["gpt-4": .saying("The lighthouse blinked back.")]

  static func run(_ client: Client) async throws {
    for try await chunk in client.stream("Write a short story", model: "gpt-4").openAI {
      if let content = chunk.choices.first?.delta.content {
        print(content, terminator: "")
      }
    }
    print()
  }
}
