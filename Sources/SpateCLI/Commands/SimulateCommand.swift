// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateSimulator

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// `spate simulate`: a provider on this machine, until it is stopped.
struct SimulateCommand {
  static let syntax = CommandSyntax(
    name: "simulate", usage: "spate simulate [FLAGS]",
    summary: "Run a provider on this machine that speaks every dialect; its address is the first line printed.",
    flags: [
      .init(name: "--port", value: "N", help: "where to listen on 127.0.0.1; 0, the default, for any free port"),
      .init(name: "--text", value: "T", help: "what every model answers, in place of the built-in answers"),
      .init(name: "--reasoning", value: "T", help: "what it thinks before it answers"),
      .init(name: "--refusal", value: "T", help: "how it declines, after the text"),
      .init(name: "--tool", value: "NAME=JSON", help: "a tool that it calls with these arguments, after the text"),
      .init(
        name: "--finish", value: "R", help: "why it stops", choices: ["stop", "length", "content_filter", "error"]),
      .init(name: "--piece-size", value: "N", help: "characters a piece (default: a word a piece)"),
      .init(name: "--replay", value: "FILE", help: "a recorded body to answer with instead, byte for byte"),
      .init(name: "--status", value: "N", help: "the status of the recorded response (default 200)"),
      .init(name: "--content-type", value: "T", help: "its Content-Type (default text/event-stream)"),
      .init(name: "--write-size", value: "N", help: "bytes of the recording sent at a time; 0, the default, for all"),
      .init(name: "--pace", value: "SECONDS", help: "the time between two pieces (default 0)"),
      .init(name: "--delay", value: "SECONDS", help: "the time before the first piece (default 0)"),
      .init(name: "--jitter", value: "SHARE", help: "how far these times differ, from 0, the default, to 1"),
      .init(name: "--fault", value: "F[,F...]", help: "what goes wrong with each answer, see below"),
      .init(name: "--faulty", value: "N", help: "only the first N requests go wrong"),
    ],
    examples: [
      "spate simulate --port 8080 &",
      "spate --base-url http://127.0.0.1:8080/v1 --model story \"Hello\"",
      "spate simulate --replay answer.sse --write-size 7",
      "spate simulate --text \"Hello, world.\" --fault cut:600",
      "spate simulate --fault status:429:2 --faulty 2         (two refusals, then answers)",
    ],
    notes: ["MODELS:"]
      + table(BuiltIn.allCases.map { ($0.rawValue, $0.summary) } + [("any other", "as simulator")])
      + ["", "FAULTS, at byte N of the body:"] + table(FaultSyntax.help))

  private static func table(_ rows: [(String, String)]) -> [String] {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "  \($0)\(String(repeating: " ", count: width - $0.count))  \($1)" }
  }

  static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
    guard arguments.words.isEmpty else { throw arguments.fault("simulate takes no words, only flags") }
    let port = try arguments.integer("--port") ?? 0
    guard let port = UInt16(exactly: port) else { throw arguments.fault("--port takes a number up to 65535") }
    let answer = try faulty(answer(of: arguments), arguments)
    do {
      let simulator = try Simulator(fallback: answer, port: port)
      StandardStream.output.write("\(simulator.baseURL)\n")
      while true { pause() }
    } catch {
      throw UsageError("\(error)")
    }
  }

  private static let scriptFlags = ["--text", "--reasoning", "--refusal", "--tool", "--finish", "--piece-size"]

  private static func answer(of arguments: Arguments) throws(UsageError) -> Answer {
    let pace = try pace(of: arguments)
    if let file = arguments["--replay"] {
      if let flag = scriptFlags.first(where: arguments.has) {
        throw arguments.fault("\(flag) and --replay are two answers: give one")
      }
      for flag in ["--delay", "--jitter"] where arguments.has(flag) {
        throw arguments.fault("\(flag) does not go with --replay")
      }
      return .recording(
        Recording(
          body: try Input.read(file, for: "simulate"), status: try arguments.integer("--status", in: 200...999) ?? 200,
          contentType: arguments["--content-type"] ?? "text/event-stream",
          writeSize: try arguments.integer("--write-size") ?? 0, pace: pace.interval))
    }
    for flag in ["--status", "--content-type", "--write-size"] where arguments.has(flag) {
      throw arguments.fault("\(flag) goes with --replay")
    }
    guard scriptFlags.contains(where: arguments.has) else { return .builtIn(pace: pace) }
    return .script(try script(of: arguments, pace))
  }

  private static func script(of arguments: Arguments, _ pace: Pace) throws(UsageError) -> Script {
    var script = Script(
      text: arguments["--text"] ?? "", reasoning: arguments["--reasoning"] ?? "",
      refusal: arguments["--refusal"] ?? "", finish: arguments["--finish"].flatMap(FinishReason.init),
      pieceSize: try arguments.integer("--piece-size", in: 1...Int.max), pace: pace.interval, delay: pace.delay,
      jitter: pace.jitter)
    if let tool = arguments["--tool"] {
      let parts = tool.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw arguments.fault("--tool takes a name and arguments: --tool 'f={\"a\": 1}'") }
      script.toolCalls = [ToolCall(id: "call_simulated_0", name: parts[0], arguments: parts[1])]
    }
    return script
  }

  private static func pace(of arguments: Arguments) throws(UsageError) -> Pace {
    let jitter = Double(arguments["--jitter"] ?? "0") ?? -1
    guard (0...1).contains(jitter) else { throw arguments.fault("--jitter takes a number from 0 to 1") }
    return Pace(
      delay: try arguments.seconds("--delay") ?? .zero, interval: try arguments.seconds("--pace") ?? .zero,
      jitter: jitter)
  }

  private static func faulty(_ answer: Answer, _ arguments: Arguments) throws(UsageError) -> Answer {
    let count = try arguments.integer("--faulty", in: 1...10_000)
    guard let list = arguments["--fault"] else {
      guard count == nil else { throw arguments.fault("--faulty goes with --fault") }
      return answer
    }
    var faults: [Fault] = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let fault = FaultSyntax.fault(String(word)) else {
        throw arguments.fault("--fault does not know \(word): see spate simulate --help")
      }
      faults.append(fault)
    }
    let broken = answer.with(faults)
    guard let count else { return broken }
    return .series(Array(repeating: broken, count: count) + [answer])
  }
}

