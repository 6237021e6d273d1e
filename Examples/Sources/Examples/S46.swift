// SPDX-License-Identifier: Apache-2.0

// S46, cancelling: from inside the loop, with a deadline, and with the task. Each says which it was, none hangs, and the
// provider's side of the connection is closed.

import Spate
import SpateSimulator

enum S46: Example {
  static let answers: [String: Answer] = [
    // Says three words and then nothing, for ever.
    "gpt-4o": .saying("One two three").with(.stall(afterByte: 850))
  ]

  static func run(on simulator: Simulator) async throws {
    let client = simulator.client

    let stream = client.stream("Count", model: "gpt-4o")
    do {
      for try await text in stream.text {
        print(text, terminator: "")
        if text == " three" { stream.cancel() }
      }
    } catch let error as SpateError where error.code == .cancelled {
      print("\nStream cancelled after: \(error.partial?.text ?? "nil")")
    }
    try await simulator.clientLeft(request: 0)

    do {
      _ = try await client.stream("Count", model: "gpt-4o", timeouts: Timeouts(total: .milliseconds(200))).response
    } catch let error as SpateError where error.code == .timeout {
      print("Stream timed out: \(error.label)")
    }

    let task = Task { try await client.stream("Count", model: "gpt-4o").response }
    task.cancel()
    do {
      _ = try await task.value
    } catch is CancellationError {
      print("Task cancelled")
    }
  }
}
