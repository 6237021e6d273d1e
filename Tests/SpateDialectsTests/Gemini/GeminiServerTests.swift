// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// The server's side: paths, requests from bytes, answers to bytes, and back.
@Suite struct GeminiServerTests {
  private static let start = ResponseStart(id: "r1", model: "m")

  /// The server as it answers this path.
  static func server(_ path: String) throws -> any ServerDialect {
    let mark = path.firstIndex(of: "?") ?? path.endIndex
    let query = mark < path.endIndex ? String(path[path.index(after: mark)...]) : nil
    let request = ServedRequest(path: String(path[..<mark]), query: query, body: [])
    return try #require(Dialects.builtIn.server(for: request))
  }

  static let sse = "/v1beta/models/m:streamGenerateContent?alt=sse"
  static let array = "/v1beta/models/m:streamGenerateContent"

  static func read(_ path: String, _ body: String) throws -> ChatRequest {
    let mark = path.firstIndex(of: "?") ?? path.endIndex
    return try server(path).read(ServedRequest(path: String(path[..<mark]), body: Array(body.utf8)))
  }

  /// The bytes of a stream of these events.
  static func bytes(_ events: [StreamEvent], at path: String, request: ChatRequest? = nil) throws -> [UInt8] {
    var writer = try server(path).writer(
      for: request ?? ChatRequest(model: "m", messages: ["a"]), start: Self.start)
    return events.flatMap { writer.bytes(of: $0) }
  }

  // MARK: Paths

  @Test func pathsOfBothServices() throws {
    let hello = #"{"contents":[{"parts":[{"text":"hi"}]}]}"#
    let vertex = "/v1/projects/p/locations/l/publishers/google/models/gemini-x"
    for (path, model, isStream) in [
      ("/v1beta/models/gemini-x:generateContent", "gemini-x", false),
      ("/v1beta/models/gemini-x:streamGenerateContent?alt=sse", "gemini-x", true),
      ("/v1/models/a%2Fb%20c%3AstreamGenerateContent", "a/b c", true),
      ("\(vertex):generateContent", "gemini-x", false), ("\(vertex):streamGenerateContent", "gemini-x", true),
      ("/v1beta/tunedModels/t:generateContent", "t", false),
    ] {
      let request = try Self.read(path, hello)
      #expect(request == ChatRequest(model: model, messages: ["hi"], isStream: isStream), "\(path)")
    }
    #expect(try Self.server(Self.sse).streamType == "text/event-stream")
    #expect(try Self.server(Self.array).streamType == "application/json")
    for path in ["/v1beta/models/m", "/v1beta/models/:generateContent", "/v1beta/m:generateContent"] {
      #expect(Dialects.builtIn.server(for: ServedRequest(path: path, body: [])) == nil, "\(path)")
    }
  }

  @Test func listOfModels() throws {
    let request = ServedRequest(method: "GET", path: "/v1beta/models", query: "pageSize=9", body: [])
    let server = try #require(Dialects.builtIn.modelServer(for: request))
    let body = server.modelList([ModelInfo(id: "x", name: "X", contextLength: 5)], for: request)
    #expect(try GeminiDialect().decodeModelList(body).models.map(\.id) == ["x"])
    let openAI = ServedRequest(method: "GET", path: "/v1/models", body: [])
    #expect(Dialects.builtIn.modelServer(for: openAI)?.idPrefix == "chatcmpl-")
    let byKey = ServedRequest(method: "GET", path: "/v1/models", fields: ["x-goog-api-key": "k"], body: [])
    #expect(Dialects.builtIn.modelServer(for: byKey)?.idPrefix == "")
  }

  // MARK: Requests

