// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// The ways to a value where a provider knows no schemas, schemas of one's own, and answers in one piece.
@Suite(.timeLimit(.minutes(10))) struct TypedModeTests: TypedSuite {
  private static func anthropic(_ input: [String], text: String = "", stop: String = "tool_use") -> ScriptedAnswer {
    var body = """
      event: message_start
      data: {"type":"message_start","message":{"id":"m1","role":"assistant","model":"claude","content":[],"usage":{"input_tokens":5,"output_tokens":1}}}


      """
    var index = 0
    func event(_ type: String, _ fields: JSONObject) {
      var fields = fields
      fields["type"] = .string(type)
      body += "event: \(type)\ndata: \(JSONValue.object(fields))\n\n"
    }
    if !text.isEmpty {
      event("content_block_start", ["index": 0, "content_block": ["type": "text", "text": ""]])
      event("content_block_delta", ["index": 0, "delta": ["type": "text_delta", "text": .string(text)]])
      event("content_block_stop", ["index": 0])
      index = 1
    }
    let number = JSONValue.number(JSONNumber(index))
    event(
      "content_block_start",
      ["index": number, "content_block": ["type": "tool_use", "id": "t1", "name": "answer", "input": [:]]])
    for piece in input {
      event(
        "content_block_delta",
        ["index": number, "delta": ["type": "input_json_delta", "partial_json": .string(piece)]])
    }
    event("content_block_stop", ["index": number])
    event("message_delta", ["delta": ["stop_reason": .string(stop)], "usage": ["output_tokens": 9]])
    event("message_stop", [:])
    return ScriptedAnswer([.head(200), .body(body)])
  }

  @Test func aForcedToolStandsForTheAnswer() async throws {
    let (client, transport) = client(Self.anthropic(characters(Self.json), text: "Here you are."))
    let stream = client.stream("Bread", model: "claude-3-5-sonnet-latest", as: Recipe.self)
    #expect(try await stream.value == Self.bread)
    let body = try sent(transport)
    #expect(body["tool_choice"] == ["type": "tool", "name": "answer"])
    #expect(body["tools"]?[0]?["input_schema"]?["properties"]?["title"]?["type"] == "string")
    // It is the answer's words, and nobody's call to run.
    let response = try await stream.stream.response
    #expect(response.text == Self.json && response.toolCalls.isEmpty && response.finish == .stop)
    #expect(response.reasoning == "Here you are." && response.nativeFinish == "tool_use")
    #expect(response.warnings.map(\.code) == [.outputMode])
  }

  @Test func C9_aForcedToolThatWasStoppedIsNoValue() async throws {
    let (client, _) = client(Self.anthropic([Self.json], stop: "max_tokens"))
    let error = await #expect(throws: SpateError.self) {
      try await client.stream("Bread", model: "claude-3-5-sonnet-latest", as: Recipe.self).value
    }
    #expect(error?.code == .invalidOutput && error?.partial?.outcome == .limited)
  }

  @Test func whereNothingElseGoesTheSchemaIsInThePrompt() async throws {
    let words = ["Sure! In {this} form:\n\n``", "`json\n", Self.json, "\n```\nEnjoy {your} bread."]
    let (client, transport) = client(answer(words))
    let stream = client.stream("Bread", model: "deepseek-reasoner", as: Recipe.self)
    #expect(try await stream.value == Self.bread)
    let body = try sent(transport)
    #expect(body["messages"]?[0]?["role"] == "system" && body["tools"] == nil)
    #expect(body["messages"]?[0]?["content"]?.string?.contains("\"minutes\"") == true)
    #expect(try await stream.stream.response.warnings.map(\.code) == [.outputMode])
  }

  @Test func theModeCanBeChosen() async throws {
    let (client, transport) = client(answer([Self.json]))
    #expect(
      try await client.stream("Bread", model: "gpt-4o", as: Recipe.self, mode: .prompted).value == Self.bread)
    #expect(try sent(transport)["response_format"]?["type"] == "json_object")
  }

  @Test func anyOtherSchemaOrShape() async throws {
    let schema: JSONValue = ["type": "array", "items": ["$ref": "#/$defs/Word"], "$defs": ["Word": ["type": "string"]]]
    let (client, transport) = client(answer([#"{"value": ["a"]}"#]))
    let stream = client.stream("?", model: "gpt-4o", as: JSONValue.self, schema: schema)
    #expect(try await stream.value == ["a"])
    let sent = try sent(transport)["response_format"]?["json_schema"]?["schema"]
    #expect(sent?["$defs"]?["Word"]?["type"] == "string" && sent?["properties"]?["value"]?["$defs"] == nil)
  }

  @Test func typesWithoutASchemaAreRefusedByTheFirstRead() async throws {
    struct Loop: Decodable, Sendable { var next: [Loop] }
    let (client, transport) = client(answer(["{}"]))
    let error = await #expect(throws: SpateError.self) {
      try await client.stream("?", model: "gpt-4o", as: Loop.self).value
    }
    #expect(error?.code == .badRequest && transport.requests.isEmpty)
  }

  // MARK: In one piece

  private func whole(_ text: String) -> ScriptedAnswer {
    let body: JSONValue = [
      "id": "c1", "choices": [["index": 0, "message": ["content": .string(text)], "finish_reason": "stop"]],
    ]
    return ScriptedAnswer([.head(200, contentType: "application/json"), .body("\(body)")])
  }

  @Test func aWholeAnswerIsMendedOnRequest() async throws {
    let (client, transport) = client(whole(#"{"title": "Bread"}"#), whole(Self.json))
    let answer = try await client.respond(to: "Bread", model: "gpt-4o", as: Recipe.self, repairs: 1)
    #expect(answer.value == Self.bread && transport.requests.count == 2)
    let messages = try sent(transport)["messages"]?.array
    #expect(messages?.count == 3 && messages?[1]["content"] == .string(#"{"title": "Bread"}"#))
    #expect(messages?[2]["content"]?.string?.contains("steps") == true)
  }

  @Test func withoutRepairsItThrows() async throws {
    let (client, transport) = client(whole(#"{"title": "Bread"}"#), whole(Self.json))
    let error = await #expect(throws: SpateError.self) {
      try await client.respond(to: "Bread", model: "gpt-4o", as: Recipe.self)
    }
    #expect(error?.code == .invalidOutput && transport.requests.count == 1)
  }
}
