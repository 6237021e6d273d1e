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
  static func main() async {
    ProcessSetup.run()
    do throws(UsageError) {
      exit(try await run(Array(CommandLine.arguments.dropFirst())).rawValue)
    } catch {
      let help = error.command.map { "spate \($0) --help" } ?? "spate --help"
      StandardStream.error.write("spate: \(error.message)\nSee: \(help)\n")
      exit(ExitStatus.usage.rawValue)
    }
  }

  /// The first word is a verb only when it equals one; everything else is a prompt.
  private static func run(_ arguments: [String]) async throws(UsageError) -> ExitStatus {
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
      return parsed.wantsHelp ? help(ModelsCommand.syntax) : try await ModelsCommand.run(parsed)
    case "providers":
      let parsed = try Arguments(rest, syntax: ProvidersCommand.syntax)
      return parsed.wantsHelp ? help(ProvidersCommand.syntax) : try ProvidersCommand.run(parsed)
    default:
      let parsed = try Arguments(arguments.first == "chat" ? rest : arguments, syntax: ChatCommand.syntax)
      return parsed.wantsHelp ? help(ChatCommand.syntax) : try await ChatCommand.run(parsed)
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