/// The words of `--fault`.
enum FaultSyntax {
  static let help = [
    ("end:N", "the body ends properly, as if the answer were over"),
    ("cut:N", "the connection is closed without the end of the body"),
    ("short:N", "the same after a head that names the whole body's length"),
    ("reset:N", "the connection is reset"),
    ("stall:N", "nothing more comes until the client leaves"),
    ("error:N", "an error in the dialect's form, after the event at this byte"),
    ("openrouter-error:N", "an error in OpenRouter's form, after the event at this byte"),
    ("bad-chunk:N", "a chunk whose size is no number"),
    ("bytes", "one byte a write"),
    ("gzip", "the body in gzip's form"),
    ("head", "the head only"),
    ("half-head", "the beginning of the head only"),
    ("no-head", "the connection is closed without an answer"),
    ("type:T", "this Content-Type"),
    ("status:N", "an error status with the dialect's words for it"),
    ("field:NAME=T", "this header field"),
    ("status:N:S", "and a Retry-After of S seconds; date:S as a date, ms:S in milliseconds"),
    ("", ""),
    ("text.3, thought.2", "in place of N: behind so many pieces of the words, of the thoughts,"),
    ("call.1", "of a tool's arguments; each also with +N, so many bytes later"),
    ("last.1", "before so many of the last frames"),
  ]

  /// Nil for a word that is none.
  static func fault(_ word: String) -> Fault? {
    let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1 else {
      switch word {
      case "bytes": return .singleBytes
      case "gzip": return .gzip
      case "head": return .headOnly
      case "half-head": return .halfHead
      case "no-head": return .noHead
      default: return nil
      }
    }
    if parts[0] == "type" {
      return parts[1].isEmpty || !HTTPFields.isValid(value: parts[1]) ? nil : .contentType(parts[1])
    }
    if parts[0] == "status" { return status(parts[1].split(separator: ":").map(String.init)) }
    if parts[0] == "field" { return field(parts[1]) }
    if let byte = Int(parts[1]), byte >= 0 { return fault(parts[0], byte) }
    // `text.3` or `text.3+9`
    let sum = parts[1].split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let place = place(sum[0]), let byte = sum.count > 1 ? Int(sum[1]) : 0, byte >= 0 else { return nil }
    return fault(parts[0], byte).map { .at(place, $0) }
  }

  private static func fault(_ name: String, _ byte: Int) -> Fault? {
    switch name {
    case "end": return .end(afterByte: byte)
    case "cut": return .cut(afterByte: byte)
    case "short": return .shortBody(afterByte: byte)
    case "reset": return .reset(afterByte: byte)
    case "stall": return .stall(afterByte: byte)
    case "error": return .error(StreamError(), afterByte: byte)
    case "openrouter-error":
      return .error(StreamError(style: .openRouter, message: "Provider returned error", code: "502"), afterByte: byte)
    case "bad-chunk": return .badChunkSize(afterByte: byte)
    default: return nil
    }
  }

  private static func place(_ word: String) -> Place? {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let count = Int(parts[1]), (0...1_000_000).contains(count) else { return nil }
    switch parts[0] {
    case "thought": return .thought(count)
    case "text": return .text(count)
    case "call": return .call(count)
    case "last": return .last(count)
    default: return nil
    }
  }

  private static func field(_ word: String) -> Fault? {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, HTTPFields.isValid(name: parts[0]), HTTPFields.isValid(value: parts[1]) else { return nil }
    return .field(name: parts[0], value: parts[1])
  }

  private static func status(_ parts: [String]) -> Fault? {
    guard let status = parts.first.flatMap({ Int($0) }), (300...599).contains(status) else { return nil }
    guard parts.count > 1 else { return .status(Failure(status: status)) }
    guard parts.count <= 3, let wait = Int(parts[parts.count - 1]), (0...100_000_000).contains(wait) else { return nil }
    switch parts.count > 2 ? parts[1] : "" {
    case "": return .status(Failure(status: status, retryAfter: .seconds(wait)))
    case "date": return .status(Failure(status: status, retryAfter: .date(inSeconds: wait)))
    case "ms": return .status(Failure(status: status, retryAfter: .milliseconds(wait)))
    default: return nil
    }
  }
}
