// SPDX-License-Identifier: Apache-2.0

// S20, a progress indicator: it runs until the first word is there, however long that takes, then it is wiped away.
// Meant and broken elsewhere: three dots and a fixed pause before the request is even sent.

import Foundation
import Spate
import SpateSimulator

enum S20: Sample {
  static let answers: [String: Answer] = [
    "gpt-4": .script(Script(text: "AI is statistics with manners.", delay: .milliseconds(150)))
  ]

  static func run(_ client: Client) async throws {
    // To standard error: the answer alone goes to standard output.
    let indicator = Task {
      show("Generating response")
      while true {
        try await Task.sleep(for: .milliseconds(40))
        show(".")
      }
    }
    let stream = client.stream("Explain AI", model: "gpt-4").onFirstToken {
      indicator.cancel()
      show("\r\u{1B}[K")
      print("[first word]")
    }
    try await stream.print()
  }

  static func show(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
