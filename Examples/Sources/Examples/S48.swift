// SPDX-License-Identifier: Apache-2.0

// S48, a conversation: a system message and a user's, added one by one, then streamed.

import Spate
import SpateSimulator

enum S48: Example {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Weights hum in the dark")]

  static func run(on simulator: Simulator) async throws {
    var conversation: [Message] = []
    conversation.append(.system("You are a helpful creative writing assistant."))
    conversation.append(.user("Write a haiku about artificial intelligence."))

    let response = try await simulator.client.stream(conversation, model: "gpt-4o").print()
    print("\nComplete response: \(response.text)")

    let roles = try simulator.lastBody()["messages"]?.array?.compactMap { $0["role"]?.string }
    print("Sent: \(roles?.joined(separator: ", ") ?? "nil")")
  }
}
