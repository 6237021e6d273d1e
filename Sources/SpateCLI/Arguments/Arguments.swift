// SPDX-License-Identifier: Apache-2.0

/// The words of a command line, sorted by a command's syntax: `--name value`, `--name=value`, switches, `--`.
struct Arguments {
  /// What is no flag, in order.
  private(set) var words: [String] = []
  /// Whether `--help` or `-h` was there.
  private(set) var wantsHelp = false
  private var values: [String: [String]] = [:]
  private let syntax: CommandSyntax

  init(_ arguments: [String], syntax: CommandSyntax) throws(UsageError) {
    self.syntax = syntax
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        words += rest
        break
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        words.append(argument)
        continue
      }
      if argument == "--help" || argument == "-h" {
        wantsHelp = true
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let flag = syntax.flags.first(where: { $0.name == parts[0] }) else { throw unknown(parts[0]) }
      try take(flag, attached: parts.count > 1 ? parts[1] : nil, &rest)
    }
  }

  private mutating func take(
    _ flag: CommandSyntax.Flag, attached: String?, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    guard let placeholder = flag.value else {
      guard attached == nil else { throw fault("\(flag.name) takes no value") }
      values[flag.name, default: []].append("")
      return
    }
    guard let value = attached ?? rest.popFirst() else {
      throw fault("\(flag.name) needs a value: \(flag.name) \(placeholder)")
    }
    let choices = flag.choices
    guard choices.isEmpty || choices.contains(value) else {
      throw fault("\(flag.name) is one of \(choices.joined(separator: ", ")), not \(value)")
    }
    values[flag.name, default: []].append(value)
  }

  private func unknown(_ name: String) -> UsageError {
    if ["--key", "--api-key", "-k"].contains(name) {
      // Arguments are seen by every user of the machine (trust.md S1).
      return fault("a key is never taken as an argument: set the provider's variable, such as OPENAI_API_KEY")
    }
    let near = syntax.flags.map(\.name).min { Self.distance($0, name) < Self.distance($1, name) }
    let hint = near.flatMap { Self.distance($0, name) <= 3 ? ": did you mean \($0)?" : nil } ?? ""
    return fault("unknown flag \(name)\(hint)")
  }

  /// An error about this command.
  func fault(_ message: String) -> UsageError { UsageError(message, command: syntax.name) }

  /// Whether a switch is there.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// The last value of a flag.
  subscript(name: String) -> String? { values[name]?.last }

  /// All values of a flag, in order.
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// The whole number of a flag, within these bounds.
  func integer(_ name: String, in bounds: ClosedRange<Int> = 0...Int.max) throws(UsageError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let value = Int(text), bounds.contains(value) else {
      let upper = bounds.upperBound == Int.max ? "on" : "to \(bounds.upperBound)"
      throw fault("\(name) takes a whole number from \(bounds.lowerBound) \(upper), not \(text)")
    }
    return value
  }

  /// The number of seconds of a flag: fractions are fine, more than a day is not.
  func seconds(_ name: String) throws(UsageError) -> Duration? {
    guard let text = self[name] else { return nil }
    guard let value = Double(text), (0...86_400).contains(value) else {
      throw fault("\(name) takes seconds from 0 to 86400, not \(text)")
    }
    return .seconds(value)
  }

  /// How many letters must be changed to make one name of the other (Levenshtein).
  private static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (letter == b[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }
}
