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
      .init(name: "--system", value: "TEXT", help: "instructions above the conversation"),
      .init(name: "--temperature", value: "N", help: "0 for the likeliest words, higher for more surprise"),
      .init(name: "--max-tokens", value: "N", help: "the longest answer; reasoning counts"),
      .init(name: "--reasoning", value: "EFFORT", help: "how hard to think: none, minimal, low, medium, high"),
      .init(name: "--no-stdin", help: "never read standard input"),
      .init(name: "--strict", help: "exit status 4 for an answer that is limited, refused, filtered or paused"),
      .init(
        name: "--output", value: "O", help: "text (default), json: one object at the end, events: an object a line",
        choices: Output.allCases.map(\.rawValue)),
    ],
    examples: [
      "spate \"Write a haiku\"                                      (without a key: the built-in simulator)",
      "OPENAI_API_KEY=... spate --model gpt-4o \"Write a haiku\"",
      "spate --model ollama/llama3.2 --output json \"Write a haiku\"",
      "spate --base-url http://localhost:8000/v1 --model qwen3 - < prompt.txt",
      "git diff | spate --model gpt-4o --system \"You review code.\" \"What could break?\"",
    ],
    notes: [
      "Keys come from the environment: OPENAI_API_KEY, GROQ_API_KEY, ...; with --base-url alone SPATE_API_KEY.",
      "Standard input joins the prompt after a blank line when it is a pipe or a file.",
      "Exit status: 0 an answer, 1 an error, 2 a bad flag, 3 cut after content, 4 by --strict, 130 interrupted.",
    ])

  enum Output: String, CaseIterable {
    case text, json, events
  }

  static func run(_ arguments: Arguments) async throws(UsageError) -> ExitStatus {
    let prompt = try Prompt.read(arguments)
    let output = arguments["--output"].flatMap(Output.init) ?? .text
    let printer = AnswerPrinter(output: output, isStrict: arguments.has("--strict"))
    let messages = (arguments["--system"].map { [.system($0)] } ?? []) + [Message.user(prompt)]
    let options = try options(of: arguments)
    if isUnconfigured(arguments) { return try await simulate(messages, options, printer) }

    let provider = try provider(of: arguments)
    let model: String
    if let named = arguments["--model"] { model = named } else { model = try defaultModel(of: provider, arguments) }
    return await printer.print(Client(provider: provider).stream(messages, model: model, options: options))
  }

  private static func options(of arguments: Arguments) throws(UsageError) -> ChatOptions {
    var options = ChatOptions()
    if let text = arguments["--temperature"] {
      guard let value = Double(text), value.isFinite else { throw arguments.fault("--temperature takes a number") }
      options.temperature = value
    }
    options.maxTokens = try arguments.integer("--max-tokens", in: 1...Int.max)
    options.reasoning = arguments["--reasoning"].map { ReasoningEffort(rawValue: $0) }
    return options
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

  private static func simulate(
    _ messages: [Message], _ options: ChatOptions, _ printer: AnswerPrinter
  ) async throws(UsageError) -> ExitStatus {
    StandardStream.error.write("spate: no model and no key is set, so the built-in simulator answers\n")
    var script = Script.welcome
    if StandardStream.output.isTerminal { script.pace = .milliseconds(15) }
    do {
      let simulator = try Simulator(fallback: .script(script))
      defer { simulator.stop() }
      let client = Client(provider: .compatible(baseURL: simulator.baseURL), environment: .fixed([:]))
      return await printer.print(client.stream(messages, model: "simulator", options: options))
    } catch {
      throw UsageError("the built-in simulator can not start: \(error)")
    }
  }
}
