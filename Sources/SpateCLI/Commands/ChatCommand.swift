// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore
internal import SpateDialects
internal import SpateSimulator

/// `spate PROMPT`: asks a model and prints its answer as it comes.
struct ChatCommand {
  static let syntax = CommandSyntax(
    name: "chat", usage: "spate [chat] [FLAGS] PROMPT|-",
    summary: "Ask a model; its answer is printed as it comes, everything else goes to stderr.",
    flags: [
      .init(name: "--model", value: "M", help: "gpt-4o, ollama/llama3.2, ...; any name at --provider or --base-url"),
      .init(name: "--provider", value: "P", help: Provider.all.map(\.id).joined(separator: ", ")),
      .init(
        name: "--base-url", value: "URL", help: "as the provider's own SDK takes it; alone: any OpenAI-like server"),
      .init(
        name: "--output", value: "O", help: "text (default), json: one object at the end, events: an object a line",
        choices: Output.allCases.map(\.rawValue)),
    ],
    examples: [
      "spate \"Write a haiku\"                                      (without a key: the built-in simulator)",
      "OPENAI_API_KEY=... spate --model gpt-4o \"Write a haiku\"",
      "spate --model ollama/llama3.2 --output json \"Write a haiku\"",
      "spate --base-url http://localhost:8000/v1 --model qwen3 - < prompt.txt",
    ],
    notes: [
      "Keys come from the environment: OPENAI_API_KEY, GROQ_API_KEY, ...; with --base-url alone SPATE_API_KEY.",
      "Exit status: 0 an answer, 1 an error, 2 a bad flag, 3 cut after content.",
    ])

  enum Output: String, CaseIterable {
    case text, json, events
  }

  static func run(_ arguments: Arguments) async throws(UsageError) -> ExitStatus {
    let prompt = try prompt(of: arguments)
    let output = arguments["--output"].flatMap(Output.init) ?? .text
    if isUnconfigured(arguments) { return try await simulate(prompt, output) }

    let provider = try provider(of: arguments)
    let model: String
    if let named = arguments["--model"] { model = named } else { model = try defaultModel(of: provider, arguments) }
    let stream = Client(provider: provider).stream(prompt, model: model)
    return await AnswerPrinter(output: output).print(stream)
  }

  /// Nobody named a model: the usual one of the provider that is named, or else of the first one with a key.
  private static func defaultModel(of provider: Provider?, _ arguments: Arguments) throws(UsageError) -> String {
    let hasKey: (Provider) -> Bool = { $0.keyVariables.contains { Environment.process[$0] != nil } }
    guard let provider = provider ?? Provider.all.first(where: { $0.defaultModel != nil && hasKey($0) }),
      let model = provider.defaultModel
    else { throw arguments.fault("name a model: --model NAME") }
    StandardStream.error.write("spate: asking \(provider.name) for \(model); --model names another\n")
    return arguments.has("--provider") ? model : "\(provider.id)/\(model)"
  }

  private static func prompt(of arguments: Arguments) throws(UsageError) -> String {
    guard !arguments.words.isEmpty else { throw arguments.fault("there is no prompt: spate \"Write a haiku\"") }
    if arguments.words == ["-"] {
      let text = String(decoding: try Input.read("-", for: "chat"), as: UTF8.self)
      guard !text.allSatisfy(\.isWhitespace) else { throw arguments.fault("standard input holds no prompt") }
      return text
    }
    let prompt = arguments.words.joined(separator: " ")
    guard !prompt.allSatisfy(\.isWhitespace) else { throw arguments.fault("the prompt is empty") }
    return prompt
  }

  /// A base URL alone is a server of its own, which gets no other provider's key (trust.md S6).
  private static func provider(of arguments: Arguments) throws(UsageError) -> Provider? {
    guard let id = arguments["--provider"] else {
      return try baseURL(of: arguments).map { Provider.compatible(baseURL: $0) }
    }
    guard var provider = Provider.named(id) else {
      let known = Provider.all.map(\.id).joined(separator: ", ")
      throw arguments.fault("unknown provider \(id): Spate knows \(known), and any other by --base-url")
    }
    if let baseURL = try baseURL(of: arguments) { provider.baseURL = baseURL }
    return provider
  }

  /// A base URL that can not be used is a wrong flag, not a failed call.
  private static func baseURL(of arguments: Arguments) throws(UsageError) -> String? {
    guard let text = arguments["--base-url"] else { return nil }
    do throws(SpateError) { _ = try Endpoint(base: text, path: "") } catch { throw arguments.fault(error.message) }
    return text
  }

  /// Neither a flag nor a key says whom to ask.
  private static func isUnconfigured(_ arguments: Arguments) -> Bool {
    let environment = Environment.process
    let variables = Provider.all.flatMap(\.keyVariables) + ["SPATE_API_KEY"]
    return !["--model", "--provider", "--base-url"].contains { arguments.has($0) }
      && !variables.contains { environment[$0] != nil }
  }

  private static func simulate(_ prompt: String, _ output: Output) async throws(UsageError) -> ExitStatus {
    StandardStream.error.write("spate: no model and no key is set, so the built-in simulator answers\n")
    var script = Script.welcome
    if StandardStream.output.isTerminal { script.pace = .milliseconds(15) }
    do {
      let simulator = try Simulator(fallback: .script(script))
      defer { simulator.stop() }
      let client = Client(provider: .compatible(baseURL: simulator.baseURL), environment: .fixed([:]))
      return await AnswerPrinter(output: output).print(client.stream(prompt, model: "simulator"))
    } catch {
      throw UsageError("the built-in simulator can not start: \(error)")
    }
  }
}
