// SPDX-License-Identifier: Apache-2.0

// S5, a complete program: copy `Haiku` into a package of yours, write `@main` before it, and it runs.

import Spate
import SpateSimulator

struct Haiku {
  static func main() async throws {
    // A provider on this machine. With a key, `Client()` and the model "gpt-4o" ask the real one.
    let simulator = try Simulator(answers: ["poet": .script(Script(text: "Snow on the server"))])
    let client = Client(provider: .compatible(baseURL: simulator.baseURL))

    for try await text in client.stream("Write a haiku.", model: "poet").text {
      print(text, terminator: "")
    }
    print()
  }
}

enum S5: Sample {
  static let answers: [String: Answer] = [:]

  static func run(_ client: Client) async throws { try await Haiku.main() }
}
