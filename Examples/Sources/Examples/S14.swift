// SPDX-License-Identifier: Apache-2.0

// S14, a simple example without `await`: events that have no words are safe to test, and skipped.

import Spate
import SpateSimulator

enum S14: Sample {
  static let answers: [String: Answer] = ["gpt-4": .saying("1, 2, 3, 4, 5")]

  static func run(_ client: Client) throws {
    print("Assistant: ", terminator: "")
    var others = 0
    for event in client.stream("Count from 1 to 5", model: "gpt-4").blocking {
      if let text = try event.get().text {
        print(text, terminator: "")
      } else {
        others += 1
      }
    }
    print("\n\(others) events without words")
  }
}
