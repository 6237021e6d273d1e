// SPDX-License-Identifier: Apache-2.0

// S18, three streams at once. Printed as they come they would be garbled: `merged` says of each piece whose it is.

import Spate
import SpateSimulator

enum S18: Sample {
  static let answers: [String: Answer] = [
    "gpt-4o": .saying("A language with indented blocks."), "gpt-4.1": .saying("A language with curly braces."),
    "gpt-5": .saying("A language with a borrow checker."),
  ]

  static func run(_ client: Client) async throws {
    let streams = ResponseStream.merged([
      "Python": client.stream("What is Python?", model: "gpt-4o"),
      "JavaScript": client.stream("What is JavaScript?", model: "gpt-4.1"),
      "Rust": client.stream("What is Rust?", model: "gpt-5"),
    ])
    var columns: [String: String] = [:]
    for try await item in streams {
      switch item.result {
      case .success(let event): columns[item.label, default: ""] += event.text ?? ""
      case .failure(let error): columns[item.label, default: ""] += "(\(error.code))"
      }
    }
    for (name, text) in columns.sorted(by: { $0.key < $1.key }) { print("\(name): \(text)") }
  }
}
