// SPDX-License-Identifier: Apache-2.0

// S30, concurrency: three answers asked for at once, or one after the other; the same function for both.

import Spate
import SpateSimulator

enum S30: Sample {
  static let answers: [String: Answer] = [
    "gpt-4o": .saying("Red."), "gpt-4.1": .saying("Green."), "gpt-5": .saying("Blue."),
  ]

  static let models = ["gpt-4o", "gpt-4.1", "gpt-5"]

  static func run(_ client: Client) async throws {
    let together = try await withThrowingTaskGroup(of: (String, String).self) { group in
      for model in models { group.addTask { (model, try await ask(client, model)) } }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for model in models { print("\(model): \(together[model] ?? "nil")") }

    for model in models { print("\(model) again: \(try await ask(client, model))") }
  }

  static func ask(_ client: Client, _ model: String) async throws -> String {
    try await client.stream("Name a colour.", model: model).response.text
  }
}
