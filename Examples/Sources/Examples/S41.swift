// SPDX-License-Identifier: Apache-2.0

// S41, a delta: role, words, tool calls and thoughts, each only where it is new.

import Spate
import SpateSimulator

enum S41: Sample {
  static let answers: [String: Answer] = [
    "gpt-4o": .script(
      Script(
        text: "It is late.", reasoning: "Where is the user?",
        toolCalls: [ToolCall(id: "call_1", name: "get_time", arguments: #"{"zone":"UTC"}"#)]))
  ]

  static func run(_ client: Client) async throws {
    for try await chunk in client.stream("What time is it?", model: "gpt-4o").openAI {
      guard let delta = chunk.choices.first?.delta else { continue }
      if let role = delta.role { print("role: \(role)") }
      if let reasoning = delta.reasoning { print("reasoning: \(reasoning)") }
      if let content = delta.content { print("content: \(content)") }
      for call in delta.toolCalls {
        print("call \(call.index): \(call.id ?? "") \(call.name ?? "") \(call.arguments)")
      }
    }
  }
}
