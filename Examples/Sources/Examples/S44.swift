// SPDX-License-Identifier: Apache-2.0

// S44, tool calls: two at once, each with its id and name once and its arguments in pieces, whole at the end. The same
// with OpenAI and Anthropic. Meant and broken elsewhere: there every piece went to the call that had begun last.

import Spate
import SpateSimulator

enum S44: Sample {
  static let answer = Answer.script(
    Script(
      text: "I will look both up.",
      toolCalls: [
        ToolCall(id: "call_1", name: "get_weather", arguments: #"{"city": "Paris", "days": [1, 2]}"#),
        ToolCall(id: "call_2", name: "get_time", arguments: #"{"city": "Tokyo"}"#),
      ]))
  static let answers: [String: Answer] = ["gpt-4o-mini": answer, "claude-sonnet-4-5": answer]

  static let city: JSONValue = ["type": "object", "properties": ["city": ["type": "string"]]]
  static let tools = [Tool(name: "get_weather", parameters: city), Tool(name: "get_time", parameters: city)]

  static func run(_ client: Client) async throws {
    for model in ["gpt-4o-mini", "claude-sonnet-4-5"] {
      print("\(model): ", terminator: "")
      var pieces: [Int32: String] = [:]
      for try await event in client.stream("How is Paris, and what time is it in Tokyo?", model: model, tools: tools) {
        switch event {
        case .text(let delta): print(delta.text, terminator: "")
        case .toolInputStart(let start): print("\n\(start.index): \(start.id) is \(start.name)", terminator: "")
        case .toolInputDelta(let delta): pieces[delta.index, default: ""] += delta.arguments
        case .toolCall(let call): print("\nTool: \(call.name)(\(call.arguments))", terminator: "")
        default: break
        }
      }
      print("\nIn pieces: \(pieces.sorted { $0.key < $1.key }.map(\.value).joined(separator: " "))")
    }
  }
}
