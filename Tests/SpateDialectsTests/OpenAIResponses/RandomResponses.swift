// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport

/// Requests and answers with everything that OpenAI's Responses have a form for.
struct RandomResponses {
  /// Takes everything, so that nothing is left out.
  static let provider = Provider(
    id: "acme", name: "Acme", baseURL: "https://acme.example/v1", dialect: .openAIResponses, quirks: [.takesTopK])

  private var random: SeededRandom
  private var serial = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func text() -> String {
    let words = ["a", "Grüße", "🙂", "\"\\\n\u{0}\u{1F}", " ", "\u{2028}", "data:", "\u{FEFF}", "e\u{301}", "{}"]
    return (0..<count(1...4)).map { _ in words.randomElement(using: &random) ?? "a" }.joined()
  }

  private mutating func id(_ prefix: String) -> String {
    serial += 1
    return "\(prefix)_\(serial)"
  }

  // MARK: Requests

  mutating func request() -> ChatRequest {
    var messages: [Message] = chance(30) ? [.system(text())] : []
    for _ in 0..<count(1...3) {
      messages.append(chance(70) ? .user(text()) : .user(parts()))
      guard chance(70) else { continue }
      let (turn, results) = turn()
      messages.append(turn)
      if !results.isEmpty { messages.append(Message(role: .tool, content: results)) }
    }
    var options = ChatOptions()
    if chance(30) { options.temperature = 0.5 }
    if chance(30) { options.topP = 0.25 }
    if chance(30) { options.topK = count(1...50) }
    if chance(30) { options.maxTokens = count(1...9999) }
    if chance(30) { options.topLogprobs = count(0...20) }
    if chance(30) { options.logprobs = true }
    if chance(50) { options.reasoning = [.none, .low, .high].randomElement(using: &random) }
    if chance(30) { options.showsReasoning = chance(50) }
    if chance(30) { options.store = true }
    if chance(30) { options.previousResponse = id("resp") }
    if chance(30) { options.isBackground = chance(50) }
    if chance(30) { options.user = text() }
    if chance(30) { options.parallelTools = chance(50) }
    if chance(30) { options.metadata = ["b": text(), "a": text()] }
    if chance(30) { options.responseFormat = .schema(name: "s", ["type": "object"], isStrict: chance(50)) }
    if chance(30) { options.extra["x_new"] = [1, nil, ["a": .string(text())]] }
    let tools: [Tool] = [
      Tool(name: "f", description: text(), isStrict: chance(50) ? true : nil), .custom(name: "c"),
      .provider(["type": "web_search"], dialect: .openAIResponses),
    ]
    if chance(30) { options.toolChoice = [.auto, .required, .tool("c"), .none].randomElement(using: &random) }
    return ChatRequest(model: "m", messages: messages, tools: tools, options: options, isStream: chance(50))
  }

  private mutating func parts() -> [ContentPart] {
    [
      .text(text()), .image(.bytes([1, 2], mediaType: "image/png", detail: "low")),
      .image(.id("file-1")), .file(.url("https://a.example/x", name: text())),
      .file(.bytes([3], mediaType: "application/pdf", name: "x.pdf")), .audio(.bytes([4], mediaType: "audio/wav")),
    ].shuffled(using: &random)
  }

