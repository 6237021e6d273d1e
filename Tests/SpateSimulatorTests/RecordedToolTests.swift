// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import SpateTestSupport
import Testing

/// Recorded answers that call tools, as the first round of a loop whose second is words.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Captures.isPresent, "there is no ../shared/captures"))
struct RecordedToolTests {
  /// A call that a recording holds.
  struct Expected: Hashable, CustomStringConvertible {
    var id: String?
    var name: String
    /// As compact JSON, or free text.
    var arguments: String

    var description: String { "\(name)(\(arguments)) \(id ?? "without an id")" }

    init(_ call: JSONValue) {
      id = call["id"]?.string
      name = call["name"]?.string ?? ""
      arguments = call["arguments_raw"]?.string ?? (call["arguments"] ?? [:]).sorted.description
    }

    init(_ call: ToolCall) {
      id = call.id
      name = call.name
      arguments = call.isCustom ? call.arguments : call.value?.sorted.description ?? call.arguments
    }
  }

  /// The streams of a dialect that call tools of the caller's.
  private static func captures(of dialect: DialectID) throws -> [Captures.Capture] {
    try Captures.streams(of: dialect.rawValue).filter { capture in
      let calls = capture.expect["tool_calls"]?.array ?? []
      // Run by the provider, whatever these two say (decision 0007).
      return !calls.isEmpty && !calls.contains { $0["name"] == "nova_grounding" }
    }
  }

  private static func tools(of capture: Captures.Capture, ran: Ran) -> [ExecutableTool] {
    var tools: [String: ExecutableTool] = [:]
    for call in capture.expect["tool_calls"]?.array ?? [] {
      let name = call["name"]?.string ?? ""
      let isCustom = call["custom"]?.bool == true
      let definition = isCustom ? Tool.custom(name: name) : Tool(name: name, parameters: ["type": "object"])
      tools[name] = ExecutableTool(definition) { call in
        ran.calls.update { $0.append(Expected(call)) }
        return .text("result of \(call.name)")
      }
    }
    return Array(tools.values)
  }

  final class Ran: Sendable {
    let calls = Monitor<[Expected]>([])
  }

  /// Every text of a request.
  private static func texts(_ value: JSONValue) -> Set<String> {
    switch value {
    case .string(let text): [text]
    case .array(let list): list.reduce(into: []) { $0.formUnion(texts($1)) }
    case .object(let object): object.members.reduce(into: []) { $0.formUnion(texts($1.value)) }
    default: []
    }
  }

  /// What the provider wants back and nobody can read, found in its own events by the names of fields.
  private static func seals(in native: [JSONValue]) -> Set<String> {
    var seals: Set<String> = []
    var pieces: [Int: String] = [:]
    for event in native {
      if event["delta"]?["type"] == "signature_delta", let index = event["index"]?.int {
        pieces[index, default: ""] += event["delta"]?["signature"]?.string ?? ""
      }
      if event["type"] == "response.output_item.done", let text = event["item"]?["encrypted_content"]?.string {
        seals.insert(text)
      }
      for candidate in event["candidates"]?.array ?? [] {
        for part in candidate["content"]?["parts"]?.array ?? [] {
          if let text = part["thoughtSignature"]?.string { seals.insert(text) }
        }
      }
    }
    seals.formUnion(pieces.values)
    return seals.filter { !$0.isEmpty }
  }

