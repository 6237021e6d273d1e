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
    // Writes then fail with EPIPE, and the process ends quietly instead of by a signal from a library's thread.
    signal(SIGPIPE, SIG_IGN)
    do throws(UsageError) {
      exit(try await run(Array(CommandLine.arguments.dropFirst())).rawValue)
    } catch {
      let help = error.command.map { "spate \($0) --help" } ?? "spate --help"
      StandardStream.error.write("spate: \(error.message)\nSee: \(help)\n")
      exit(ExitStatus.usage.rawValue)
    }
  }

  /// The first word is a verb only when it equals one.
  private static func run(_ arguments: [String]) async throws(UsageError) -> ExitStatus {
    switch arguments.first {
    case "decode":
      let parsed = try Arguments(Array(arguments.dropFirst()), syntax: DecodeCommand.syntax)
      return parsed.wantsHelp ? help(DecodeCommand.syntax) : try DecodeCommand.run(parsed)
    default: return help(DecodeCommand.syntax)
    }
  }

  private static func help(_ syntax: CommandSyntax) -> ExitStatus {
    StandardStream.output.write(syntax.help)
    return .success
  }
}
