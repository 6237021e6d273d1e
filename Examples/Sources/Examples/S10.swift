// SPDX-License-Identifier: Apache-2.0

// S10, why the stream ended: one of four reasons, in the last chunk and only there.

import Spate
import SpateSimulator

enum S10: Sample {
  static let answers: [String: Answer] = [
    "gpt-4o": .saying("Tea is a drink."), "gpt-4.1": .saying("Tea is a", finish: .length),
    "gpt-5": .saying("Tea", finish: .contentFilter),
    "o3": .script(
      Script(text: "Let me look.", toolCalls: [ToolCall(id: "call_1", name: "look_up", arguments: #"{"word":"tea"}"#)])),
  ]

  static func run(_ client: Client) async throws {
    for model in ["gpt-4o", "gpt-4.1", "o3", "gpt-5"] {
      var reasons: [FinishReason?] = []
      for try await chunk in client.stream("What is tea?", model: model).chunks {
        reasons.append(chunk.finishReason)
      }
      let early = reasons.dropLast().compactMap { $0 }
      print("Stream ended: \(reasons.last??.rawValue ?? "nil"), \(early.count) reasons before the end")
    }
  }
}