  /// How many recordings each dialect has at least, so that none passes for want of them.
  @Test(
    arguments: [
      (DialectID.openAIChat, 60), (.openAIResponses, 20), (.anthropic, 19), (.gemini, 15), (.mistral, 3), (.cohere, 3),
      (.bedrockConverse, 7), (.bedrockInvokeAnthropic, 5),
    ] as [(DialectID, Int)])
  func T1_T8_recordedCallsRunOnceWithTheirArguments(_ dialect: DialectID, _ atLeast: Int) async throws {
    let captures = try Self.captures(of: dialect)
    #expect(captures.count >= atLeast)
    var answers: [String: Answer] = [:]
    for capture in captures {
      let recording = Recording(body: capture.body, status: capture.status, contentType: capture.contentType)
      answers[capture.file] = .series([.recording(recording), .script(Script(text: "Done."))])
    }
    let simulator = try Simulator(answers: answers)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    let isOpenAI = dialect.rawValue.hasPrefix("openai-")
    let provider = Provider(
      id: "any", name: "any", baseURL: isOpenAI ? simulator.baseURL : simulator.origin, dialect: dialect,
      quirks: [.replaysReasoningContent, .replaysReasoningDetails, .replaysExtraContent])
    let client = Client(provider: provider, recovery: .none, environment: .fixed([:]), transport: transport)
    var loops = 0
    var seals = 0
    for capture in captures {
      let ran = Ran()
      let tools = Self.tools(of: capture, ran: ran)
      // Providers run their own tools by any name; ours have usual ones.
      guard tools.allSatisfy({ $0.problem == nil }) else { continue }
      let before = simulator.requestCount
      let stream = client.model(capture.file).stream("Hi", tools: tools).includingNative()
      var native: [JSONValue] = []
      var round = 1
      do {
        for try await event in stream {
          if case .roundStart(let start) = event { round = start.number }
          if round == 1, case .native(let event) = event, let value = event.json { native.append(value) }
        }
      } catch {
        // An answer that is cut or that failed runs nothing.
        #expect(ran.calls.now.isEmpty, "\(capture.file): \(error)")
        continue
      }
      let expected = (capture.expect["tool_calls"]?.array ?? []).filter {
        $0["custom"]?.bool == true || $0["arguments"] != nil
      }
      let partial = stream.snapshot
      let answer = partial.rounds.first ?? partial
      guard answer.outcome == .complete else {
        #expect(ran.calls.now.isEmpty, "\(capture.file)")
        continue
      }
      loops += 1
      func arguments(_ calls: [Expected]) -> [String] { calls.map { "\($0.name) \($0.arguments)" }.sorted() }
      let isSame = arguments(ran.calls.now) == arguments(expected.map(Expected.init))
      #expect(isSame, "\(capture.file): \(ran.calls.now), not \(expected)")
      #expect(partial.text == "Done." && simulator.requestCount == before + 2, "\(capture.file): \(partial.text)")
      let texts = Self.texts(try JSONValue(parsing: try #require(simulator.requests.last).body))
      for call in expected {
        // Ollama and some Gemini calls have none.
        if let id = call["id"]?.string, !id.isEmpty { #expect(texts.contains(id), "\(capture.file): \(id)") }
      }
      for seal in Self.seals(in: native) {
        seals += 1
        #expect(texts.contains(seal), "\(capture.file): \(seal.prefix(60))")
      }
      for result in answer.toolResults where dialect != .ollama {
        let words = result.result.content.compactMap(\.words).joined()
        #expect(texts.contains { $0.contains(words) }, "\(capture.file): \(words)")
      }
    }
    #expect(loops >= atLeast * 3 / 4, "\(loops) loops")
    if [.anthropic, .gemini, .openAIResponses].contains(dialect) { #expect(seals > 0) }
  }

  /// Cut anywhere, a recording either ends as an answer or runs nothing.
  @Test(arguments: [
    DialectID.openAIChat, .openAIResponses, .anthropic, .gemini, .mistral, .cohere, .bedrockConverse,
  ])
  func T8_cutRecordingsRunNothing(_ dialect: DialectID) async throws {
    var random = SeededRandom(seed: Captures.seed)
    let provider = Provider(id: "any", name: "any", baseURL: "http://localhost/v1", dialect: dialect)
    var cuts = 0
    for capture in try Self.captures(of: dialect) {
      for _ in 0..<8 {
        let length = Int.random(in: 1..<capture.body.count, using: &random)
        let ran = Ran()
        let tools = Self.tools(of: capture, ran: ran)
        guard tools.allSatisfy({ $0.problem == nil }) else { break }
        let head = HTTPHead(status: 200, fields: ["Content-Type": capture.contentType])
        let transport = ScriptedTransport(
          ScriptedAnswer([
            .head(head), .body(Array(capture.body[..<length])), .failure(TransportError(.truncated, "cut")),
          ]))
        let client = Client(provider: provider, recovery: .none, environment: .fixed([:]), transport: transport)
        do {
          _ = try await client.stream("Hi", model: "m", tools: tools, loop: ToolLoop(maxRounds: 2)).response
        } catch let error as SpateError where (error.partial?.rounds ?? []).isEmpty {
          cuts += 1
          #expect(ran.calls.now.isEmpty, "\(capture.file) cut at \(length), seed \(Captures.seed)")
        } catch {
          // The first round was whole; its second got the same bytes.
        }
      }
    }
    #expect(cuts > 5, "\(cuts) cuts")
  }
}

extension JSONValue {
  /// With the keys of all objects in order, for comparing texts.
  fileprivate var sorted: JSONValue {
    switch self {
    case .array(let list): .array(list.map(\.sorted))
    case .object(let object):
      .object(JSONObject(object.members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted) }))
    case .number(let number): number.double.flatMap(JSONNumber.init).map(JSONValue.number) ?? self
    default: self
    }
  }
}
