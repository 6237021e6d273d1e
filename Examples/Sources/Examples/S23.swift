// SPDX-License-Identifier: Apache-2.0

// S23, error handling: a failure before the answer and one in the middle of it are caught alike, and typed.

import Spate
import SpateSimulator

enum S23: Sample {
  static let answers: [String: Answer] = [
    "gpt-4o": .failure(Failure(status: 401, message: "This key is not known here.")),
    "gpt-4.1": .saying("Hello there, my friend.").with(.error(StreamError(message: "A disk is full."), afterByte: 700)),
  ]

  static func run(_ client: Client) async throws {
    for model in ["gpt-4o", "gpt-4.1"] {
      do {
        for try await text in client.stream("Hello", model: model).text {
          print(text, terminator: "")
        }
      } catch let error as SpateError {
        print("\nStreaming error: \(error)")
        print("code \(error.code), status \(error.status ?? 0), worth a retry: \(error.isRetryable)")
      }
    }
  }
}
