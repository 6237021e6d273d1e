// SPDX-License-Identifier: Apache-2.0

// S6, simple text streaming: one client, no key in the code, a model by name, a plain prompt, and a loop without `await`.

import Spate
import SpateSimulator

enum S6: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("The probe woke beyond Neptune.")]

  static func run(_ client: Client) throws {
    let stream = client.stream("Tell me a story about space exploration", model: "gpt-4o")

    for event in stream.blocking {
      switch try event.get() {
      case .text(let delta): print(delta.text, terminator: "")
      case .finish(let finish): print("\nStreaming finished: \(finish.reason)")
      default: break
      }
    }
  }
}
