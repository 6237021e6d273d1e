// SPDX-License-Identifier: Apache-2.0

// S28, real-time translation: a function that streams, used again and again.

import Spate
import SpateSimulator

enum S28: Sample {
  static let answers: [String: Answer] = [
    "gpt-4": .series([.saying("Hola, ¿cómo estás?"), .saying("Bonjour, comment allez-vous ?")])
  ]

  static func run(_ client: Client) async throws {
    try await translate("Hello, how are you?", to: "Spanish", client)
    try await translate("Hello, how are you?", to: "French", client)
  }

  static func translate(_ text: String, to language: String, _ client: Client) async throws {
    print("Translation (\(language)): ", terminator: "")
    try await client.stream("Translate to \(language): \(text)", model: "gpt-4").print()
  }
}
