// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// `spate`.
@main struct Main {
  static func main() {
    ProcessSetup.run()
    do throws(UsageError) { end(try run(Array(CommandLine.arguments.dropFirst()))) } catch { end(error) }
  }

  /// Ends the process.
  static func end(_ status: ExitStatus) -> Never { exit(status.rawValue) }

  /// Ends the process after saying what is wrong with its arguments.
  static func end(_ error: UsageError) -> Never {
    let help = error.command.map { "spate \($0) --help" } ?? "spate --help"
    StandardStream.error.write("spate: \(error.message)\nSee: \(help)\n")
    end(.usage)
  }

  /// The first word is a verb only when it equals one; everything else is a prompt.
  private static func run(_ arguments: [String]) throws(UsageError) -> ExitStatus {
    let rest = Array(arguments.dropFirst())
    switch arguments.first {
    case "--help", "-h", "help": return help()
    case "--version":
      StandardStream.output.write("spate \(version)\n")
      return .success
    case "decode":
      let parsed = try Arguments(rest, syntax: DecodeCommand.syntax)
      return parsed.wantsHelp ? help(DecodeCommand.syntax) : try DecodeCommand.run(parsed)
    case "simulate":
      let parsed = try Arguments(rest, syntax: SimulateCommand.syntax)
      return parsed.wantsHelp ? help(SimulateCommand.syntax) : try SimulateCommand.run(parsed)
    case "models":
      let parsed = try Arguments(rest, syntax: ModelsCommand.syntax)
      if parsed.wantsHelp { return help(ModelsCommand.syntax) }
      try ModelsCommand.run(parsed)
    case "providers":
      let parsed = try Arguments(rest, syntax: ProvidersCommand.syntax)
      return parsed.wantsHelp ? help(ProvidersCommand.syntax) : try ProvidersCommand.run(parsed)
    default:
      let parsed = try Arguments(arguments.first == "chat" ? rest : arguments, syntax: ChatCommand.syntax)
      if parsed.wantsHelp { return help(ChatCommand.syntax) }
      try ChatCommand.run(parsed)
    }
  }

  static let version = "0.1.0"

  private static func help() -> ExitStatus {
    let verbs = [
      ChatCommand.syntax, DecodeCommand.syntax, SimulateCommand.syntax, ModelsCommand.syntax, ProvidersCommand.syntax,
    ]
    let lines = verbs.map { "  spate \($0.name)\(String(repeating: " ", count: 10 - $0.name.count))\($0.summary)" }
    StandardStream.output.write(
      """
      Spate: every model, one stream.

      \(lines.joined(separator: "\n"))

      Without a verb it is chat: spate "Write a haiku". Each verb has its own --help.

      """)
    return .success
  }

  private static func help(_ syntax: CommandSyntax) -> ExitStatus {
    StandardStream.output.write(syntax.help)
    return .success
  }
}
