// SPDX-License-Identifier: Apache-2.0

// S42, basic streaming: chunks that have no choice, such as that of the counts, are safe.

import Spate
import SpateSimulator

enum S42: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Safe and sound.")]

  static func run(_ client: Client) async throws {
    do {
      for try await chunk in client.stream("Hello", model: "gpt-4o").openAI {
        if let delta = chunk.choices.first?.delta {
          print(delta.content ?? "", terminator: "")
        } else {
          print("\n[a chunk without a choice]")
        }
      }
    } catch {
      print("Stream error: \(error)")
    }
  }
}
