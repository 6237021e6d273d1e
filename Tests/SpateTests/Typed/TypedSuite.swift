// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// What the suites of typed answers share: what is asked for, scripted answers, and what was sent.
protocol TypedSuite {}

extension TypedSuite {
  static var json: String { #"{"title": "Bread", "minutes": 90, "steps": ["Mix", "Bake"]}"# }
  static var bread: Recipe { Recipe(title: "Bread", minutes: 90, steps: ["Mix", "Bake"]) }

  func client(_ answers: ScriptedAnswer...) -> (Client, ScriptedTransport) {
    let transport = ScriptedTransport { _, number in answers[min(number, answers.count - 1)] }
    let keys = ["OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k", "DEEPSEEK_API_KEY": "k"]
    return (Client(recovery: .none, environment: .fixed(keys), transport: transport), transport)
  }

  func sent(_ transport: ScriptedTransport) throws -> JSONValue {
    try JSONValue(parsing: try #require(transport.requests.last).body)
  }

  /// An answer in OpenAI's shape, a piece an event and each in a read of its own.
  func answer(_ pieces: [String], finish: String? = "stop", pace: Duration = .zero) -> ScriptedAnswer {
    var steps: [ScriptedAnswer.Step] = [.head(200)]
    for piece in pieces {
      if pace > .zero { steps.append(.pause(pace)) }
      let delta: JSONValue = ["choices": [["index": 0, "delta": ["content": .string(piece)]]]]
      steps.append(.body("data: \(delta)\n\n"))
    }
    if let finish {
      steps.append(.body("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"\(finish)\"}]}\n\n"))
      steps.append(.body("data: [DONE]\n\n"))
    }
    return ScriptedAnswer(steps)
  }

  func characters(_ text: String) -> [String] { text.map(String.init) }
}

/// What is asked for.
struct Recipe: PartiallyDecodable, Equatable, Sendable {
  var title: String
  var minutes: Int?
  var steps: [String]

  struct Partial: Decodable, Equatable, Sendable {
    var title: String?
    var minutes: Int?
    var steps: [String]?
  }
}
