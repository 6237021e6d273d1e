// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport

/// Requests with everything that Gemini has a form for.
struct RandomGeminiRequest {
  private var random: SeededRandom
  private var callCount = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func chance(_ percent: Int) -> Bool { count(0...99) < percent }

  private mutating func maybe<Value>(_ make: (inout RandomGeminiRequest) -> Value) -> Value? {
    chance(30) ? make(&self) : nil
  }

  private mutating func text() -> String {
    let words = ["a", "Grüße", "🙂", "\"\\\n\u{0}\u{1F}", " ", "\u{2028}", "data:", "e\u{301}", "{}", "%2F", "?"]
    return (0..<count(1...4)).map { _ in words.randomElement(using: &random) ?? "a" }.joined()
  }

  private mutating func number() -> Double { [0, 0.1, 0.7, 1, 2, -1.5].randomElement(using: &random) ?? 1 }

  private mutating func schema() -> JSONValue {
    let property: JSONValue = ["type": "string"]
    return ["type": "object", "properties": .object(JSONObject([(text(), property)]))]
  }

  mutating func make() -> ChatRequest {
    let isThird = chance(50)
    var request = ChatRequest(
      model: (isThird ? "gemini-3-flash" : "gemini-2.5-flash") + (chance(30) ? text() : ""), messages: [],
      isStream: chance(60))
    if chance(30) { request.messages.append(Message(role: .system, content: [.text(text())])) }
    for _ in 0..<count(1...3) {
      request.messages.append(user())
      if chance(60) { request.messages += turn(isThird) }
    }
    request.options = options(isThird)
    if chance(50) {
      request.tools = (0..<count(1...3)).map { _ in
        Tool(
          name: text(), description: maybe { $0.text() }, parameters: chance(50) ? schema() : Tool(name: "").parameters)
      }
      request.options.toolChoice = maybe { random in
        [ToolChoice.auto, .none, .required, .tool(random.text())].randomElement(using: &random.random) ?? .auto
      }
    }
    if chance(20) { request.tools.append(.provider(["googleSearch": [:]], dialect: .gemini)) }
    return request
  }

  private mutating func options(_ isThird: Bool) -> ChatOptions {
    var options = ChatOptions()
    options.temperature = maybe { $0.number() }
    options.topP = maybe { $0.number() }
    options.topK = maybe { $0.count(1...100) }
    options.maxTokens = maybe { $0.count(1...100_000) }
    options.stop = maybe { random in (0..<random.count(1...4)).map { _ in random.text() } }
    options.seed = maybe { $0.count(0...1000) }
    options.n = maybe { $0.count(1...8) }
    options.presencePenalty = maybe { $0.number() }
    options.frequencyPenalty = maybe { $0.number() }
    options.logprobs = maybe { $0.chance(50) }
    if options.logprobs == true { options.topLogprobs = maybe { $0.count(0...20) } }
    if chance(40) {
      options.showsReasoning = chance(50)
      if isThird {
        options.reasoning = [.low, .high].randomElement(using: &random)
      } else {
        options.reasoningBudget = count(0...9999)
      }
    }
    options.responseFormat = maybe { random in
      [ResponseFormat.text, .json, .schema(name: "answer", random.schema())].randomElement(using: &random.random)
        ?? .text
    }
    options.metadata = maybe { ["k": $0.text()] }
    if chance(30) { options.extra["x\(text())"] = ["a": [1, nil]] }
    if chance(20) { options.extra["generationConfig"] = ["mediaResolution": .string(text())] }
    return options
  }

  private mutating func media() -> ContentPart {
    switch count(0...3) {
    case 0: .image(.bytes([1, 2, 3], mediaType: "image/png"))
    case 1: .audio(.bytes([], mediaType: "audio/wav"))
    case 2: .file(.bytes([255], mediaType: "application/pdf"))
    default: .file(.url("https://a.example/x", mediaType: "application/pdf"))
    }
  }

  private mutating func user() -> Message {
    .user((0..<count(1...3)).map { _ in chance(60) ? .text(text()) : media() })
  }

  private mutating func seal() -> Seal { Seal(dialect: .gemini, signature: text()) }

  /// A model's turn, and the results of what it called.
  private mutating func turn(_ isThird: Bool) -> [Message] {
    var parts: [ContentPart] = []
    if chance(40) {
      parts.append(.reasoning(Reasoning(text: text(), seal: chance(50) ? seal() : Seal(dialect: .gemini))))
    }
    if chance(70) { parts.append(chance(50) ? .text(text()) : .annotated(AnnotatedText(text(), seal: seal()))) }
    if chance(20) {
      parts.append(.native(NativePart(dialect: .gemini, type: "", value: ["hologram": .string(text())])))
    }
    var results: [ContentPart] = []
    if parts.isEmpty || chance(50) {
      for index in 0..<count(1...3) {
        var call = ToolCall(id: "call-\(callCount)", name: text(), arguments: #"{"a":1.50}"#)
        callCount += 1
        // Without a signature, Google's word would be put in its place.
        if index == 0 && isThird || chance(30) { call.seal = seal() }
        parts.append(.toolCall(call))
        results.append(.toolResult(ToolResult(callID: call.id, name: call.name, text: text(), isError: chance(20))))
      }
    }
    return [.assistant(parts)] + (results.isEmpty ? [] : [Message(role: .tool, content: results)])
  }
}
