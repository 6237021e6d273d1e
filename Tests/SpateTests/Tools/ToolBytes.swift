// SPDX-License-Identifier: Apache-2.0

import Foundation
import SpateTestSupport
import Testing

@testable import Spate

extension ChatBytes {
  /// A piece of a tool call.
  static func call(_ index: Int, id: String? = nil, name: String? = nil, _ arguments: String = "") -> String {
    var function: JSONObject = ["arguments": .string(arguments)]
    if let name { function["name"] = .string(name) }
    var call: JSONObject = ["index": .number(JSONNumber(index)), "function": .object(function)]
    if let id { call["id"] = .string(id) }
    let chunk: JSONValue = ["choices": [["index": 0, "delta": ["tool_calls": [.object(call)]]]]]
    return "data: \(chunk)\n\n"
  }

  /// A whole answer that calls these tools, each with its arguments; ids are `c0`, `c1`.
  static func calls(_ calls: [(name: String, arguments: String)], text: String = "", finish: String = "tool_calls")
    -> String
  {
    var body = head + (text.isEmpty ? "" : self.text(text))
    for (index, call) in calls.enumerated() {
      body += self.call(index, id: "c\(index)", name: call.name)
      // In pieces, as servers send them.
      for piece in pieces(call.arguments) { body += self.call(index, piece) }
    }
    return body + self.finish(finish) + usage + done
  }

  private static func pieces(_ text: String) -> [String] {
    let middle = text.index(text.startIndex, offsetBy: text.count / 2)
    return [String(text[..<middle]), String(text[middle...])].filter { !$0.isEmpty }
  }
}

extension ScriptedAnswer {
  static func stream(_ body: String) -> ScriptedAnswer { ScriptedAnswer([.head(200), .body(body)]) }
}

/// A client of a scripted network, and what tools note.
struct ToolBench {
  let transport: ScriptedTransport
  let client: Client
  /// What tools did, in order.
  let log = Watched<[String]>([])

  init(
    _ answers: ScriptedAnswer..., recovery: Recovery = .none, timeouts: Timeouts = Timeouts(), budget: Budget? = nil,
    provider: Provider = .compatible(baseURL: "http://localhost/v1")
  ) {
    self.init(recovery: recovery, timeouts: timeouts, budget: budget, provider: provider) { _, number in
      answers[min(number, answers.count - 1)]
    }
  }

  /// With an answer to each request by its number, from 0.
  init(
    recovery: Recovery = .none, timeouts: Timeouts = Timeouts(), budget: Budget? = nil,
    provider: Provider = .compatible(baseURL: "http://localhost/v1"),
    _ answer: @escaping @Sendable (HTTPRequest, Int) -> ScriptedAnswer
  ) {
    transport = ScriptedTransport(answer)
    client = Client(
      provider: provider, timeouts: timeouts, recovery: recovery, budget: budget,
      environment: Environment({ $0.hasSuffix("_API_KEY") ? "test-key" : nil }, date: { 784_111_777 }),
      transport: transport)
  }

  struct Place: Decodable {
    var city: String
    var days: Int?
  }

  /// Answers with the name of the city.
  func weather(_ name: String = "weather") -> ExecutableTool {
    ExecutableTool(name, description: "The weather of a city.") { [log] (place: Place) in
      log.update { $0.append("\(name) \(place.city)") }
      return "18 degrees in \(place.city)"
    }
  }

  func stream(_ tools: [any ModelTool], loop: ToolLoop = ToolLoop(), options: ChatOptions = ChatOptions())
    -> ResponseStream
  {
    client.stream("How is Oslo?", model: "m", tools: tools, loop: loop, options: options)
  }

  /// The JSON of a request, from 0.
  func body(_ number: Int) throws -> JSONValue { try JSONValue(parsing: transport.requests[number].body) }

  /// What the tools answered in a request of OpenAI's shape.
  func toolMessages(_ number: Int) throws -> [JSONValue] {
    try body(number)["messages"]?.array?.filter { $0["role"] == "tool" } ?? []
  }

  static let oslo = ScriptedAnswer.stream(ChatBytes.calls([("weather", #"{"city": "Oslo"}"#)], text: "Let me see."))
  static let done = ScriptedAnswer.stream(ChatBytes.answer("It is 18 ", "degrees."))
}

/// Names of all events, with those of the loop.
func names(_ stream: ResponseStream) async throws -> [String] { try await stream.all().map(loopLabel) }

func loopLabel(_ event: StreamEvent) -> String {
  switch event {
  case .roundStart(let start): "round \(start.number)"
  case .roundFinish(let end): "end \(end.number) \(end.finish.reason.rawValue)"
  case .toolStart(let call): "run \(call.name)"
  case .toolResult(let execution): "\(execution.outcome.rawValue) \(execution.call.name)"
  default: event.label
  }
}
