// SPDX-License-Identifier: Apache-2.0

// S45, reasoning: the thoughts and the answer come apart, as they are thought; how much to think is sent.

import Spate
import SpateSimulator

enum S45: Example {
  static let answers: [String: Answer] = [
    "claude-sonnet-4-20250514": .script(Script(text: "Nine are left.", reasoning: "All but nine ran away."))
  ]

  static func run(on simulator: Simulator) async throws {
    let stream = simulator.client.stream(
      "A farmer has 17 sheep; all but nine run away. How many are left?", model: "claude-sonnet-4-20250514",
      options: ChatOptions(reasoning: .medium))

    print("Thinking...")
    for try await event in stream {
      switch event {
      case .reasoning(let delta): print("  \(delta.text)")
      case .text(let delta): print(delta.text, terminator: "")
      default: break
      }
    }
    print("\nSent: \(try simulator.lastBody()["thinking"] ?? .null)")
  }
}
