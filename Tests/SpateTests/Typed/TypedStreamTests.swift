// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// A stream whose answer is a value: its drafts, its elements, and which answers have none.
@Suite(.timeLimit(.minutes(10))) struct TypedStreamTests: TypedSuite {
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
}
