// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore
internal import SpateDialects

/// `spate models`: what can be asked now, by the providers' own lists.
struct ModelsCommand {
  static let syntax = CommandSyntax(
    name: "models", usage: "spate models [--provider P | --base-url URL]",
    summary: "List the models of a provider, or of every provider whose key is set, and what they can do.",
    flags: ProviderFlags.syntax + [
      .init(
        name: "--output", value: "O", help: "text (default); json: an object a line", choices: ["text", "json"])
    ],
    examples: ["spate models --provider groq", "spate models --base-url http://localhost:8000/v1"],
    notes: [
      "What a model can do is what the list says; behind a question mark what Spate knows of its family instead.",
      "Exit status: 0 every list came, 1 one did not (the others are printed), 2 a bad flag.",
    ])

  /// Returns only to say what is wrong with the arguments.
  static func run(_ arguments: Arguments) throws(UsageError) -> Never {
    guard arguments.words.isEmpty else { throw arguments.fault("models takes no words: --provider names one") }
    let isJSON = arguments["--output"] == "json"
    guard ProviderFlags.isConfigured(arguments) else {
      Foreground.run { () async throws(UsageError) in
        try await BuiltInProvider.run { client in
          await list(client: client, providers: [client.provider].compactMap(\.self), isJSON)
        }
      }
    }
    if let provider = try ProviderFlags.provider(of: arguments) {
      Foreground.run { await list(client: Client(), providers: [provider], isJSON) }
    }
    let keyed = Provider.all.filter(ProviderFlags.hasKey)
    guard !keyed.isEmpty else { throw arguments.fault("whose models? Name a --provider or a --base-url") }
    Foreground.run { await list(client: Client(), providers: keyed, isJSON) }
  }

  /// One provider after another, so that the lines of each stay together.
  private static func list(client: Client, providers: [Provider], _ isJSON: Bool) async -> ExitStatus {
    var status = ExitStatus.success
    for provider in providers {
      do {
        let models = try await client.models(of: provider)
        let prefix = providers.count > 1 ? "\(provider.id)/" : ""
        if isJSON {
          for model in models { StandardStream.output.writeLine(object(model, of: provider)) }
        } else {
          Table(
            models.map { model in
              [
                prefix + model.id, model.contextLength.map { "\($0) tokens" } ?? "", abilities(of: model),
                model.name ?? "",
              ]
            }
          ).print()
        }
      } catch {
        status = .failure
        StandardStream.error.write("spate: \(provider.id): \(TerminalFilter.line("\(error)"))\n")
      }
    }
    return status
  }

  /// `tools, images; ? reasoning (low to high)`: what it can do. What it can not is in the JSON.
  private static func abilities(of model: ModelInfo) -> String {
    let listed = names(model.capabilities)
    let assumed = names(model.assumedCapabilities)
    return [listed, assumed.isEmpty ? "" : "? " + assumed].filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static func names(_ capabilities: ModelCapabilities) -> String {
    // That it chats and streams goes without saying.
    let able = capabilities.members.filter { $0.isTrue && ![.chat, .streaming].contains($0.capability) }
    var names = able.map(\.capability.rawValue)
    if let efforts = capabilities.efforts, !efforts.isEmpty {
      names.append("efforts \(efforts.map(\.rawValue).joined(separator: "/"))")
    }
    if capabilities[.chat] == false { names.insert("no chat", at: 0) }
    return names.joined(separator: ", ")
  }

  private static func object(_ model: ModelInfo, of provider: Provider) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("id", model.id)
      json.member("provider", provider.id)
      json.nullable("name", model.name)
      json.nullable("owner", model.owner)
      json.nullable("created", model.created)
      json.nullable("context_length", model.contextLength)
      json.nullable("output_limit", model.outputLimit)
      json.member("capabilities", value(model.capabilities))
      json.member("assumed_capabilities", value(model.assumedCapabilities))
      json.member("native", model.native)
    }
    return json.bytes
  }

  /// `{"tools": true, "images": false, "efforts": ["low", "high"]}`; what is not known is not there.
  private static func value(_ capabilities: ModelCapabilities) -> JSONValue {
    var object: JSONObject = [:]
    for (capability, isTrue) in capabilities.members { object[capability.rawValue] = .bool(isTrue) }
    if let efforts = capabilities.efforts { object["efforts"] = .array(efforts.map { .string($0.rawValue) }) }
    return .object(object)
  }
}
