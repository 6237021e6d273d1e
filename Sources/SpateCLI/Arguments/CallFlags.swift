// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore

/// The flags that say how a model is asked.
struct CallFlags {
  static let syntax: [CommandSyntax.Flag] = [
    .init(name: "--system", value: "TEXT", help: "instructions above the conversation"),
    .init(name: "--temperature", value: "N", help: "0 for the likeliest words, higher for more surprise"),
    .init(name: "--max-tokens", value: "N", help: "the longest answer; reasoning counts"),
    .init(name: "--reasoning", value: "EFFORT", help: "how hard to think: none, minimal, low, medium, high"),
    .init(name: "--think-tags", help: "tell thoughts from words by tags (<think>), where the server does not"),
    .init(name: "--strict-options", help: "ask nothing if the model can not take an option as it is"),
    .init(name: "--timeout-connect", value: "SECONDS", help: "for the connection (10); fractions are fine"),
    .init(name: "--timeout-first-byte", value: "SECONDS", help: "from the request to the first event (120); 0: none"),
    .init(name: "--timeout-idle", value: "SECONDS", help: "between two pieces of the answer (60); 0: none"),
    .init(name: "--timeout-total", value: "SECONDS", help: "for everything (none; 600 with --no-stream); 0: none"),
    .init(name: "--max-retries", value: "N", help: "how often a call is made again before its first word (2)"),
    .init(
      name: "--on-cut", value: "WAY",
      help: "when the answer breaks off after that: fail (default), restart from the beginning, continue where it was",
      choices: OnCut.allCases.map(\.rawValue)),
    .init(
      name: "--fallback", value: "M", help: "a model to ask when the one before it can not answer; may be repeated"),
  ]

  private(set) var options = ChatOptions()
  private(set) var timeouts = Timeouts()
  private(set) var recovery = Recovery()

  init(_ arguments: Arguments) throws(UsageError) {
    if let text = arguments["--temperature"] {
      guard let value = Double(text), value.isFinite else {
        throw arguments.fault("--temperature takes a number, not \(text)")
      }
      options.temperature = value
    }
    options.maxTokens = try arguments.integer("--max-tokens", in: 1...Int.max)
    options.reasoning = arguments["--reasoning"].map { ReasoningEffort(rawValue: $0) }
    if arguments.has("--think-tags") { options.thinkTags = .standard }
    if arguments.has("--strict-options") { options.strictness = .refuse }
    timeouts.connect = try arguments.seconds("--timeout-connect")
    if timeouts.connect == .zero { throw arguments.fault("--timeout-connect can not be switched off") }
    timeouts.firstByte = try Self.clock("--timeout-first-byte", arguments)
    timeouts.idle = try Self.clock("--timeout-idle", arguments)
    timeouts.total = try Self.clock("--timeout-total", arguments)
    recovery.maxRetries = try arguments.integer("--max-retries", in: 0...1000)
    recovery.onCut = arguments["--on-cut"].flatMap(OnCut.init)
    recovery.fallbacks = arguments.all("--fallback").map { Candidate($0) }
  }

  /// Zero switches it off.
  private static func clock(_ name: String, _ arguments: Arguments) throws(UsageError) -> Duration? {
    try arguments.seconds(name).map { $0 == .zero ? Timeouts.never : $0 }
  }
}
