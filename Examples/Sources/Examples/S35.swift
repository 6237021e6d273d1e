// SPDX-License-Identifier: Apache-2.0

// S35, monitoring the finish reason: a limit and an end can be told apart while the stream is read.

import Spate
import SpateSimulator

enum S35: Sample {
  static let answers: [String: Answer] = [
    "gpt-4": .saying("All of it."), "gpt-4o": .saying("A part of", finish: .length),
  ]

  static func run(_ client: Client) async throws {
    for model in ["gpt-4", "gpt-4o"] {
      for try await event in client.stream("Hello", model: model) {
        switch event {
        case .text(let delta): print(delta.text, terminator: "")
        case .finish(let finish) where finish.reason == .length: print("\n[Max tokens reached]")
        case .finish(let finish) where finish.reason == .stop: print("\n[Completed]")
        default: break
        }
      }
    }
  }
}
