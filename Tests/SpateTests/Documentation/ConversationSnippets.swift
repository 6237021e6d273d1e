// SPDX-License-Identifier: Apache-2.0

import Foundation
import Spate

/// The code of docs/conversations.md.
enum ConversationSnippets {
  static func talking(_ client: Client) async throws -> Conversation {
    let model = client.model("m")
    var talk = Conversation(system: "Answer in one line.")
    talk.append("How high is the Zugspitze?")
    talk.append(try await model.stream(talk).response)
    talk.append("And in feet?")
    return talk
  }

  static func tools(_ client: Client, _ start: Conversation) async throws -> Conversation {
    let model = client.model("m")
    let weather = Tool(name: "weather", description: "The weather of a city.")
    var talk = start
    let answer = try await model.stream(talk, tools: [weather]).response
    talk.append(answer)
    for call in talk.openCalls {
      talk.answer(call, call.name == "weather" ? "18 degrees" : "no such tool", isError: call.name != "weather")
    }
    return talk
  }

  static func saved(_ talk: Conversation) throws -> Conversation {
    let data = try JSONEncoder().encode(talk)
    let again = try JSONDecoder().decode(Conversation.self, from: data)
    return again
  }

  static func moved(_ bytes: [UInt8]) throws -> [UInt8] {
    let imported = try Conversation.imported(bytes, from: .openAIChat)
    for warning in imported.warnings { print(warning.message) }
    let exported = try imported.conversation.exported(as: .anthropic)
    for warning in exported.warnings { print(warning.message) }
    let json = exported.json
    return json
  }
}
