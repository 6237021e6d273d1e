// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator

/// One fault and what must become of a call that meets it.
struct FaultRow: Sendable {
  /// How a call ends.
  struct Ending: Sendable {
    /// Nil for an answer.
    var code: SpateError.Code?
    /// How many pieces of the words are kept; nil for all.
    var words: Int?
    /// How many requests there are when each of them meets the fault, and one retry is allowed.
    var requests = 1
  }

  var name: String
  var ending: Ending
  /// Where a dialect differs.
  var others: [DialectID: Ending] = [:]
  /// The ones that can have it; empty for all.
  var dialects: Set<DialectID> = []
  /// The answer has a tool call at its end.
  var calls: String?
  var timeouts = Timeouts()
  /// What the client must wait before the retry, at least and at most.
  var delay: ClosedRange<Duration> = .zero ... .milliseconds(2)
  /// What the error says of the wait.
  var retryAfter: Duration?
  var faults: @Sendable (DialectID) -> [Fault]

  init(
    _ name: String, _ ending: Ending, others: [DialectID: Ending] = [:], in dialects: Set<DialectID> = [],
    calls: String? = nil, timeouts: Timeouts = Timeouts(), delay: ClosedRange<Duration>? = nil,
    retryAfter: Duration? = nil, _ faults: Fault...
  ) {
    self.init(
      name, ending, others: others, in: dialects, calls: calls, timeouts: timeouts, delay: delay,
      retryAfter: retryAfter
    ) { _ in faults }
  }

  /// Faults that are written otherwise in each dialect.
  init(
    _ name: String, _ ending: Ending, others: [DialectID: Ending] = [:], in dialects: Set<DialectID> = [],
    calls: String? = nil, timeouts: Timeouts = Timeouts(), delay: ClosedRange<Duration>? = nil,
    retryAfter: Duration? = nil, each faults: @escaping @Sendable (DialectID) -> [Fault]
  ) {
    self.name = name
    self.ending = ending
    self.others = others
    self.dialects = dialects
    self.calls = calls
    self.timeouts = timeouts
    self.delay = delay ?? self.delay
    self.retryAfter = retryAfter
    self.faults = faults
  }

  func ending(in dialect: DialectID) -> Ending { others[dialect] ?? ending }

  /// Serial markers: none can be lost, doubled or moved unseen.
  static let pieces = (1...6).map { "\($0 == 1 ? "" : " ")<\($0)>" }

  /// The answer without the fault.
  var script: Script {
    Script(
      text: Self.pieces.joined(), reasoning: "Let me count.",
      toolCalls: calls.map { [ToolCall(id: "call_1", name: "zoo", arguments: $0)] } ?? [],
      usage: Usage(input: 2, output: 3))
  }
}

/// The endings of the table.
extension FaultRow.Ending {
  /// The whole answer.
  static let whole = FaultRow.Ending()

  /// So many pieces of the words, and no second request.
  static func fails(_ code: SpateError.Code, after words: Int? = 0) -> Self { Self(code: code, words: words) }

  /// The same at the dialects whose errors inside a stream have words only: nothing says that it is permanent.
  static func nameless(_ ending: Self) -> [DialectID: Self] {
    let nameless = Self(code: .provider, words: ending.words, requests: ending.words == 0 ? 2 : 1)
    return [.ollama: nameless, .cohere: nameless]
  }

  /// Asked once more.
  static func retried(_ code: SpateError.Code) -> Self { Self(code: code, words: 0, requests: 2) }
}

/// The dialects by what matters to faults.
enum Dialects9 {
  static let all: [DialectID] = [
    .openAIChat, .openAIResponses, .anthropic, .gemini, .mistral, .ollama, .cohere, .bedrockConverse,
    .bedrockInvokeAnthropic,
  ]
  /// Server-sent events.
  static let sse: Set<DialectID> = [.openAIChat, .openAIResponses, .anthropic, .gemini, .mistral, .cohere]
  /// Those that say why the model stopped before their last word: from there on an answer is complete.
  static let finishEarly: Set<DialectID> = [
    .openAIChat, .mistral, .anthropic, .cohere, .bedrockConverse, .bedrockInvokeAnthropic,
  ]
  /// The others.
  static let finishLast = Set(all).subtracting(finishEarly)

  /// Those with a last word, after which nothing is read.
  static let terminal = Set(all).subtracting([.gemini])

  /// A provider that needs no key.
  static func provider(_ dialect: DialectID, at simulator: Simulator) -> Provider {
    let isOpenAI = dialect == .openAIChat || dialect == .openAIResponses
    return Provider(
      id: "simulated", name: "the simulator", baseURL: isOpenAI ? simulator.baseURL : simulator.origin,
      dialect: dialect)
  }
}
