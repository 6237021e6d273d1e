// SPDX-License-Identifier: Apache-2.0

// S2, streaming with options: temperature and a limit of tokens change the request that is sent.

import Spate
import SpateSimulator

enum S2: Example {
  static let answers: [String: Answer] = ["gpt-4o": .saying("Loops hum at night.")]

  static func run(on simulator: Simulator) async throws {
    let model = simulator.client.model("gpt-4o")
    let options = ChatOptions(temperature: 0.9, maxTokens: 500)

    for try await text in model.stream("Write a short poem about coding.", options: options).text {
      print(text, terminator: "")
    }
    print()

    // What the provider got.
    let body = try simulator.lastBody()
    print("temperature \(body["temperature"] ?? .null), tokens \(body["max_completion_tokens"] ?? .null)")
  }
}
