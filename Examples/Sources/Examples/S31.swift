// SPDX-License-Identifier: Apache-2.0

// S31, batches for a view: by number and by time, the last part of one too. Meant and broken elsewhere: the last words
// never reached the view.

import Spate
import SpateSimulator

enum S31: Sample {
  static let answers: [String: Answer] = [
    "gpt-4": .saying("A view that is drawn for each word is slow; one that is drawn for ten of them is not.")
  ]

  static func run(_ client: Client) async throws {
    var label = ""
    func update(_ text: String) { label += text }

    for try await batch in client.stream("Hello", model: "gpt-4").buffered(count: 10) {
      print("[\(batch)]")
      update(batch)
    }
    print(label)

    label = ""
    for try await batch in client.stream("Hello", model: "gpt-4").buffered(every: .milliseconds(50)) {
      update(batch)
    }
    print(label)
  }
}
