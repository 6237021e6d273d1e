// SPDX-License-Identifier: Apache-2.0

// S32, closing streams: who leaves a loop early, throws in it or reads to the end has released the connection.

import Spate
import SpateSimulator

enum S32: Example {
  static let answers: [String: Answer] = [
    "gpt-4": .saying("One two three."),
    // Says some words and then nothing, for ever.
    "gpt-4o": .saying("One two three four five six seven.").with(.stall(afterByte: 900)),
  ]

  struct Enough: Error {}

  static func run(on simulator: Simulator) async throws {
    let client = simulator.client

    for try await text in client.stream("Count", model: "gpt-4o").text {
      print(text)
      break
    }
    try await simulator.clientLeft(request: 0)
    print("left: closed")

    do {
      for try await text in client.stream("Count", model: "gpt-4o").text {
        print(text)
        throw Enough()
      }
    } catch is Enough {
      try await simulator.clientLeft(request: 1)
      print("thrown: closed")
    }

    // For who wants it closed before the next line.
    let first = try await client.withResponse("Count", model: "gpt-4o") { stream in
      for try await text in stream.text { return text }
      return ""
    }
    try await simulator.clientLeft(request: 2)
    print("\(first)\nscope left: closed")

    try await client.stream("Count", model: "gpt-4").print()
    print("read to the end: \(simulator.requests[3].clientLeft ? "closed" : "kept for the next request")")
  }
}
