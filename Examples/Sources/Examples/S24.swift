// SPDX-License-Identifier: Apache-2.0

// S24, retry on failure: at most three attempts with growing waits, the full text in the end, and no word shown twice.

import Spate
import SpateSimulator

enum S24: Sample {
  static let story = Answer.saying("Long ago, in a valley without a bridge, lived a ferryman.")

  // The first request is refused, the answer to the second is cut in the middle, the third is well.
  static let answers: [String: Answer] = [
    "gpt-4": .series([.failure(Failure(status: 503, message: "Try later.")), story.with(.cut(afterByte: 1500)), story])
  ]

  static func run(_ client: Client) async throws {
    // Waits of up to 10 and 20 ms here; with `base: .seconds(1)` of up to 1 and 2 s.
    let recovery = Recovery(maxRetries: 2, backoff: Backoff(base: .milliseconds(10)), onCut: .restart)
    let stream = client.stream("Write a long story", model: "gpt-4", recovery: recovery)
    var shown = ""
    for try await event in stream {
      switch event {
      case .text(let delta): shown += delta.text
      case .retry(let retry): print("Attempt \(retry.failed.number) failed (\(retry.failed.label)), once more")
      case .restarted(let restart):
        print("\(restart.discardedText) bytes do not count any more")
        shown = ""
      default: break
      }
    }
    print(shown)
    print("The same as the response: \(try await stream.response.text == shown)")
  }
}