  @Test func otherSpellings() throws {
    let request = try Self.read(
      Self.sse,
      #"{"system_instruction":{"parts":{"text":"s"}},"contents":{"role":"user","parts":[{"inline_data":{"mime_type":"image/png","#
        + #""data":"AQID"}},"bare"]},"generation_config":{"max_output_tokens":5,"stop_sequences":["x"]}}"#)
    #expect(
      request.messages == [.system("s"), .user([.image(.bytes([1, 2, 3], mediaType: "image/png")), "bare"])])
    #expect(request.options.maxTokens == 5 && request.options.stop == ["x"] && request.options.extra.isEmpty)
  }

  @Test func schemasInGooglesOwnForm() throws {
    let body =
      #"{"contents":[{"parts":[{"text":"a"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","#
      + #""properties":{"type":{"type":"STRING"}}}}]}],"generationConfig":{"responseMimeType":"application/json","#
      + #""responseSchema":{"type":"OBJECT"}}}"#
    let request = try Self.read(Self.sse, body)
    #expect(request.tools[0].parameters == ["type": "object", "properties": ["type": ["type": "string"]]])
    // They are sent on as they came.
    let again = try GeminiDialect().encode(request, for: Gemini.provider)
    let fields = try JSONValue(parsing: again.body)
    #expect(fields["tools"]?[0]?["functionDeclarations"]?[0]?["parameters"]?["type"] == "OBJECT")
    #expect(fields["generationConfig"]?["responseSchema"] == ["type": "OBJECT"])
  }

