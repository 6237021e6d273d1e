// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

@Suite(.timeLimit(.minutes(10))) struct TypedStreamTests {
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

  static let json = #"{"title": "Bread", "minutes": 90, "steps": ["Mix", "Bake"]}"#
  static let bread = Recipe(title: "Bread", minutes: 90, steps: ["Mix", "Bake"])

  private func client(_ answers: ScriptedAnswer...) -> (Client, ScriptedTransport) {
    let transport = ScriptedTransport { _, number in answers[min(number, answers.count - 1)] }
    let keys = ["OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k", "DEEPSEEK_API_KEY": "k"]
    return (Client(recovery: .none, environment: .fixed(keys), transport: transport), transport)
  }

  private func sent(_ transport: ScriptedTransport) throws -> JSONValue {
    try JSONValue(parsing: try #require(transport.requests.last).body)
  }

  /// An answer in OpenAI's shape, a piece an event and each in a read of its own.
  private func answer(_ pieces: [String], finish: String? = "stop", pace: Duration = .zero) -> ScriptedAnswer {
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

  private func characters(_ text: String) -> [String] { text.map(String.init) }

  // MARK: Native

  @Test func theValueOfAWholeAnswer() async throws {
    let (client, transport) = client(answer(characters(Self.json)))
    let stream = client.stream("Bread", model: "gpt-4o", as: Recipe.self)
    #expect(try await stream.value == Self.bread)
    // Again, from the same run.
    #expect(try await stream.response.response.text == Self.json && transport.requests.count == 1)
    let format = try sent(transport)["response_format"]
    #expect(format?["type"] == "json_schema" && format?["json_schema"]?["strict"] == true)
    let schema = format?["json_schema"]?["schema"]
    #expect(schema?["properties"]?["title"]?["type"] == "string" && schema?["additionalProperties"] == false)
    #expect(try await stream.stream.response.warnings == [])
  }

  @Test func draftsGrow() async throws {
    let (client, _) = client(answer(characters(Self.json), pace: .milliseconds(1)))
    let stream = client.stream("Bread", model: "gpt-4o", as: Recipe.self)
    var drafts: [Recipe.Partial] = []
    for try await draft in stream.partials { drafts.append(draft) }
    // Scripted pieces may come at once: how drafts grow piece by piece is PartialReader's matter.
    #expect(!drafts.isEmpty)
    #expect(drafts.last == Recipe.Partial(title: "Bread", minutes: 90, steps: ["Mix", "Bake"]))
    #expect(drafts.allSatisfy { "Bread".hasPrefix($0.title ?? "") && ($0.minutes ?? 90) == 90 })
    #expect(try await stream.value == Self.bread)
  }

  /// A type with required fields is its own draft once they are there.
  @Test func draftsOfTheTypeItself() async throws {
    struct Note: Decodable, Equatable, Sendable { var text: String }
    let (client, _) = client(answer([#"{"te"#, #"xt": "a"#, #"b"}"#]))
    var drafts: [Note] = []
    for try await draft in client.stream("?", model: "gpt-4o", as: Note.self).partials { drafts.append(draft) }
    #expect(drafts.last == Note(text: "ab") && drafts.allSatisfy { "ab".hasPrefix($0.text) })
  }

  @Test func elementsComeAsTheyClose() async throws {
    struct Step: Decodable, Equatable, Sendable { var text: String }
    let (client, transport) = client(answer(characters(#"{"value": [{"text": "Mix"}, {"text": "Bake"}]}"#)))
    var steps: [Step] = []
    let stream = client.stream("Bread", model: "gpt-4o", as: [Step].self)
    for try await step in stream.elements(of: Step.self) { steps.append(step) }
    #expect(steps == [Step(text: "Mix"), Step(text: "Bake")])
    #expect(try await stream.value == steps)
    // An array can not be the top of a schema: it goes as a member of an object.
    let schema = try sent(transport)["response_format"]?["json_schema"]?["schema"]
    #expect(schema?["type"] == "object" && schema?["properties"]?["value"]?["type"] == "array")
  }

  @Test func scalarsAreWrapped() async throws {
    let (client, _) = client(answer([#"{"value": 42}"#]))
    #expect(try await client.stream("6 * 7?", model: "gpt-4o", as: Int.self).value == 42)
  }

  @Test func elementsOfAField() async throws {
    let (client, _) = client(answer(characters(Self.json)))
    var steps: [String] = []
    let stream = client.stream("Bread", model: "gpt-4o", as: Recipe.self)
    for try await step in stream.elements(of: String.self, at: "steps") { steps.append(step) }
    #expect(steps == ["Mix", "Bake"])
  }

  @Test func aStringFieldPieceByPiece() async throws {
    let (client, _) = client(answer([#"{"title": "Br\u00"#, #"e9ad \ud83d"#, #"\ude00!", "steps": []}"#]))
    var pieces: [String] = []
    for try await piece in client.stream("?", model: "gpt-4o", as: Recipe.self).text(at: "title") {
      pieces.append(piece)
    }
    #expect(pieces == ["Br", "éad ", "😀!"])
  }

  // MARK: C9

  private func failure(_ finish: String?, _ text: String = json) async throws -> SpateError? {
    let (client, _) = client(answer([text], finish: finish))
    let stream = client.stream("Bread", model: "gpt-4o", as: Recipe.self)
    return await #expect(throws: SpateError.self) { try await stream.value }
  }

  @Test func C9_onlyACompleteAnswerHasAValue() async throws {
    let limited = try await failure("length")
    #expect(limited?.code == .invalidOutput && limited?.partial?.outcome == .limited)
    #expect(limited?.partial?.text == Self.json)
    let filtered = try await failure("content_filter")
    #expect(filtered?.code == .invalidOutput && filtered?.partial?.outcome == .filtered)
    let cut = try await failure(nil)
    #expect(cut?.code == .truncated && cut?.partial?.text == Self.json)
  }

  @Test func C9_aRefusalIsNoValue() async throws {
    let body = """
      data: {"choices":[{"index":0,"delta":{"refusal":"No bread here."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n
      """
    let (client, _) = client(ScriptedAnswer([.head(200), .body(body)]))
    let error = await #expect(throws: SpateError.self) {
      try await client.stream("Bread", model: "gpt-4o", as: Recipe.self).value
    }
    #expect(error?.code == .invalidOutput && error?.partial?.refusal == "No bread here.")
  }

  @Test func whatDoesNotFitSaysWhere() async throws {
    let error = try await failure("stop", #"{"title": "Bread", "minutes": null, "steps": ["Mix", 2]}"#)
    #expect(error?.code == .invalidOutput && error?.message.contains("steps") == true)
    let words = try await failure("stop", "I would rather not.")
    #expect(words?.code == .invalidOutput && words?.partial?.text == "I would rather not.")
    let open = try await failure("stop", #"{"title": "Bread", "steps": ["#)
    #expect(open?.code == .invalidOutput)
  }

  @Test func C9_elementsOfACutAnswerComeBeforeTheError() async throws {
    for (finish, code) in [(nil, .truncated), ("length", .invalidOutput)] as [(String?, SpateError.Code)] {
      let (client, _) = client(answer(characters(#"{"title": "B", "steps": ["Mix", "Ba"#), finish: finish))
      var steps: [String] = []
      let stream = client.stream("Bread", model: "gpt-4o", as: Recipe.self)
      let error = await #expect(throws: SpateError.self) {
        for try await step in stream.elements(of: String.self, at: "steps") { steps.append(step) }
      }
      #expect(steps == ["Mix"] && error?.code == code)
    }
  }

  @Test func anElementThatDoesNotFitEndsTheStream() async throws {
    let (client, _) = client(answer([#"{"title": "B", "steps": ["Mix", 2, "Bake"]}"#]))
    var steps: [String] = []
    let stream = client.stream("Bread", model: "gpt-4o", as: Recipe.self)
    let error = await #expect(throws: SpateError.self) {
      for try await step in stream.elements(of: String.self, at: "steps") { steps.append(step) }
    }
    #expect(steps == ["Mix"] && error?.code == .invalidOutput)
  }

  // MARK: Other ways

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
