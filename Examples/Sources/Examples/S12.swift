// SPDX-License-Identifier: Apache-2.0

// S12, streaming with `await`: the same call as in S6, which has none.

import Spate
import SpateSimulator

enum S12: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("A mind of sand and lightning.")]

  static func run(_ client: Client) async throws {
    let stream = client.stream("Write a poem about artificial intelligence", model: "gpt-4o")

    for try await event in stream {
      switch event {
      case .text(let delta): print(delta.text, terminator: "")
      case .finish(let finish): print("\nFinished: \(finish.reason)")
      default: break
      }
    }
  }
}
