// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@testable import SpateCLI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The built `spate simulate`, and `spate` as its client.
@Suite(.timeLimit(.minutes(2))) struct SimulateRunTests {
  @Test func simulatePrintsItsAddressFirstAndAnswers() async throws {
    try await withSimulator("--text", "Hello, world.") { base in
      #expect(base.hasPrefix("http://127.0.0.1:"))
      #expect(base.hasSuffix("/v1"))
      let text = await Child.run("--base-url", base, "--model", "m", "Hi")
      #expect(text.status == 0)
      #expect(text.output == "Hello, world.")
      #expect(text.errors.isEmpty)
      let object = await Child.run("--base-url", base, "--model", "m", "--output", "json", "Hi")
      let json = try JSONValue(parsing: Array(object.output.utf8.dropLast()))
      #expect(json["text"]?.string == "Hello, world.")
      #expect(json["usage_buckets"]?["text_output"]?.int == 2)
      let events = await Child.run("--base-url", base, "--model", "m", "--output", "events", "Hi")
      let lines = events.output.split(separator: "\n")
      #expect(lines.first?.contains(#""type":"start""#) == true)
      #expect(lines.last?.contains(#""type":"finish""#) == true)
      let input = await Child.run("--base-url", base, "--model", "m", "-", input: Array("Hi".utf8))
      #expect(input.output == "Hello, world.")
    }
  }

  @Test func simulateReplaysAFile() async throws {
    try await withFile(Sample.cut) { file in
      try await withSimulator("--replay", file, "--write-size", "7") { base in
        let run = await Child.run("--base-url", base, "--model", "m", "--output", "json", "Hi")
        #expect(run.status == 3)
        let json = try JSONValue(parsing: Array(run.output.utf8.dropLast()))
        #expect(json["text"]?.string == "Hello")
        #expect(json["error"]?["code"]?.string == "truncated")
        let text = await Child.run("--base-url", base, "--model", "m", "Hi")
        #expect(text.status == 3)
        #expect(text.output == "Hello")
        #expect(text.errors.hasPrefix("spate: truncated"))
      }
    }
  }

  @Test func simulateOnATakenPortFailsWithoutAnAddress() async {
    await withSimulator { base in
      let port = base.split(separator: ":").last.map { String($0.prefix { $0.isNumber }) } ?? ""
      let run = await Child.run("simulate", "--port", port)
      #expect(run.status != 0)
      #expect(run.output.isEmpty)
      #expect(run.errors.contains(port))
    }
  }
}
