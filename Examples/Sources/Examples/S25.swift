// SPDX-License-Identifier: Apache-2.0

// S25, a cut stream: an error, never a short success, and all that had come is there, with its length.

import Spate
import SpateSimulator

enum S25: Sample {
  static let answers: [String: Answer] = [
    "gpt-4": .saying("Long ago, in a valley without a bridge, lived a ferryman.").with(.cut(afterByte: 1500))
  ]

  static func run(_ client: Client) async throws {
    do {
      for try await text in client.stream("Write a long story", model: "gpt-4").text {
        print(text, terminator: "")
      }
    } catch let error as SpateError {
      let text = error.partial?.text ?? ""
      print("\n[Stream interrupted: \(error.code)]")
      print("Partial response (\(text.count) chars):\n\(text)")
    }
  }
}
