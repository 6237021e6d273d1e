// SPDX-License-Identifier: Apache-2.0

import Spate

/// The code of docs/quick-start.md, as it stands there.
enum QuickStartSnippets {
  static func printing(_ make: () -> Client) async throws -> String {
    func Client() -> Client { make() }
    let client = Client()
    let response = try await client.stream("Tell me a story", model: "gpt-4o").print()
    return response.text
  }

  static func words(_ client: Client) async throws {
    for try await text in client.stream("Tell me a story", model: "gpt-4o").text {
      print(text, terminator: "")
    }
  }

  static func conversation(_ client: Client) async throws -> [Message] {
    let model = client.model("gpt-4o", options: ChatOptions(temperature: 0.9, maxTokens: 500))
    var conversation: [Message] = [.system("Be brief."), .user("Name a colour.")]
    let answer = try await model.stream(conversation).print()
    conversation.append(answer.message)
    conversation.append(.user("Another."))
    try await model.stream(conversation).print()
    return conversation
  }

  static func errors(_ client: Client, _ say: (String) -> Void) async throws {
    func print(_ text: String, terminator: String = "\n") { say(text) }
    let stream = client.stream("Tell me a story", model: "gpt-4o")
    do {
      for try await text in stream.text { print(text, terminator: "") }
    } catch let error as SpateError {
      print("\n\(error)")
      if error.isRetryable { print("try again in \(error.retryAfter ?? .seconds(1))") }
      print("so far: \(error.partial?.text ?? "")")
    }
  }

  static func script(_ client: Client) throws {
    for word in client.stream("Tell me a story", model: "gpt-4o").blocking.text {
      print(try word.get(), terminator: "")
    }
  }

  static func offline() async throws -> String {
    let transport = ScriptedTransport(.text("Once", " upon", " a", " time"))
    let offline = Client(
      provider: .compatible(baseURL: "http://localhost/v1"), environment: .fixed([:]), transport: transport)
    let story = try await offline.stream("Tell me a story", model: "any").response
    return story.text
  }
}
