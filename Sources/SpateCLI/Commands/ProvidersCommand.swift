// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateDialects

/// `spate providers`: who can be asked, and whose key is set.
struct ProvidersCommand {
  static let syntax = CommandSyntax(
    name: "providers", usage: "spate providers", summary: "List the providers that Spate knows, and whose key is set.",
    flags: [], examples: ["spate providers"])

  static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
    guard arguments.words.isEmpty else { throw arguments.fault("providers takes no words") }
    let rows = Provider.all.map { [$0.id, $0.baseURL, key(of: $0)] }
    let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      StandardStream.output.write("\(padded[0])  \(padded[1])  \(row[2])\n")
    }
    return .success
  }

  private static func key(of provider: Provider) -> String {
    guard let variable = provider.keyVariables.first else { return "needs no key" }
    let isSet = provider.keyVariables.contains { Environment.process[$0] != nil }
    return "\(variable)\(isSet ? " is set" : provider.needsKey ? " is not set" : ", optional")"
  }
}
