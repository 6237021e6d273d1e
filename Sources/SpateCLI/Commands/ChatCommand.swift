// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore
internal import SpateDialects

/// `spate PROMPT`: asks a model and prints its answer as it comes.
struct ChatCommand {
  static let syntax = CommandSyntax(
    name: "chat", usage: "spate [chat] [FLAGS] PROMPT|-",
    summary: "Ask a model; its answer is printed as it comes, everything else goes to stderr.",
    flags: ProviderFlags.syntax + [
      .init(name: "--model", value: "M", help: "gpt-4o, ollama/llama3.2, ...; any name at --provider or --base-url")
    ] + CallFlags.syntax + [
      .init(name: "--no-stream", help: "ask for the answer in one piece"),
      .init(name: "--no-stdin", help: "never read standard input"),
      .init(name: "--strict", help: "exit status 4 for an answer that is limited, refused, filtered or paused"),
      .init(
        name: "--output", value: "O",
        help: "text (default); json: one object at the end; events: an object a line; openai: as OpenAI sends it",
        choices: Output.allCases.map(\.rawValue)),
    ],
    examples: [
      "spate \"Write a haiku\"                                      (without a key: the built-in simulator)",
      "OPENAI_API_KEY=... spate --model gpt-4o \"Write a haiku\"",
      "spate --model ollama/llama3.2 --output json \"Write a haiku\"",
      "spate --base-url http://localhost:8000/v1 --model qwen3 - < prompt.txt",
      "spate --model gpt-4o --fallback claude-sonnet-4-5 --max-retries 4 \"Write a haiku\"",
      "git diff | spate --model gpt-4o --system \"You review code.\" \"What could break?\"",
    ],
    notes: [
      "Keys come from the environment: OPENAI_API_KEY, GROQ_API_KEY, ...; with --base-url alone SPATE_API_KEY.",
      "Standard input joins the prompt after a blank line when it is a pipe or a file.",
      "Exit status: 0 an answer, 1 an error, 2 a bad flag, 3 cut after content, 4 by --strict, 130 interrupted.",
    ])

  enum Output: String, CaseIterable {
    case text, json, events, openai
  }

  /// Returns only to say what is wrong with the arguments.
  static func run(_ arguments: Arguments) throws(UsageError) -> Never {
    // Wrong flags are told before anybody waits for standard input.
    let flags = try CallFlags(arguments)
    let isStream = !arguments.has("--no-stream")
    let output = arguments["--output"].flatMap(Output.init) ?? .text
    if output == .openai, flags.recovery.onCut == .restart {
      throw arguments.fault("OpenAI's format can not take words back: --on-cut restart needs another --output")
    }
    let printer = AnswerPrinter(
      output: output, isStream: isStream, isStrict: arguments.has("--strict"),
      mayRestart: flags.recovery.onCut == .restart)
    let ask: @Sendable (Model, String) async -> ExitStatus = { model, prompt in
      let messages = (arguments["--system"].map { [.system($0)] } ?? []) + [Message.user(prompt)]
      return await printer.print(
        model.ask(
          messages, options: flags.options, timeouts: flags.timeouts, recovery: flags.recovery, isStream: isStream))
    }
    guard ProviderFlags.isConfigured(arguments, or: "--model") else {
      let prompt = try Prompt.read(arguments)
      Foreground.run { () async throws(UsageError) in
        try await BuiltInProvider.run { client in await ask(client.model("simulator"), prompt) }
      }
    }
    let provider = try ProviderFlags.provider(of: arguments)
    let model: String
    if let named = arguments["--model"] { model = named } else { model = try defaultModel(of: provider, arguments) }
    let prompt = try Prompt.read(arguments)
    if !arguments.has("--model") {
      StandardStream.error.write("spate: asking for \(model); --model names another\n")
    }
    Foreground.run { await ask(Client(provider: provider).model(model), prompt) }
  }

  /// Nobody named a model: the usual one of the provider that is named, or else of the first one with a key.
  private static func defaultModel(of provider: Provider?, _ arguments: Arguments) throws(UsageError) -> String {
    let keyed = Provider.all.first { $0.defaultModel != nil && ProviderFlags.hasKey($0) }
    guard let provider = provider ?? keyed,
      let model = provider.defaultModel
    else { throw arguments.fault("name a model: --model NAME") }
    return arguments.has("--provider") ? model : "\(provider.id)/\(model)"
  }
}
