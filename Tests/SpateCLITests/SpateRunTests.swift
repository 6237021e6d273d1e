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

/// The built `spate`, run as its users run it.
@Suite(.timeLimit(.minutes(2))) struct SpateRunTests {
  static let answer = """
    data: {"id":"c1","model":"m-1","choices":[{"index":0,"delta":{"role":"assistant"}}]}

    data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}

    data: {"choices":[{"index":0,"delta":{"content":"lo"}}]}

    data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

    data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}

    data: [DONE]


    """
  static let cut = String(answer.prefix { $0 != "f" })

  /// Runs `body` with a file of these bytes.
  func withFile<Result>(_ text: String, _ body: (String) async throws -> Result) async rethrows -> Result {
    var name = Array("/tmp/spate-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    let path = name.withUnsafeBufferPointer {
      $0.withMemoryRebound(to: UInt8.self) { String(decoding: $0.dropLast(), as: UTF8.self) }
    }
    defer { unlink(path) }
    return try await body(path)
  }

  /// A running `spate simulate`, and its address.
  func withSimulator<Result>(
    _ arguments: String..., body: (String) async throws -> Result
  ) async rethrows -> Result {
    let child = Child(["simulate"] + arguments)
    defer {
      child.signal(SIGKILL)
      _ = child.finish()
    }
    return try await body(child.line())
  }

  // MARK: decode

  @Test(arguments: ["0", "1", "7", "100000"])
  func decodePrintsOneObject(split: String) async throws {
    let run = await withFile(Self.answer) {
      await Child.run("decode", "--dialect", "openai-chat", "--split", split, $0)
    }
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(
      run.output == #"{"text":"Hello","reasoning":"","refusal":null,"tool_calls":[],"finish":"stop","#
        + #""native_finish":"stop","outcome":"complete","usage":{"input":3,"output":2,"cached_input":null,"#
        + #""cache_write":null,"reasoning":null},"error":null,"model":"m-1","id":"c1","events":5,"choices":null,"#
        + #""warnings":[]}"# + "\n")
  }

  @Test func decodeReadsStandardInput() async {
    let run = await Child.run("decode", "--dialect=openai-chat", "-", input: Array(Self.answer.utf8))
    #expect(run.status == 0)
    #expect(run.output.hasPrefix(#"{"text":"Hello""#))
  }

  @Test func decodePrintsEventsAndLastHowItEnded() async {
    let whole = await Child.run(
      "decode", "--dialect", "openai-chat", "--events", "-", input: Array(Self.answer.utf8))
    let lines = whole.output.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines.first?.hasPrefix(#"{"type":"start""#) == true)
    #expect(lines.last?.hasPrefix(#"{"type":"finish""#) == true)

    let cut = await Child.run("decode", "--dialect", "openai-chat", "--events", "-", input: Array(Self.cut.utf8))
    #expect(cut.status == 3)
    #expect(cut.output.split(separator: "\n").last?.hasPrefix(#"{"type":"error","outcome":"cut""#) == true)
  }

  @Test func C1_decodeOfACutStreamEndsWith3() async throws {
    let run = await Child.run("decode", "--dialect", "openai-chat", "-", input: Array(Self.cut.utf8))
    #expect(run.status == 3)
    let object = try JSONValue(parsing: Array(run.output.utf8.dropLast()))
    #expect(object["text"]?.string == "Hello")
    #expect(object["outcome"]?.string == "cut")
    #expect(object["error"]?["code"]?.string == "truncated")
    let empty = await Child.run("decode", "--dialect", "openai-chat", "-")
    #expect(empty.status == 1)
  }

  @Test func decodeOfAnErrorBodyEndsWith1() async throws {
    let run = await Child.run(
      "decode", "--dialect", "openai-chat", "--status", "429", "-", input: Array(#"{"error":{"message":"slow"}}"#.utf8))
    #expect(run.status == 1)
    let object = try JSONValue(parsing: Array(run.output.utf8.dropLast()))
    #expect(object["error"]?["code"]?.string == "rate_limit")
    #expect(object["error"]?["status"]?.int == 429)
    #expect(object["outcome"]?.string == "failed")
  }

  @Test func decodePrintsTheFramesOfEachFraming() async {
    for split in ["0", "1", "3"] {
      func frames(_ framing: String, _ body: String) async -> Child.Result {
        await Child.run("decode", "--framing", framing, "--split", split, "-", input: Array(body.utf8))
      }
      let sse = await frames(
        "sse", "id: 7\nevent: ping\nretry: 5\ndata: a\ndata: b\n\n: c\n\ndata: é\n\ndata: unfinished")
      #expect(
        sse.output == #"{"event":"ping","data":"a\nb","id":"7","retry":5}"# + "\n"
          + #"{"event":"message","data":"é","id":"7","retry":5}"# + "\n")
      #expect(sse.status == 0)
      let ndjson = await frames("ndjson", "{\"a\":1}\r\n\n{\"b\":2}")
      #expect(ndjson.output == #"{"data":"{\"a\":1}"}"# + "\n" + #"{"data":"{\"b\":2}"}"# + "\n")
      #expect(ndjson.status == 0)
      let array = await frames("json-array", #"[{"a":1}, {"b":[2]} ]"#)
      #expect(array.output == #"{"data":"{\"a\":1}"}"# + "\n" + #"{"data":"{\"b\":[2]}"}"# + "\n")
      #expect(array.status == 0)
      let broken = await frames("json-array", #"[{"a":1}, {"b""#)
      #expect(broken.output == #"{"data":"{\"a\":1}"}"# + "\n")
      #expect(broken.status == 1)
    }
  }

  @Test func decodeValidatesJSON() async {
    for (body, status) in [("{}", 0), (" [1, 2.5e3] ", 0), ("", 1), ("{", 1), ("[1,]", 1), ("nul", 1)]
      as [(String, Int32)]
    {
      let run = await Child.run("decode", "--framing", "json", "-", input: Array(body.utf8))
      #expect(run.status == status, "\(body)")
      #expect(run.output.isEmpty)
      #expect(run.errors.isEmpty == (status == 0))
    }
  }

  @Test func decodeReadsALargeFileInLinearTime() async {
    let line = #"data: {"choices":[{"index":0,"delta":{"content":"0123456789"}}]}"# + "\n\n"
    let body = Array(String(repeating: line, count: 1 << 18).utf8)
    let run = await Child.run("decode", "--framing", "json", "-", input: body)
    #expect(run.status == 1)
  }

  // MARK: Usage

  @Test(arguments: [
    ["--modle", "x", "Hi"], ["chat"], [], ["--model"], ["--output", "xml", "Hi"],
    ["--provider", "nobody", "--model", "m", "Hi"],
    ["--api-key", "sk-canary", "Hi"], ["--base-url", "http://127.0.0.1:1/v1", "Hi"], ["decode"],
    ["decode", "--dialect", "nobody", "-"], ["decode", "--dialect", "openai-chat"], ["decode", "/no/such/file"],
    ["decode", "--dialect", "openai-chat", "/no/such/file"], ["decode", "--dialect", "openai-chat", "/tmp"],
    ["decode", "--dialect", "openai-chat", "--framing", "sse", "-"], ["decode", "--framing", "sse", "--events", "-"],
    ["decode", "--framing", "sse", "--split", "-1", "-"], ["decode", "--dialect", "openai-chat", "a", "b"],
    ["simulate", "word"], ["simulate", "--port", "65536"], ["simulate", "--port", "x"],
    ["simulate", "--status", "200"],
    ["simulate", "--text", "a", "--replay", "b"], ["simulate", "--replay", "/no/such/file"],
    ["simulate", "--pace", "nan"], ["simulate", "--pace", "1e30"], ["simulate", "--pace", "-1"], ["-", "--nothing"],
  ])
  func aWrongCommandLineIsStatus2AndPrintsNothing(arguments: [String]) async {
    let run = await Self.finish(Child(arguments))
    #expect(run.status == 2, "\(arguments)")
    #expect(run.output.isEmpty, "\(arguments)")
    #expect(run.errors.hasPrefix("spate: "), "\(arguments)")
    #expect(run.errors.contains("--help"), "\(arguments)")
    #expect(!run.errors.contains("canary"))
  }

  static func finish(_ child: Child) async -> Child.Result {
    await withCheckedContinuation { continuation in
      detachThread { continuation.resume(returning: child.finish()) }
    }
  }

  @Test func everyVerbHasHelp() async {
    for arguments in [["--help"], ["-h"], ["help"], ["chat", "--help"], ["decode", "--help"], ["simulate", "-h"]] {
      let run = await Self.finish(Child(arguments))
      #expect(run.status == 0, "\(arguments)")
      #expect(run.output.contains("spate"))
      #expect(run.errors.isEmpty)
    }
    let version = await Child.run("--version")
    #expect(version.output.hasPrefix("spate "))
  }

  // MARK: chat

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
    let text = await Child.run("--base-url", base, "--model", "m", "Hello")
    #expect(text.status == 1)
    #expect(text.output.isEmpty)
    #expect(text.errors.hasPrefix("spate: connect: "))
    #expect(text.errors.split(separator: "\n").count == 1)
  }

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
    try await withFile(Self.cut) { file in
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

  @Test func S6_aBaseURLAloneGetsNoOtherProvidersKey() async throws {
    await withSimulator { base in
      // It answers whoever comes; what it got is shown by a base URL that must not get a key at all.
      let keys = ["OPENAI_API_KEY": "sk-canary", "GROQ_API_KEY": "gsk-canary"]
      let run = await Child.run("--base-url", base, "--model", "gpt-4o", "Hi", environment: keys)
      #expect(run.status == 0)
      let away = "http://192.0.2.1:1/v1"
      let refused = await Child.run(
        "--base-url", away, "--model", "m", "Hi", environment: ["SPATE_API_KEY": "canary-own"])
      #expect(refused.status == 1)
      #expect(refused.errors.contains("bad_request"))
      #expect(!refused.errors.contains("canary"))
    }
  }

  @Test func L11_aPipeThatIsClosedEarlyEndsItQuietly() async {
    await withSimulator("--text", String(repeating: "word ", count: 20_000)) { base in
      let child = Child(["--no-stdin", "--base-url", base, "--model", "m", "Hi"])
      var byte: UInt8 = 0
      _ = read(child.output, &byte, 1)
      close(child.output)
      // Our end is gone: what `finish` reads is nothing.
      let run = await Self.finish(child, withoutOutput: true)
      #expect(run.status == 141)
      #expect(run.errors.isEmpty)
    }
  }

  static func finish(_ child: Child, withoutOutput: Bool) async -> Child.Result {
    await withCheckedContinuation { continuation in
      detachThread { continuation.resume(returning: child.finish(readsOutput: !withoutOutput)) }
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

  @Test func anInterruptEndsItAtOnce() async {
    await withSimulator("--pace", "3600") { base in
      let child = Child(["--no-stdin", "--base-url", base, "--model", "m", "--output", "events", "Hi"])
      // The answer has begun and will not go on.
      #expect(child.line().contains(#""type":"start""#))
      child.signal(SIGINT)
      #expect(await Self.finish(child).status == 130)
    }
    let simulator = Child(["simulate"])
    #expect(simulator.line().hasPrefix("http://"))
    simulator.signal(SIGINT)
    #expect(await Self.finish(simulator).status == 130)
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
