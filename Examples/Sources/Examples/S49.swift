// SPDX-License-Identifier: Apache-2.0

// S49, custom processing: words, and last the final response with its tokens and model. Going on after it is safe.

import Spate
import SpateSimulator

enum S49: Sample {
  static let answers: [String: Answer] = ["gpt-4o": .saying("A coin that is still spinning.")]

  static func run(_ client: Client) async throws {
    let stream = client.stream(
      "Explain quantum computing in simple terms.", model: "gpt-4o",
      options: ChatOptions(temperature: 0.7, maxTokens: 500))
    var content = ""
    var items = stream.textThenResponse.makeAsyncIterator()

    while let item = try await items.next() {
      switch item {
      case .text(let text):
        content += text
        print(text, terminator: "")
      case .response(let response):
        print("\n\nStreaming complete!")
        let usage = response.usage
        print("Total tokens: \((usage?.input ?? 0) + (usage?.output ?? 0))")
        print("Model: \(response.model ?? "Unknown")")
        print("Same words: \(response.text == content)")
      }
    }
    print("After the end: \(try await items.next() == nil ? "nothing" : "more")")
  }
}
