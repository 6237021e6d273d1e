// SPDX-License-Identifier: Apache-2.0

// S9, new words: joined they are the accumulated ones, at every step.

import Spate
import SpateSimulator

enum S9: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Déjà vu, 再び, 🌊 and 👩‍🚀 again.")]

  static func run(_ client: Client) async throws {
    var joined = ""
    var differences = 0
    for try await chunk in client.stream("Explain quantum physics briefly", model: "gpt-4o").chunks {
      joined += chunk.delta
      print(chunk.delta, terminator: "")
      if joined != chunk.content { differences += 1 }
    }
    print("\n\(differences) differences")
  }
}
