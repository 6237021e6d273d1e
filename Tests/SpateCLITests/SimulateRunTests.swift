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
@Suite(.timeLimit(.minutes(10))) struct SimulateRunTests {
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

  /// What each fault of the command line does to an answer, as `spate` reads it.
  @Test(
    arguments: [
      (["--fault", "cut:1200"], "truncated", 3), (["--fault", "reset:1200"], "truncated", 3),
      (["--fault", "end:1200"], "truncated", 3), (["--fault", "error:1200"], "server", 1),
      (["--fault", "no-head"], "connect", 1), (["--fault", "half-head"], "connect", 1),
      (["--fault", "status:429:2"], "rate_limit", 1), (["--fault", "status:503"], "overloaded", 1),
      (["--fault", "cut:text.3"], "truncated", 3), (["--fault", "short:text.3+7"], "truncated", 3),
      (["--fault", "end:last.1,cut:text.2"], "truncated", 3), (["--fault", "cut:last.1"], nil, 0),
      (["--fault", "gzip"], nil, 0), (["--fault", "field:X-A=b"], nil, 0), (["--fault", "status:302"], "redirect", 1),
      (["--fault", "type:text/html"], nil, 0), (["--fault", "bytes"], nil, 0),
    ] as [([String], String?, Int32)])
  func simulatePlaysFaults(_ flags: [String], _ code: String?, _ status: Int32) async throws {
    let child = Child(["simulate", "--text", String(repeating: "word ", count: 50)] + flags)
    let base = child.line()
    let run = await Child.run("--no-stdin", "--base-url", base, "--model", "m", "--output", "json", "Hi")
    child.signal(SIGKILL)
    _ = await child.end()
    let object = try JSONValue(parsing: run.output)
    #expect(object["error"]?["code"]?.string == code, "\(flags): \(run.output.prefix(300))")
    #expect(run.status == status, "\(flags)")
    if flags[1] == "status:429:2" { #expect(object["error"]?["retry_after"]?.double == 2) }
    if status == 3 { #expect(object["text"]?.string?.hasPrefix("word word") == true) }
  }
}
