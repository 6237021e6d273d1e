// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Thoughts among the words, through the client.
@Suite(.timeLimit(.minutes(10))) struct ThinkTagStreamTests {
  private static let words = "<think>17 * 3 is\n51.</think>\n\nIt is 51."

  private func client(_ answer: ScriptedAnswer, profiles: ModelProfiles = ModelProfiles()) -> Client {
    Client(
      provider: .compatible(baseURL: "http://localhost/v1"), profiles: profiles, environment: .fixed([:]),
      transport: ScriptedTransport(answer))
  }

  private var streamed: ScriptedAnswer {
    let events = Self.words.map { word -> String in
      let delta: JSONValue = ["choices": [["index": 0, "delta": ["content": .string(String(word))]]]]
      return "data: \(delta)\n\n"
    }
    let finish = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
    return ScriptedAnswer([.head(200)] + events.map { .body($0) } + [.body(finish)])
  }

  private var whole: ScriptedAnswer {
    let body: JSONValue = [
      "choices": [["index": 0, "message": ["content": .string(Self.words)], "finish_reason": "stop"]]
    ]
    return ScriptedAnswer([.head(200, contentType: "application/json"), .body("\(body)")])
  }

  @Test func D16_streamAndWholeAnswerGiveTheSame() async throws {
    let options = ChatOptions(thinkTags: .standard)
    let stream = try await client(streamed).stream("17 * 3?", model: "m", options: options).response
    let answer = try await client(whole).respond(to: "17 * 3?", model: "m", options: options)
    #expect(stream.text == "It is 51." && stream.reasoning == "17 * 3 is\n51.")
    #expect(answer.text == stream.text && answer.reasoning == stream.reasoning && answer.message == stream.message)
  }

  @Test func withoutBeingAskedNothingIsTouched() async throws {
    let response = try await client(streamed).stream("17 * 3?", model: "m").response
    #expect(response.text == Self.words && response.reasoning.isEmpty)
  }

  @Test func aProfileMaySayIt() async throws {
    let profiles: ModelProfiles = ["m": ModelProfile(thinkTags: .standard)]
    let response = try await client(streamed, profiles: profiles).stream("17 * 3?", model: "m").response
    #expect(response.text == "It is 51." && response.reasoning == "17 * 3 is\n51.")
  }

  /// A cut answer has what was held back, too.
  @Test func C1_aCutAnswerKeepsItsEnd() async throws {
    let body = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a <thi\"}}]}\n\n"
    let error = await #expect(throws: SpateError.self) {
      try await client(ScriptedAnswer([.head(200), .body(body)]))
        .stream("?", model: "m", options: ChatOptions(thinkTags: .standard), recovery: .none).response
    }
    #expect(error?.code == .truncated && error?.partial?.text == "a <thi")
  }
}
