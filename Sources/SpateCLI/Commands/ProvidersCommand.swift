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
    Table(Provider.all.map { [$0.id, $0.baseURL, key(of: $0)] }).print()
    return .success
  }

  private static func key(of provider: Provider) -> String {
    if let variable = ProviderFlags.variable(of: provider) { return "\(variable) is set" }
    guard let variable = provider.keyVariables.first else { return "needs no key" }
    return "\(variable)\(provider.needsKey ? " is not set" : ", optional")"
  }
}
