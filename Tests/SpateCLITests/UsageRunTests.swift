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

/// Wrong command lines, and help.
@Suite(.timeLimit(.minutes(10))) struct UsageRunTests {
  @Test(arguments: [
    ["--modle", "x", "Hi"], ["chat"], [], ["--model"], ["--output", "xml", "Hi"],
    ["--provider", "nobody", "--model", "m", "Hi"],
    ["--api-key", "sk-canary", "Hi"], ["--base-url", "http://127.0.0.1:1/v1", "Hi"], ["decode"],
    ["decode", "--dialect", "nobody", "-"], ["decode", "--dialect", "openai-chat"], ["decode", "/no/such/file"],
    ["decode", "--dialect", "openai-chat", "/no/such/file"], ["decode", "--dialect", "openai-chat", "/tmp"],
    ["decode", "--dialect", "openai-chat", "--framing", "sse", "-"], ["decode", "--framing", "sse", "--events", "-"],
    ["decode", "--framing", "sse", "--split", "-1", "-"], ["decode", "--dialect", "openai-chat", "a", "b"],
    ["--timeout-idle", "-1", "Hi"], ["--timeout-connect", "0", "Hi"], ["--timeout-total", "soon", "Hi"],
    ["--dialect", "nobody", "Hi"], ["--dialect", "openai-chat", "Hi"], ["models", "word"],
    ["models", "--provider", "nobody"],
    ["models", "--output", "xml"], ["--temperature", "warm", "Hi"], ["--max-tokens", "0", "Hi"],
    ["simulate", "word"], ["simulate", "--port", "65536"], ["simulate", "--port", "x"],
    ["simulate", "--status", "200"],
    ["simulate", "--text", "a", "--replay", "b"], ["simulate", "--replay", "/no/such/file"],
    ["simulate", "--pace", "nan"], ["simulate", "--pace", "1e30"], ["simulate", "--pace", "-1"], ["-", "--nothing"],
  ])
  func aWrongCommandLineIsStatus2AndPrintsNothing(arguments: [String]) async {
    let run = await Child(arguments).end()
    #expect(run.status == 2, "\(arguments)")
    #expect(run.output.isEmpty, "\(arguments)")
    #expect(run.errors.hasPrefix("spate: "), "\(arguments)")
    #expect(run.errors.contains("--help"), "\(arguments)")
    #expect(!run.errors.contains("canary"))
  }

  @Test func everyVerbHasHelp() async {
    for arguments in [
      ["--help"], ["-h"], ["help"], ["chat", "--help"], ["decode", "--help"], ["simulate", "-h"],
      ["models", "--help"], ["providers", "--help"],
    ] {
      let run = await Child(arguments).end()
      #expect(run.status == 0, "\(arguments)")
      #expect(run.output.contains("spate"))
      #expect(run.errors.isEmpty)
    }
    let version = await Child.run("--version")
    #expect(version.output.hasPrefix("spate "))
  }
}
