// SPDX-License-Identifier: Apache-2.0

// S27, to a file and the screen: the file holds every word that came, also of a stream that breaks off.

import Foundation
import Spate
import SpateSimulator

enum S27: Sample {
  static let article = Answer.saying("Streams are old. Reports are older, and later.")
  static let answers: [String: Answer] = ["gpt-4": article, "gpt-4.1": article.with(.cut(afterByte: 1100))]

  static func run(_ client: Client) async throws {
    let path = NSTemporaryDirectory() + "spate-\(UUID()).txt"
    defer { unlink(path) }

    for model in ["gpt-4", "gpt-4.1"] {
      let stream = client.stream("Write a long article about AI", model: model)
      do {
        try await stream.tee(to: FileSink(path: path)).print()
      } catch let error as SpateError {
        print("[\(error.code)]")
      }
      print("Saved: \(try String(contentsOfFile: path, encoding: .utf8))")
    }
  }
}
