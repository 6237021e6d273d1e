// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import Testing

@testable import SpateCLI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The built `spate`, asked as its users ask it.
@Suite(.timeLimit(.minutes(10))) struct ChatRunTests {
  @Test func withoutAnySettingTheSimulatorAnswersAndSaysSo() async {
    let run = await Child.run("Hello")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("Spate streams answers from every LLM provider"))
    #expect(!run.output.contains("simulator answers"))
    #expect(run.errors == "spate: no model and no key is set, so the built-in simulator answers\n")
    let object = await Child.run("--output", "json", "Hello")
    #expect(object.output.contains(#""model":"simulator""#))
    #expect(object.output.split(separator: "\n").count == 1)
  }

  @Test func aVerbInTheWayOfAPromptIsOne() async {
    let run = await Child.run("chat", "--", "models", "--help")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("Spate streams"))
  }

  @Test func aMissingKeyIsStatus1AndNamesItsVariable() async throws {
    let run = await Child.run("--model", "gpt-4o", "Hello")
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("OPENAI_API_KEY"))
    #expect(run.errors.split(separator: "\n").count == 1)
    let object = await Child.run("--model", "gpt-4o", "--output", "json", "Hello")
    #expect(object.status == 1)
    let json = try JSONValue(parsing: Array(object.output.utf8.dropLast()))
    #expect(json["error"]?["code"]?.string == "missing_key")
    #expect(json["model"]?.string == "gpt-4o")
    let events = await Child.run("--provider", "groq", "--model", "x", "--output", "events", "Hello")
    #expect(events.status == 1)
    #expect(events.output.hasPrefix(#"{"type":"error","outcome":"failed","error":{"code":"missing_key""#))
  }

  @Test func aRefusedPortIsStatus1() async throws {
    let base = "http://127.0.0.1:1/v1"
    let run = await Child.run("--base-url", base, "--model", "m", "--output", "json", "Hello")
    #expect(run.status == 1)
    #expect(run.output.split(separator: "\n").count == 1)
    let json = try JSONValue(parsing: Array(run.output.utf8.dropLast()))
    #expect(json["error"]?["code"]?.string == "connect")
    #expect(json["text"]?.string == "")
    let text = await Child.run("--base-url", base, "--model", "m", "--max-retries", "0", "Hello")
    #expect(text.status == 1)
    #expect(text.output.isEmpty)
    #expect(text.errors.hasPrefix("spate: connect: "))
    #expect(text.errors.split(separator: "\n").count == 1)
  }

  @Test func S6_aBaseURLAloneGetsNoOtherProvidersKey() async throws {
    // A key over http:// to another machine is refused before anything is sent: who has none gets as far as connecting.
    let arguments = ["--base-url", "http://192.0.2.1:1/v1", "--model", "gpt-4o", "--timeout-connect", "0.2", "Hi"]
    let keys = ["OPENAI_API_KEY": "sk-canary", "GROQ_API_KEY": "gsk-canary", "AWS_ACCESS_KEY_ID": "canary"]
    let others = await Child.run(arguments, environment: keys)
    #expect(others.status == 1 && !others.errors.contains("bad_request"), "\(others.errors)")
    let refused = await Child.run(arguments, environment: ["SPATE_API_KEY": "canary-own"])
    #expect(refused.status == 1 && refused.errors.contains("bad_request"))
    #expect(!refused.errors.contains("canary") && !others.errors.contains("canary"))
  }

  @Test func aRefusalAndALimitAreTold() async {
    await withSimulator { base in
      let refusal = await Child.run("--base-url", base, "--model", "refuser", "Hi")
      #expect(refusal.status == 0 && refusal.errors.contains("spate: the model declines: "))
      let limited = await Child.run("--base-url", base, "--model", "cutoff", "Hi")
      #expect(limited.status == 0 && limited.errors.contains("limit of tokens"))
    }
  }

  @Test func aWrongFlagIsToldBeforeStandardInputIsRead() async {
    // Its input stays open: who reads it first never comes to the flag.
    let child = Child(["--temperature", "warm", "Hi"])
    let status = await withCheckedContinuation { continuation in
      detachThread { continuation.resume(returning: child.waitKeepingInput()) }
    }
    #expect(status == 2)
  }

  @Test func L11_aPipeThatIsClosedEarlyEndsItQuietly() async {
    await withSimulator("--text", String(repeating: "word ", count: 20_000)) { base in
      let child = Child(["--no-stdin", "--base-url", base, "--model", "m", "Hi"])
      var byte: UInt8 = 0
      _ = read(child.output, &byte, 1)
      close(child.output)
      // Our end is gone: what `finish` reads is nothing.
      let run = await child.end(readsOutput: false)
      #expect(run.status == 141)
      #expect(run.errors.isEmpty)
    }
  }

  /// The simulator counts the words of the prompt as its input tokens.
  @Test(arguments: [
    (["one", "two"], "three four five\n", 5), (["one"], "", 1), (["one"], " \n", 1), (["-"], "three four", 2),
    (["--no-stdin", "one"], "not read", 1),
  ]) func standardInputJoinsThePrompt(_ words: [String], _ piped: String, _ count: Int) async throws {
    let run = await Child.run(["--output", "json"] + words, input: Array(piped.utf8))
    let object = try JSONValue(parsing: run.output)
    #expect(object["usage"]?["input"]?.int == count)
  }

  @Test func providersAreListedWithTheirKeys() async {
    let run = await Child.run("providers", environment: ["GROQ_API_KEY": "secret-key-0123456789"])
    let text = run.output
    #expect(run.status == 0 && text.contains("GROQ_API_KEY is set") && text.contains("OPENAI_API_KEY is not set"))
    #expect(!text.contains("secret"))
  }

  /// What has come is printed while nobody knows yet what follows.
  @Test func wordsArePrintedAsTheyCome() async {
    await withSimulator("--text", "one two three four", "--fault", "stall:text.2") { base in
      let child = Child(["--no-stdin", "--base-url", base, "--model", "m", "Hi"])
      var bytes: [UInt8] = []
      var byte: UInt8 = 0
      while bytes.count < 3, read(child.output, &byte, 1) == 1 { bytes.append(byte) }
      #expect(String(decoding: bytes, as: UTF8.self) == "one")
      child.signal(SIGINT)
      #expect(await child.end().status == 130)
    }
  }

  @Test func anInterruptEndsItAtOnce() async {
    await withSimulator("--pace", "3600") { base in
      let child = Child(["--no-stdin", "--base-url", base, "--model", "m", "--output", "events", "Hi"])
      // The answer has begun and will not go on.
      #expect(child.line().contains(#""type":"start""#))
      child.signal(SIGINT)
      #expect(await child.end().status == 130)
    }
    let simulator = Child(["simulate"])
    #expect(simulator.line().hasPrefix("http://"))
    simulator.signal(SIGINT)
    #expect(await simulator.end().status == 130)
  }
}
