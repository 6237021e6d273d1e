// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport

/// Requests with everything that the OpenAI chat dialect has a form for.
struct RandomRequest {
  private var random: SeededRandom
  private var quirks: Set<Quirk> = []

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func maybe<Value>(_ make: (inout RandomRequest) -> Value) -> Value? {
    chance(30) ? make(&self) : nil
  }

  private mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func text() -> String {
    let words = ["a", "Grüße", "🙂", "\"\\\n\u{0}\u{1F}", " ", "\u{2028}", "data:", "\u{FEFF}", "e\u{301}", "{}"]
    return (0..<count(1...4)).map { _ in words.randomElement(using: &random) ?? "a" }.joined()
  }

  private mutating func number() -> Double {
    [0, 0.1, 0.7, 1, 2, -1.5, 1e-9].randomElement(using: &random) ?? 1
  }

  private mutating func json() -> JSONValue {
    let values: [JSONValue] = [
      true, "x", 12, 0.5, nil, [], [:], ["a": [1, nil, "b"]],
      ["type": "object", "properties": ["é": ["type": "string"]]],
    ]
    return values.randomElement(using: &random) ?? 1
  }

  private mutating func bytes() -> [UInt8] {
    (0..<count(0...20)).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  mutating func make() -> (ChatRequest, Provider) {
    let all: [Quirk] = [.maxCompletionTokens, .reasoningObject, .replaysReasoningContent, .replaysReasoningDetails]
    quirks = Set(all.filter { _ in chance(50) })
    quirks.insert(.takesTopK)
    var provider = ChatRequestTests.plain
    provider.quirks = quirks
    let isStream = chance(70)
    var request = ChatRequest(
      model: text(), messages: (0..<count(1...6)).map { _ in message() }, options: options(isStream),
      isStream: isStream)
    if chance(50) { request.tools = (0..<count(1...3)).map { _ in tool() } }
    return (request, provider)
  }

  // MARK: Options

  private mutating func options(_ isStream: Bool) -> ChatOptions {
    var options = ChatOptions()
    options.temperature = maybe { $0.number() }
    options.topP = maybe { $0.number() }
    options.topK = maybe { $0.count(1...100) }
    options.maxTokens = maybe { $0.count(1...100_000) }
    options.stop = maybe { random in (0..<random.count(1...4)).map { _ in random.text() } }
    options.seed = maybe { Int.random(in: Int.min...Int.max, using: &$0.random) }
    options.n = maybe { $0.count(1...8) }
    options.presencePenalty = maybe { $0.number() }
    options.frequencyPenalty = maybe { $0.number() }
    options.logprobs = maybe { $0.chance(50) }
    // Asking for alternatives asks for the probabilities too.
    if options.logprobs == true { options.topLogprobs = maybe { $0.count(0...20) } }
    options.reasoning = maybe { $0.chance(50) ? .high : ReasoningEffort(rawValue: $0.text()) }
    options.responseFormat = maybe { $0.format() }
    options.toolChoice = maybe { $0.choice() }
    options.parallelTools = maybe { $0.chance(50) }
    options.user = maybe { $0.text() }
    options.metadata = maybe { random in
      Dictionary((0..<random.count(1...3)).map { ("k\($0)", random.text()) }, uniquingKeysWith: { $1 })
    }
    options.streamUsage = isStream ? chance(60) : nil
    if chance(30) {
      for index in 0..<count(1...3) {
        // Null is nothing, and is not kept by a name of ours only.
        options.extra["x_\(index)\(text())"] = json()
      }
    }
    return options
  }

  private mutating func format() -> ResponseFormat {
    switch count(0...2) {
    case 0: .text
    case 1: .json
    default: .schema(name: text(), json(), isStrict: chance(50))
    }
  }

  private mutating func choice() -> ToolChoice {
    switch count(0...3) {
    case 0: .auto
    case 1: .none
    case 2: .required
    default: .tool(text())
    }
  }

  private mutating func tool() -> Tool {
    Tool(name: text(), description: maybe { $0.text() }, parameters: json(), isStrict: maybe { $0.chance(50) })
  }

  // MARK: Messages

  private mutating func message() -> Message {
    switch count(0...4) {
    case 0: Message(role: .system, content: [.text(text())], name: maybe { $0.text() })
    case 1: Message(role: .user, content: [.text(text())], name: maybe { $0.text() })
    case 2: Message(role: .user, content: parts(), name: maybe { $0.text() })
    case 3: turn()
    default: .toolResult(id: text(), text())
    }
  }

  /// With one part that is no text: texts alone are joined to one.
  private mutating func parts() -> [ContentPart] {
    var parts = (0..<count(0...3)).map { _ in chance(50) ? .text(text()) : media() }
    parts.insert(media(), at: count(0...parts.count))
    return parts
  }

  private mutating func media() -> ContentPart {
    let detail = maybe { _ in "low" }
    switch count(0...5) {
    case 0: return .image(.url("https://a.example/\(text())", detail: detail))
    case 1: return .image(.bytes(bytes(), mediaType: "image/png", detail: detail))
    case 2: return .file(.bytes(bytes(), mediaType: "application/pdf", name: maybe { $0.text() }))
    case 3: return .file(.id("file-123", name: maybe { $0.text() }))
    case 4: return .file(.url("https://a.example/x.pdf", name: maybe { $0.text() }))
    default:
      let types = ["audio/wav", "audio/mpeg", "audio/flac"]
      return .audio(.bytes(bytes(), mediaType: types.randomElement(using: &random) ?? "audio/wav"))
    }
  }

  /// With its parts in the order in which the reader gives them; reasoning only for those who want it back.
  private mutating func turn() -> Message {
    var parts: [ContentPart] = []
    if chance(40) {
      let text = text()
      if quirks.contains(.replaysReasoningDetails) {
        let details: JSONValue = [["type": "reasoning.text", "text": .string(text), "signature": "s"]]
        parts.append(.reasoning(Reasoning(text: text, details: details, dialect: .openAIChat)))
      } else if quirks.contains(.replaysReasoningContent) {
        parts.append(.reasoning(Reasoning(text: text)))
      }
    }
    if chance(60) { parts.append(.text(text())) }
    if chance(15) { parts.append(.refusal(text())) }
    if chance(40) {
      for _ in 0..<count(1...3) {
        let isCustom = chance(20)
        parts.append(
          .toolCall(
            ToolCall(id: text(), name: text(), arguments: isCustom ? text() : "{\(text())", isCustom: isCustom)))
      }
    }
    if parts.isEmpty { parts.append(.text("")) }
    return Message(role: .assistant, content: parts, name: maybe { $0.text() })
  }
}
