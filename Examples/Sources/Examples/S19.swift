// SPDX-License-Identifier: Apache-2.0

// S19, a chat: each turn is sent with all before it, the answer becomes a turn, and "quit" ends it.

import Spate
import SpateSimulator

enum S19: Example {
  static let answers: [String: Answer] = [
    "gpt-4": .series([.saying("Hello, Ada."), .saying("Your name is Ada.")])
  ]

  /// What a terminal would give: `AnyIterator { readLine() }`.
  static let typed = ["I am Ada.", "Who am I?", "quit", "never read"]

  static func run(on simulator: Simulator) async throws {
    let model = simulator.client.model("gpt-4")
    var conversation: [Message] = []

    print("Streaming Chat (type 'quit' to exit)")
    for line in typed {
      print("You: \(line)")
      if line.lowercased() == "quit" { break }
      conversation.append(.user(line))
      print("Assistant: ", terminator: "")
      let response = try await model.stream(conversation).print()
      conversation.append(response.message)
    }
    print("\(conversation.count) turns, \(try simulator.lastBody()["messages"]?.array?.count ?? 0) sent last")
  }
}
