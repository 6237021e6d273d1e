// SPDX-License-Identifier: Apache-2.0

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
    summary: "Run a provider on this machine that speaks OpenAI's chat dialect; its address is the first line printed.",
    flags: [
      .init(name: "--port", value: "N", help: "where to listen on 127.0.0.1; 0, the default, for any free port"),
      .init(name: "--text", value: "T", help: "what it answers"),
      .init(name: "--replay", value: "FILE", help: "a recorded body to answer with instead, byte for byte"),
      .init(name: "--status", value: "N", help: "the status of the recorded response (default 200)"),
      .init(name: "--content-type", value: "T", help: "its Content-Type (default text/event-stream)"),
      .init(name: "--write-size", value: "N", help: "bytes of the recording sent at a time; 0, the default, for all"),
      .init(name: "--pace", value: "SECONDS", help: "the time between two pieces (default 0)"),
    ],
    examples: [
      "spate simulate --port 8080 &",
      "spate --base-url http://127.0.0.1:8080/v1 --model any \"Hello\"",
      "spate simulate --replay answer.sse --write-size 7",
    ])

  static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
    guard arguments.words.isEmpty else { throw arguments.fault("simulate takes no words, only flags") }
    let port = try arguments.integer("--port") ?? 0
    guard let port = UInt16(exactly: port) else { throw arguments.fault("--port takes a number up to 65535") }
    let answer = try answer(of: arguments)
    do {
      let simulator = try Simulator(fallback: answer, port: port)
      StandardStream.output.write("\(simulator.baseURL)\n")
      while true { pause() }
    } catch {
      throw UsageError("\(error)")
    }
  }

  private static func answer(of arguments: Arguments) throws(UsageError) -> Answer {
    let pace = try arguments.seconds("--pace") ?? .zero
    guard let file = arguments["--replay"] else {
      for flag in ["--status", "--content-type", "--write-size"] where arguments.has(flag) {
        throw arguments.fault("\(flag) goes with --replay")
      }
      var script = Script.welcome
      if let text = arguments["--text"] { script = Script(text: text) }
      script.pace = pace
      return .script(script)
    }
    if arguments.has("--text") { throw arguments.fault("--text and --replay are two answers: give one") }
    return .recording(
      Recording(
        body: try Input.read(file, for: "simulate"), status: try arguments.integer("--status", in: 200...999) ?? 200,
        contentType: arguments["--content-type"] ?? "text/event-stream",
        writeSize: try arguments.integer("--write-size") ?? 0, pace: pace))
  }
}