  private mutating func turn() -> (Message, [ContentPart]) {
    var parts: [ContentPart] = []
    var results: [ContentPart] = []
    for _ in 0..<count(1...4) {
      switch count(0...4) {
      case 0:
        let details: JSONValue = [
          "type": "reasoning", "id": .string(id("rs")), "summary": [["type": "summary_text", "text": .string(text())]],
          "encrypted_content": .string(text()),
        ]
        parts.append(
          .reasoning(
            Reasoning(
              text: details["summary"]?[0]?["text"]?.string ?? "",
              seal: Seal(dialect: .openAIResponses, details: details))))
      case 1:
        let seal = Seal(dialect: .openAIResponses, details: ["id": .string(id("msg")), "phase": "commentary"])
        parts.append(.annotated(AnnotatedText(text(), citations: [["type": "url_citation", "url": "u"]], seal: seal)))
      case 2:
        let item: JSONValue = ["type": "web_search_call", "id": .string(id("ws")), "action": ["q": .string(text())]]
        parts.append(
          .providerTool(ProviderTool(id: "", name: "web_search", seal: Seal(dialect: .openAIResponses, details: item))))
      default:
        let call = ToolCall(
          id: id("call"), name: "f", arguments: chance(50) ? #"{"a":1}"# : text() + "x", isCustom: chance(50),
          seal: chance(50) ? Seal(dialect: .openAIResponses, details: ["id": .string(id("fc"))]) : nil)
        parts.append(.toolCall(call))
        results.append(.toolResult(ToolResult(callID: call.id, text: text())))
      }
    }
    return (.assistant(parts), results)
  }

  // MARK: Answers

  /// The events of an answer, as the decoder gives them.
  mutating func events(start: ResponseStart) -> [StreamEvent] {
    var events: [StreamEvent] = [.start(start)]
    var calls: [ToolCall] = []
    var block: Int32 = 0
    for _ in 0..<count(1...5) {
      defer { block += 1 }
      switch count(0...4) {
      case 0:
        var text = ""
        for _ in 0..<count(0...3) {
          let piece = self.text()
          text += piece
          events.append(.reasoning(TextDelta(piece, block: block)))
        }
        let details: JSONValue = [
          "type": "reasoning", "id": .string(id("rs")), "encrypted_content": .string(self.text()),
          "summary": text.isEmpty ? [] : [["type": "summary_text", "text": .string(text)]],
        ]
        events.append(.reasoningDetail(BlockSeal(Seal(dialect: .openAIResponses, details: details), block: block)))
      case 1:
        for _ in 0..<count(1...3) { events.append(.text(TextDelta(text(), block: block))) }
        if chance(50) {
          let native: JSONValue = ["type": "url_citation", "url": "https://a.example", "title": .string(text())]
          events.append(
            .source(
              Source(
                url: "https://a.example", title: native["title"]?.string, native: native, dialect: .openAIResponses,
                block: block)))
        }
        let seal = Seal(dialect: .openAIResponses, details: ["id": .string(id("msg")), "status": "completed"])
        events.append(.textDetail(BlockSeal(seal, block: block)))
      case 2:
        let item: JSONValue = [
          "type": "web_search_call", "id": .string(id("ws")), "status": "completed",
          "action": ["query": .string(text())],
        ]
        let (callID, action) = (item["id"]?.string ?? "", item["action"]?.description)
        events.append(.providerToolStart(ToolInputStart(index: block, id: callID, name: "web_search")))
        events.append(
          .providerTool(
            ProviderTool(
              id: callID, name: "web_search", input: action, seal: Seal(dialect: .openAIResponses, details: item))))
      default:
        let (number, callID) = (Int32(calls.count), id("call"))
        events.append(.toolInputStart(ToolInputStart(index: number, id: callID, name: "f")))
        var arguments = ""
        for piece in [#"{"a":""#, "1", #""}"#] {
          arguments += piece
          events.append(.toolInputDelta(ToolInputDelta(index: number, arguments: piece)))
        }
        let seal = Seal(dialect: .openAIResponses, details: ["id": .string(id("fc")), "status": "completed"])
        calls.append(ToolCall(id: callID, name: "f", arguments: arguments, seal: seal))
      }
    }
    var usage = Usage(input: count(0...99), output: count(50...99), cachedInput: 0, reasoning: count(0...9))
    usage.buckets.uncachedInput = usage.input
    events.append(.usage(usage))
    events += calls.map(StreamEvent.toolCall)
    let reason: FinishReason = calls.isEmpty ? .stop : .toolCalls
    events.append(.finish(Finish(reason: reason, native: "completed")))
    return events
  }
}
