// SPDX-License-Identifier: Apache-2.0

// S26, function calling: words and pieces of a call come in one loop, and can be told apart.

import Spate
import SpateSimulator

enum S26: Sample {
  static let answers: [String: Answer] = [
    "gpt-4": .script(
      Script(
        text: "Let me check.",
        toolCalls: [ToolCall(id: "call_1", name: "get_weather", arguments: #"{"location": "New York City"}"#)]))
  ]

  static let weather = Tool(
    name: "get_weather", description: "Get weather for a location",
    parameters: [
      "type": "object", "properties": ["location": ["type": "string"]], "required": ["location"],
    ])

  static func run(_ client: Client) async throws {
    for try await event in client.stream("What's the weather in NYC?", model: "gpt-4", tools: [weather]) {
      switch event {
      case .text(let delta): print(delta.text, terminator: "")
      case .toolInputStart(let start): print("\n[\(start.name) is called]")
      case .toolInputDelta(let delta): print("[\(delta.arguments)]")
      case .toolCall(let call): print("location: \(call.value?["location"]?.string ?? "nil")")
      default: break
      }
    }
  }
}
