// SPDX-License-Identifier: Apache-2.0

// S37, quick start: messages and options in values of their own, a loop, and one check for errors at its end.

import Spate
import SpateSimulator

enum S37: Sample {
  static let answers: [String: Answer] = ["gpt-4o-mini": .saying("The clock struck thirteen, and was believed.")]

  static func run(_ client: Client) async throws {
    let messages: [Message] = [.user("Write a short story.")]
    let options = ChatOptions(temperature: 0.7)

    do {
      for try await chunk in client.stream(messages, model: "gpt-4o-mini", options: options).openAI {
        print(chunk.choices.first?.delta.content ?? "", terminator: "")
      }
      print()
    } catch {
      print("Stream error: \(error)")
    }
  }
}
