// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore
internal import SpateDialects

/// The flags that say who is asked.
enum ProviderFlags {
  static let syntax: [CommandSyntax.Flag] = [
    .init(name: "--provider", value: "P", help: Provider.all.map(\.id).joined(separator: ", ")),
    .init(name: "--base-url", value: "URL", help: "as the provider's own SDK takes it; alone: any OpenAI-like server"),
    .init(
      name: "--dialect", value: "D", help: "its wire format, where it is not the provider's usual one",
      choices: Dialects.builtIn.ids.map(\.rawValue)),
  ]

  /// The provider that is named; nil when the model's name shall say it. A base URL alone is a server of its own, which
  /// gets no other provider's key (trust.md S6).
  static func provider(of arguments: Arguments) throws(UsageError) -> Provider? {
    let baseURL = try baseURL(of: arguments)
    guard var provider = try named(arguments) ?? baseURL.map({ Provider.compatible(baseURL: $0) }) else {
      guard !arguments.has("--dialect") else { throw arguments.fault("--dialect needs --provider or --base-url") }
      return nil
    }
    if let baseURL { provider = provider.at(baseURL) }
    if let name = arguments["--dialect"] { provider = provider.speaking(DialectID(rawValue: name)) }
    return provider
  }

  private static func named(_ arguments: Arguments) throws(UsageError) -> Provider? {
    guard let id = arguments["--provider"] else { return nil }
    guard let provider = Provider.named(id) else {
      let known = Provider.all.map(\.id).joined(separator: ", ")
      throw arguments.fault("unknown provider \(id): Spate knows \(known), and any other by --base-url")
    }
    return provider
  }

  /// A base URL that can not be used is a wrong flag, not a failed call.
  private static func baseURL(of arguments: Arguments) throws(UsageError) -> String? {
    guard let text = arguments["--base-url"] else { return nil }
    do throws(SpateError) { _ = try Endpoint(base: text, path: "") } catch { throw arguments.fault(error.message) }
    return text
  }

  /// Set for other reasons on many machines: alone they do not say that a model is wanted. AWS's credentials neither.
  private static let generalVariables: Set = [
    "GITHUB_TOKEN", "HF_TOKEN", "DATABRICKS_TOKEN", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY", "SNOWFLAKE_TOKEN",
    "GOOGLE_API_KEY", "GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN",
  ]

  /// Whether a flag or a key says whom to ask; if none does, the built-in simulator answers.
  static func isConfigured(_ arguments: Arguments, or flags: String...) -> Bool {
    if (["--provider", "--base-url", "--dialect"] + flags).contains(where: { arguments.has($0) }) { return true }
    let variables = (Provider.all.flatMap(\.keyVariables) + ["SPATE_API_KEY"]).filter { !generalVariables.contains($0) }
    return variables.contains { Environment.process[$0] != nil }
  }

  /// Whether a key for it is set.
  static func hasKey(_ provider: Provider) -> Bool { variable(of: provider) != nil }

  /// The variable that holds the key for it; nil when none is set.
  static func variable(of provider: Provider) -> String? {
    if let name = provider.keyVariables.first(where: { Environment.process[$0] != nil }) { return name }
    guard case .awsSignature? = provider.authentication, Environment.process["AWS_ACCESS_KEY_ID"] != nil,
      Environment.process["AWS_SECRET_ACCESS_KEY"] != nil
    else { return nil }
    return "AWS_ACCESS_KEY_ID"
  }
}
