// SPDX-License-Identifier: Apache-2.0

// S33, checking for content: chunks without any do no harm. An answer with no word at all is one of them.

import Spate
import SpateSimulator

enum S33: Sample {
  static let answers: [String: Answer] = ["gpt-4": .saying("Some words."), "gpt-4o": .saying("")]

  static func run(_ client: Client) async throws {
    for model in ["gpt-4", "gpt-4o"] {
      var empty = 0
      for try await chunk in client.stream("Hello", model: model).openAI {
        if let content = chunk.choices.first?.delta.content, !content.isEmpty {
          print(content)
        } else {
          empty += 1
        }
      }
      print(empty > 0 ? "and chunks without words" : "every chunk had words")
    }
  }
}
