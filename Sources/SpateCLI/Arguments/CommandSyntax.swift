// SPDX-License-Identifier: Apache-2.0

/// What a command takes: its flags, its words, and the text of its help.
struct CommandSyntax {
  /// One flag.
  struct Flag {
    /// With the dashes: `--model`.
    var name: String
    /// What stands for its value in the help; nil for a switch.
    var value: String?
    private let words: @Sendable () -> String
    private let choosing: @Sendable () -> [String]

    /// `help` and `choices` are made when they are asked for: most runs show no help.
    init(
      name: String, value: String? = nil, help: @autoclosure @escaping @Sendable () -> String,
      choices: @autoclosure @escaping @Sendable () -> [String] = []
    ) {
      self.name = name
      self.value = value
      words = help
      choosing = choices
    }

    /// What it does.
    var help: String { words() }

    /// The values that it takes; empty for any.
    var choices: [String] { choosing() }
  }

  /// `chat`, `decode`, ...
  var name: String
  /// `spate decode [FLAGS] FILE|-`
  var usage: String
  var summary: String
  var flags: [Flag]
  var examples: [String] = []
  /// More to know, after the flags.
  var notes: [String] = []

  /// The whole help.
  var help: String {
    var lines = [summary, "", "USAGE: \(usage)"]
    if !flags.isEmpty {
      let names = flags.map { [$0.name, $0.value].compactMap { $0 }.joined(separator: " ") }
      let width = names.map(\.count).max() ?? 0
      lines += ["", "FLAGS:"]
      lines += zip(names, flags).map { name, flag in
        "  \(name)\(String(repeating: " ", count: width - name.count))  \(flag.help)"
      }
    }
    if !notes.isEmpty { lines += [""] + notes }
    if !examples.isEmpty { lines += ["", "EXAMPLES:"] + examples.map { "  \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// A command line that can not be understood: exit status 2, and this on stderr.
struct UsageError: Error {
  /// What is wrong and what to do instead.
  var message: String
  /// The command whose help explains it.
  var command: String?

  init(_ message: String, command: String? = nil) {
    self.message = message
    self.command = command
  }
}
