// SPDX-License-Identifier: Apache-2.0

// S4, handling the finish reason: each of three branches fires, in the loop that prints the words.

import Spate
import SpateSimulator

enum S4: Sample {
  static let answers: [String: Answer] = [
    "gpt-4o": .saying("Tea is a drink."), "gpt-4.1": .saying("Tea is a", finish: .length),
    "gpt-5": .saying("Tea", finish: .contentFilter),
  ]

  static func run(_ client: Client) async throws {
    for model in ["gpt-4o", "gpt-4.1", "gpt-5"] {
      for try await chunk in client.stream("What is tea?", model: model).chunks {
        print(chunk.delta, terminator: "")
        switch chunk.finishReason {
        case .stop: print("\n[Complete]")
        case .length: print("\n[Truncated - max tokens reached]")
        case .contentFilter: print("\n[Content filtered]")
        default: break
        }
      }
    }
  }
}
