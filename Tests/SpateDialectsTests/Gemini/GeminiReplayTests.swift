// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// A turn goes back as it came: parts, order, and every opaque byte.
@Suite struct GeminiReplayTests {
  /// The parts of a turn, read and sent back.
  private func replayed(_ parts: [String], model: String = "gemini-2.5-flash") throws -> [JSONValue] {
    let answer = Gemini.read(parts.map { Gemini.chunk($0) } + [Gemini.stop()]).answer
    let whole = Gemini.read(Gemini.chunk(parts.joined(separator: ","), finish: "\"STOP\"")).answer
    #expect(answer.message == whole.message)
    return try Gemini.parts(["Hello", answer.message], at: 1, model: model)
  }

  private func values(_ parts: [String]) throws -> [JSONValue] { try parts.map { try JSONValue(parsing: $0) } }

  @Test func N1_N12_everyPartGoesBackAsItCame() throws {
    let parts = [
      #"{"text":"I think","thought":true}"#, #"{"text":"more","thought":true,"thoughtSignature":"QUJD/+=="}"#,
      #"{"text":"Words."}"#, #"{"functionCall":{"name":"f","args":{"x":1.50,"y":"ü"}},"thoughtSignature":"c2lnMQ=="}"#,
      #"{"functionCall":{"name":"f","args":{"x":2},"id":"u959pftr"}}"#, #"{"text":"","thoughtSignature":"c2lnMg=="}"#,
      #"{"text":"after"}"#, #"{"executableCode":{"language":"PYTHON","code":"1"},"thoughtSignature":"c2lnMw=="}"#,
      #"{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1\n"}}"#,
      #"{"toolCall":{"toolType":"X","args":{},"id":"t"},"thoughtSignature":"c2lnNA=="}"#,
      #"{"inlineData":{"mimeType":"image/png","data":"AQID"},"thoughtSignature":"c2lnNQ=="}"#,
      #"{"hologram":{"depth":3},"thoughtSignature":"c2lnNg=="}"#, #"{"thoughtSignature":"c2lnNw=="}"#,
      #"{"text":"mark","partMetadata":{"k":"v"}}"#,
    ]
    #expect(try replayed(parts) == values(parts))
  }

  @Test func callsAlone() throws {
    let parts = [
      #"{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"}"#,
      #"{"functionCall":{"name":"g","args":{"a":[1]}}}"#,
    ]
    #expect(try replayed(parts, model: "gemini-3-flash-preview") == values(parts))
  }

  @Test func thoughtsAlone() throws {
    let parts = [#"{"text":"hm","thought":true}"#]
    #expect(try replayed(parts) == values(parts))
    let withCall = parts + [#"{"functionCall":{"name":"f","args":{}}}"#]
    #expect(try replayed(withCall) == values(withCall))
    let marked = [#"{"text":"","thought":true,"partMetadata":{"k":"v"}}"#]
    #expect(try replayed(marked) == values(marked))
  }

  @Test func D22_idsOfOursAreMappedBack() throws {
    let parts = [#"{"functionCall":{"name":"f","args":{}}}"#, #"{"functionCall":{"name":"g","args":{},"id":"real"}}"#]
    let turn = Gemini.read([Gemini.chunk(parts.joined(separator: ",")), Gemini.stop()]).answer.message
    let results = turn.toolCalls.map { Message.toolResult(id: $0.id, "done \($0.name)") }
    let sent = try Gemini.parts(["Hello", turn] + results, at: 2)
    #expect(
      sent == [
        ["functionResponse": ["name": "f", "response": ["output": "done f"]]],
        ["functionResponse": ["name": "g", "id": "real", "response": ["output": "done g"]]],
      ])
  }

  @Test func foreignSealsStayBehindWithAWarning() throws {
    let turn: Message = .assistant([
      .reasoning(Reasoning(text: "hm", signature: "x", dialect: .anthropic)), .reasoning(Reasoning(text: "plain")),
      .annotated(AnnotatedText("words", citations: [1], seal: Seal(dialect: .anthropic, signature: "y"))),
      .toolCall(ToolCall(id: "a", name: "f", arguments: "{}", seal: Seal(dialect: .anthropic, details: ["caller": 1]))),
      .providerTool(ProviderTool(id: "b", name: "web_search", seal: Seal(dialect: .anthropic, details: [:]))),
      .native(NativePart(dialect: .anthropic, type: "x", value: [:])),
    ])
    let request = ChatRequest(model: "gemini-2.5-flash", messages: ["Hello", turn])
    let encoded = try GeminiDialect().encode(request, for: Gemini.provider)
    let parts: JSONValue = [["text": "words"], ["functionCall": ["name": "f", "args": [:]]]]
    #expect(try JSONValue(parsing: encoded.body)["contents"]?[1]?["parts"] == parts)
    #expect(encoded.warnings.count == 5 && encoded.warnings.allSatisfy { $0.code == .unsupportedOption })
  }

  @Test func N12_callsOfOthersGetGooglesWordOnlyWhereNoneIsSigned() throws {
    func turn(_ signature: String?) -> Message {
      .assistant([
        .toolCall(ToolCall(id: "a", name: "f", arguments: "{}")),
        .toolCall(
          ToolCall(
            id: "b", name: "g", arguments: "{}", seal: signature.map { Seal(dialect: .gemini, signature: $0) })),
      ])
    }
    func signatures(_ signature: String?, _ model: String) throws -> [JSONValue?] {
      try Gemini.parts(["Hello", turn(signature)], at: 1, model: model).map { $0["thoughtSignature"] }
    }
    #expect(try signatures(nil, "gemini-3-pro-preview") == ["skip_thought_signature_validator", nil])
    #expect(try signatures("c2ln", "gemini-3-pro-preview") == [nil, "c2ln"])
    #expect(try signatures(nil, "gemini-2.5-pro") == [nil, nil])
  }
}
