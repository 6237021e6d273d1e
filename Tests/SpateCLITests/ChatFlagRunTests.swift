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

/// The flags of `spate chat`, and `spate models`.
@Suite(.timeLimit(.minutes(10))) struct ChatFlagRunTests {
  @Test func anAnswerInOnePieceIsTheSameAnswer() async throws {
    let (streamed, whole) = (
      await Child.run("--output", "json", "Hi"), await Child.run("--output", "json", "--no-stream", "Hi")
    )
    let (a, b) = (try JSONValue(parsing: streamed.output), try JSONValue(parsing: whole.output))
    for key in ["text", "reasoning", "tool_calls", "finish", "outcome", "usage", "error", "model"] {
      #expect(a[key] == b[key], "\(key)")
    }
    #expect(whole.status == 0 && b["events"]?.int == 1)
  }

  @Test func theFormOfOpenAIIsItsStream() async throws {
    try await withSimulator("--text", "Hello, world.") { base in
      let run = await Child.run("--base-url", base, "--model", "m", "--output", "openai", "Hi")
      let events = run.output.components("\n\n")
      #expect(events.last == "data: [DONE]" && events.count > 4)
      let chunks = try events.dropLast().map { try JSONValue(parsing: String($0.dropFirst(6))) }
      #expect(chunks.allSatisfy { $0["object"]?.string == "chat.completion.chunk" })
      let words = chunks.compactMap { $0["choices"]?.array?.first?["delta"]?["content"]?.string }
      #expect(words.joined() == "Hello, world.")
      #expect(chunks.last?["usage"]?["completion_tokens"]?.int == 2)
      // What it prints is what it reads.
      let again = await Child.run("decode", "--dialect", "openai-chat", "-", input: Array(run.output.utf8))
      #expect(try JSONValue(parsing: again.output)["text"]?.string == "Hello, world.")
      let whole = await Child.run("--base-url", base, "--model", "m", "--output", "openai", "--no-stream", "Hi")
      let object = try JSONValue(parsing: whole.output)
      #expect(object["object"]?.string == "chat.completion")
      #expect(object["choices"]?.array?.first?["message"]?["content"]?.string == "Hello, world.")
    }
  }

  @Test func C11_theFormOfOpenAIEndsACutStreamWithItsErrorAndWithoutDONE() async throws {
    try await withSimulator("--text", "Hello, wide world.", "--fault", "cut:500") { base in
      let run = await Child.run("--base-url", base, "--model", "m", "--output", "openai", "Hi")
      #expect(run.status == 3 && !run.output.contains("[DONE]"))
      let last = try #require(run.output.components("\n\n").last)
      #expect(try JSONValue(parsing: String(last.dropFirst(6)))["error"]?["type"]?.string == "truncated")
      let whole = await Child.run("--base-url", base, "--model", "m", "--output", "openai", "--no-stream", "Hi")
      #expect(whole.status == 0)
    }
    try await withSimulator("--text", "Hello, wide world.", "--fault", "cut:150") { base in
      let whole = await Child.run("--base-url", base, "--model", "m", "--output", "openai", "--no-stream", "Hi")
      #expect(whole.status == 1)
      let error = try JSONValue(parsing: whole.output)
      #expect(error["error"]?["type"]?.string == "truncated")
    }
    let missing = await Child.run("--model", "gpt-4o", "--no-stream", "--output", "openai", "Hi")
    #expect(missing.status == 1)
    #expect(try JSONValue(parsing: missing.output)["error"]?["type"]?.string == "missing_key")
  }

  @Test(
    arguments: [("idle", "stall:600", 3), ("first-byte", "stall:0", 1), ("total", "stall:600", 3)]
      as [(String, String, Int32)])
  func P19_aTimeoutOfAFlagIsNamed(_ clock: String, _ fault: String, _ status: Int32) async throws {
    try await withSimulator("--text", String(repeating: "word ", count: 50), "--fault", fault) { base in
      let run = await Child.run(
        "--base-url", base, "--model", "m", "--timeout-\(clock)", "2", "--output", "json", "Hi")
      let object = try JSONValue(parsing: run.output)
      #expect(object["error"]?["code"]?.string == "timeout" && object["outcome"]?.string == "timeout")
      #expect(object["error"]?["phase"]?.string == (clock == "first-byte" ? "first_byte" : clock))
      #expect(run.status == status)
    }
  }

  @Test func modelsAreListed() async throws {
    let builtIn = await Child.run("models")
    #expect(builtIn.status == 0 && builtIn.output == "simulator\n" && builtIn.errors.contains("simulator answers"))
    try await withSimulator { base in
      let run = await Child.run("models", "--base-url", base)
      #expect(run.status == 0 && run.output.contains("thinker\n") && run.errors.isEmpty)
      let lines = await Child.run("models", "--base-url", base, "--output", "json").output.split(separator: "\n")
      let first = try JSONValue(parsing: String(lines[0]))
      #expect(first["provider"]?.string == "compatible")
      #expect(first["capabilities"]?.object != nil && first["assumed_capabilities"]?.object != nil)
    }
    let missing = await Child.run("models", "--provider", "groq")
    #expect(missing.status == 1 && missing.output.isEmpty && missing.errors.contains("GROQ_API_KEY"))
  }

  /// `?` stands before what the list does not say.
  @Test func modelsAreListedWithWhatTheyCanDo() async throws {
    try await withSimulator { base in
      // Mistral's list says what a model can do; of the simulator's names nothing else is known.
      let base = String(base.dropLast("/v1".count)) + "/mistral"
      let run = await Child.run(
        "models", "--provider", "mistral", "--base-url", base, environment: ["MISTRAL_API_KEY": "k"])
      #expect(run.status == 0 && run.output.contains("tools"), "\(run.output)\(run.errors)")
      let lines = await Child.run(
        "models", "--provider", "mistral", "--base-url", base, "--output", "json",
        environment: ["MISTRAL_API_KEY": "k"]
      ).output.split(separator: "\n")
      let first = try JSONValue(parsing: String(lines[0]))
      #expect(first["capabilities"]?["tools"] == true && first["capabilities"]?["chat"] == true)
    }
  }

  @Test func strictOptionsAskNothing() async throws {
    try await withSimulator { base in
      let arguments = [
        "--provider", "openai", "--base-url", base, "--model", "o3", "--temperature", "0.5", "--output", "json", "Hi",
      ]
      let key = ["OPENAI_API_KEY": "k"]
      let loose = await Child.run(arguments, environment: key)
      #expect(loose.status == 0 && loose.output.contains("unsupported_option"))
      let strict = await Child.run(["--strict-options"] + arguments, environment: key)
      let object = try JSONValue(parsing: strict.output)
      #expect(strict.status == 1 && object["error"]?["code"]?.string == "unsupported_parameter")
    }
  }

  @Test func aSpinnerTurnsOnATerminalUntilTheFirstWord() async {
    await withSimulator("--text", "Hello", "--delay", "3") { base in
      let child = Child(
        ["--no-stdin", "--base-url", base, "--model", "m", "Hi"], environment: ["TERM": "xterm"], onTerminal: true)
      let run = await child.end()
      #expect(run.output == "Hello" && run.status == 0)
      #expect(run.errors.hasPrefix("\r\u{1B}[K") && run.errors.contains("waiting"))
      #expect(run.errors.hasSuffix("\r\u{1B}[K"))
      let dumb = Child(
        ["--no-stdin", "--base-url", base, "--model", "m", "Hi"], environment: ["TERM": "dumb"], onTerminal: true)
      #expect(await dumb.end().errors.isEmpty)
    }
  }

  @Test func toolCallsAreToldOnStandardError() async {
    await withSimulator("--text", "", "--tool", #"weather={"city":"Oslo"}"#) { base in
      let run = await Child.run("--base-url", base, "--model", "m", "Hi")
      #expect(run.output.isEmpty && run.errors == "spate: the model calls weather with {\"city\":\"Oslo\"}\n")
    }
  }
}

extension String {
  /// The parts between `separator`, without empty ones.
  fileprivate func components(_ separator: String) -> [String] {
    split(separator: separator).map(String.init)
  }
}
