// SPDX-License-Identifier: Apache-2.0

// S1, basic streaming: a client with its key, a model bound to it, the words of a poem printed as they come.

import Spate
import SpateSimulator

enum S1: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Loops hum at night,\na lone test turns green.")]

  static func run(_ client: Client) async throws {
    let model = client.model("gpt-4o")
    let messages: [Message] = [.user("Write a short poem about coding.")]

    for try await text in model.stream(messages).text {
      print(text, terminator: "")
    }
    print()
  }
}