  @Test func resultsFindTheirCalls() throws {
    let calls = #"{"functionCall":{"name":"f"}},{"functionCall":{"name":"f"}},{"functionCall":{"name":"g","id":"x"}}"#
    let results =
      #"{"functionResponse":{"name":"g","id":"x","response":{"result":1}}},{"functionResponse":{"name":"f","response":"#
      + #"{"output":"a"}}},{"functionResponse":{"name":"f","response":{"error":"b"}}}"#
    let request = try Self.read(
      Self.sse, #"{"contents":[{"role":"model","parts":[\#(calls)]},{"role":"function","parts":[\#(results)]}]}"#)
    #expect(request.messages[0].toolCalls.map(\.id) == ["call-0", "call-1", "x"])
    let read = request.messages[1].content.compactMap { if case .toolResult(let result) = $0 { result } else { nil } }
    #expect(read.map(\.callID) == ["x", "call-0", "call-1"] && read.map(\.isError) == [false, false, true])
    #expect(read.map { $0.content.compactMap(\.words) } == [["1"], ["a"], ["b"]])
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"contents":[]}"#, #"{"contents":[{"role":"pope","parts":[{"text":"a"}]}]}"#,
    #"{"contents":[{"role":"user"}]}"#, #"{"contents":[{"parts":[{}]}]}"#, #"{"contents":[{"parts":[{"text":1}]}]}"#,
    #"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"temperature":"hot"}}"#,
    #"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"candidateCount":0}}"#,
    #"{"contents":[{"parts":[{"text":"a"}]}],"tools":[{"functionDeclarations":[{}]}]}"#,
    #"{"contents":[{"parts":[{"functionCall":{}}]}]}"#, #"{"contents":[{"parts":[{"functionResponse":{}}]}]}"#,
  ]) func badRequests(body: String) {
    let error = #expect(throws: SpateError.self) { try Self.read(Self.sse, body) }
    #expect(error?.code == .badRequest && error?.message.isEmpty == false)
  }

  @Test func whatTheEncoderWritesIsReadAsItWas() throws {
    for seed in 0..<300 {
      var random = RandomGeminiRequest(seed: UInt64(seed))
      let request = random.make()
      let encoded = try GeminiDialect().encode(request, for: Gemini.vertex)
      let path = encoded.path
      let read = try Self.read(path, String(decoding: encoded.body, as: UTF8.self))
      let isSame = read == request
      #expect(isSame && encoded.warnings.isEmpty, "seed \(seed): \(encoded.warnings) \(request) \(read)")
    }
  }

  // MARK: Answers

  @Test func shapeOfAStream() throws {
    let events: [StreamEvent] = [
      .start(Self.start), .text(TextDelta("a")), .usage(Usage(input: 3, output: 2, cachedInput: 1, reasoning: 4)),
      .finish(Finish(reason: .length, native: nil)),
    ]
    let text = String(decoding: try Self.bytes(events, at: Self.sse), as: UTF8.self)
    let chunks = text.split(separator: "\r\n\r\n").map { $0.dropFirst("data: ".count) }
    let names: JSONObject = ["modelVersion": "m", "responseId": "r1"]
    var first: JSONObject = ["candidates": [["content": ["parts": [["text": "a"]], "role": "model"], "index": 0]]]
    first.merge(names)
    var last: JSONObject = ["candidates": [["finishReason": "MAX_TOKENS", "index": 0]]]
    last["usageMetadata"] = [
      "promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 9, "cachedContentTokenCount": 1,
      "thoughtsTokenCount": 4,
    ]
    last.merge(names)
    #expect(try chunks.map { try JSONValue(parsing: String($0)) } == [.object(first), .object(last)])
    let array = String(decoding: try Self.bytes(events, at: Self.array), as: UTF8.self)
    #expect(try JSONValue(parsing: array) == [.object(first), .object(last)])
  }

  @Test func N4_whatIsWrittenIsReadAsItWas() throws {
    let pieces = ChatRequest(
      model: "m", messages: ["a"],
      options: ChatOptions(extra: ["toolConfig": ["functionCallingConfig": ["streamFunctionCallArguments": true]]]))
    for seed in 0..<300 {
      var random = RandomGeminiAnswer(seed: UInt64(seed))
      let events = random.make()
      var accumulator = Accumulator()
      for event in events { accumulator.add(event) }
      let wanted = accumulator.partial
      let bodies = [
        "sse": try Self.bytes(events, at: Self.sse), "array": try Self.bytes(events, at: Self.array),
        "pieces": try Self.bytes(events, at: Self.sse, request: pieces),
        "whole": try Self.server("/v1beta/models/m:generateContent").document(of: events, for: pieces),
      ]
      for (form, body) in bodies {
        let decoded = Decoded([body], dialect: GeminiDialect())
        let read = decoded.answer
        let isSame =
          read.message == wanted.message && read.finish == wanted.finish && read.model == wanted.model
          && read.id == wanted.id && read.usage?.buckets == wanted.usage?.buckets
        #expect(
          isSame && decoded.failure == nil && decoded.warnings.isEmpty,
          "seed \(seed), \(form): \(wanted.message) \(read.message) \(String(decoding: body, as: UTF8.self))")
      }
    }
  }

  @Test func N4_recordedEventsAreWrittenAsTheyCame() throws {
    let parts = [
      #"{"text":"I think","thought":true}"#, #"{"text":"Words.","thoughtSignature":"QQ=="}"#, #"{"text":"a"}"#,
      #"{"functionCall":{"name":"f","args":{"x":1},"id":"u"},"thoughtSignature":"Qg=="}"#,
      #"{"text":"","thoughtSignature":"Qw=="}"#,
    ]
    let first = Gemini.read(
      parts.map { Gemini.chunk($0) } + [
        Gemini.chunk(
          #"{"text":""}"#, finish: "\"STOP\"",
          of: #","safetyRatings":[],"groundingMetadata":{"groundingChunks":[{"web":{"uri":"u"}}]}"#,
          more: #","usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2},"createTime":"t""#)
      ])
    let again = Decoded([try Self.bytes(first.events, at: Self.sse)], dialect: GeminiDialect())
    #expect(again.answer.message == first.answer.message && again.answer.sources == first.answer.sources)
    #expect(again.answer.metadata == first.answer.metadata && again.answer.nativeFinish == "STOP")
    let blocked = Gemini.read([#"{"promptFeedback":{"blockReason":"SAFETY"}}"#])
    let written = Decoded([try Self.bytes(blocked.events, at: Self.array)], dialect: GeminiDialect())
    #expect(written.answer.outcome == .filtered && written.answer.nativeFinish == nil)
  }

  @Test func T13_severalAnswers() throws {
    let events: [StreamEvent] = [
      .text(TextDelta("a")), .text(TextDelta("b", choice: 1)), .text(TextDelta("c")),
      .finish(
        Finish(
          reason: .stop, native: nil,
          choices: [
            ChoiceFinish(choice: 0, reason: .stop, native: nil), ChoiceFinish(choice: 1, reason: .length, native: nil),
          ])),
    ]
    let whole = try Self.server(Self.sse).document(of: events, for: ChatRequest(model: "m", messages: ["a"]))
    for body in [try Self.bytes(events, at: Self.sse), whole] {
      let answer = Decoded([body], dialect: GeminiDialect()).answer
      #expect(answer.choices.map(\.text) == ["ac", "b"] && answer.choices.map(\.finish) == [.stop, .length])
    }
  }

  @Test func C11_anErrorEndsAStream() throws {
    for path in [Self.sse, Self.array] {
      var writer = try Self.server(path).writer(for: ChatRequest(model: "m", messages: ["a"]), start: Self.start)
      var body = writer.bytes(of: .text(TextDelta("half")))
      body += writer.bytes(of: ServedFailure(status: 503))
      let decoded = Decoded([body], dialect: GeminiDialect())
      #expect(decoded.failure?.code == .overloaded && decoded.answer.text == "half")
      #expect(decoded.failure?.message == "The model is overloaded. Please try again later.")
      var alone = try Self.server(path).writer(for: ChatRequest(model: "m", messages: ["a"]), start: Self.start)
      #expect(Decoded([alone.bytes(of: ServedFailure(status: 500))], dialect: GeminiDialect()).failure?.code == .server)
    }
  }

  @Test func framesEndWhereAnEventDoes() throws {
    let events: [StreamEvent] = [
      .text(TextDelta("a")), .text(TextDelta("b")), .finish(Finish(reason: .stop, native: nil)),
    ]
    for (path, end) in [(Self.sse, "}\r\n\r\n"), (Self.array, "}\n")] {
      let server = try Self.server(path)
      let body = try Self.bytes(events, at: path)
      #expect(server.frameEnd(in: body, after: 0) == 0)
      let first = server.frameEnd(in: body, after: 5)
      #expect(first < body.count && body[..<first].suffix(end.utf8.count) == Array(end.utf8)[...])
      #expect(
        server.frameEnd(in: body, after: first + 1) > first
          && server.frameEnd(in: body, after: body.count) == body.count)
    }
  }

  @Test(arguments: [
    (FinishReason.stop, "STOP"), (.toolCalls, "STOP"), (.length, "MAX_TOKENS"), (.contentFilter, "SAFETY"),
    (.refusal, "SAFETY"), (.error, "OTHER"), (.pause, "STOP"), (.unknown, "STOP"),
  ]) func finishWords(reason: FinishReason, word: String) throws {
    let body = try Self.bytes([.finish(Finish(reason: reason, native: nil))], at: Self.sse)
    #expect(Decoded([body], dialect: GeminiDialect()).answer.nativeFinish == word)
  }

  @Test func refusalsAreWordsAndAReason() throws {
    let events: [StreamEvent] = [.refusal(TextDelta("No.")), .finish(Finish(reason: .stop, native: nil))]
    let whole = try Self.server(Self.sse).document(of: events, for: ChatRequest(model: "m", messages: ["a"]))
    for body in [try Self.bytes(events, at: Self.sse), whole] {
      let answer = Decoded([body], dialect: GeminiDialect()).answer
      #expect(answer.text == "No." && answer.outcome == .filtered)
    }
  }
}
