// SPDX-License-Identifier: Apache-2.0

import Spate

/// The code of docs/reasoning.md.
enum ReasoningSnippets {
  static func dim(_ text: String) { print("(\(text))", terminator: "") }

  static func thinking(_ client: Client) async throws {
    let options = ChatOptions(reasoning: .high)
    for try await event in client.stream("What is 17 * 3?", model: "claude-sonnet-4-5", options: options) {
      switch event {
      case .reasoning(let delta): dim(delta.text)
      case .text(let delta): print(delta.text, terminator: "")
      default: break
      }
    }
  }

  static func tools(_ client: Client, _ weather: Tool, _ options: ChatOptions) async throws -> Response {
    var talk = Conversation(["What is the weather in Oslo?"])
    let answer = try await client.stream(talk, model: "claude-sonnet-4-5", tools: [weather], options: options).response
    talk.append(answer)
    for call in talk.openCalls { talk.answer(call, "7 degrees, rain") }
    let last = try await client.stream(talk, model: "claude-sonnet-4-5", tools: [weather], options: options).response
    return last
  }

  static func tags(_ client: Client) async throws {
    let local = client.model("deepseek-r1", options: ChatOptions(thinkTags: .standard))
    let response = try await local.stream("What is 17 * 3?").response
    print(response.reasoning, response.text)
  }
}
