// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Streams of Gemini, in both of their forms, and whole answers.
@Suite struct GeminiStreamTests {
  @Test func wordsAndThoughts() {
    let chunks = [
      Gemini.chunk(#"{"text":"Let me ","thought":true}"#), Gemini.chunk(#"{"text":"think.","thought":true}"#),
      Gemini.chunk(Gemini.words("Hel")), Gemini.chunk(Gemini.words("lo"), finish: "\"STOP\""),
    ]
    let decoded = Gemini.read(chunks)
    #expect(
      decoded.script == [
        "detail - -", "thought Let me ", "thought think.", "text Hel", "text lo", "finish stop",
      ])
    #expect(decoded.answer.id == "r1" && decoded.answer.model == "m" && decoded.eventCount == 4)
    #expect(decoded.answer.outcome == .complete && decoded.answer.nativeFinish == "STOP")
  }

  @Test func D16_wholeAndStreamedAreTheSameTurn() {
    let parts = [
      #"{"text":"hm","thought":true}"#, #"{"text":"a"}"#, #"{"functionCall":{"name":"f","args":{"x":1}}}"#,
      #"{"text":"b","thoughtSignature":"c2ln"}"#,
    ]
    let streamed = Gemini.read(parts.map { Gemini.chunk($0) } + [Gemini.stop()])
    let whole = Gemini.read(Gemini.chunk(parts.joined(separator: ","), finish: "\"STOP\""))
    #expect(streamed.answer.message == whole.answer.message && streamed.failure == nil && whole.failure == nil)
    #expect(whole.answer.message.content.count == 4)
  }

  @Test func P4_anElementOfAnArrayIsReadAtItsEnd() {
    var decoder = GeminiDialect().decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    let bytes = Array(("[" + Gemini.chunk(Gemini.words("now"))).utf8)
    _ = decoder.feed(bytes.span, into: &events)
    #expect(events.contains(.text(TextDelta("now"))))
  }

  @Test func S6_aMarkBeforeAnArray() {
    let chunks = [Gemini.chunk(Gemini.words("a"), finish: "\"STOP\"")]
    #expect(Gemini.read("\u{FEFF}\n " + Gemini.array(chunks)).script == ["text a", "finish stop"])
    #expect(Gemini.read("\u{FEFF}" + Gemini.sse(chunks)).script == ["text a", "finish stop"])
  }

  @Test func D12_emptyTextsOpenNothing() {
    let decoded = Gemini.read([
      Gemini.chunk(#"{"text":""}"#), Gemini.chunk(Gemini.words("a")), Gemini.chunk(#"{"text":"","thought":true}"#),
      Gemini.chunk(Gemini.words("b")), Gemini.stop(),
    ])
    #expect(decoded.script == ["text a", "text b", "finish stop"])
    #expect(decoded.answer.message.content == [.text("ab")])
  }

  @Test func T10_halvesOfACharacterAreJoined() {
    let decoded = Gemini.read([
      Gemini.chunk(Gemini.words(#"\ud83d"#)), Gemini.chunk(Gemini.words(#"\ude42!"#), finish: "\"STOP\""),
    ])
    #expect(decoded.answer.text == "🙂!" && decoded.warnings.isEmpty)
    let cut = Gemini.read([Gemini.chunk(Gemini.words(#"a\ud83d"#), finish: "\"STOP\"")])
    #expect(cut.answer.text == "a\u{FFFD}" && cut.warnings == [.repairedText])
  }

  // MARK: Endings

  @Test func C1_withoutAReasonItIsCut() {
    for body in [Gemini.sse(Gemini.chunk(Gemini.words("a"))), Gemini.array(Gemini.chunk(Gemini.words("a")))] {
      let decoded = Gemini.read(body)
      #expect(decoded.failure?.code == .truncated && decoded.answer.text == "a")
    }
    #expect(Gemini.read("[]").failure?.code == .truncated && Gemini.read("").failure?.code == .truncated)
    #expect(Gemini.read(Gemini.sse(#"{"candidates":[{"content":{},"index":0}]}"#)).failure?.code == .truncated)
    #expect(Gemini.read(Gemini.sse(#"{"this":[{"is":"something else"}]}"#)).failure?.code == .truncated)
  }

  @Test func C1_aStreamThatIsCutAnywhereIsNoAnswerBeforeItsReason() {
    let chunks = [Gemini.chunk(Gemini.words("a")), Gemini.chunk(Gemini.words("b"), finish: "\"STOP\"")]
    for body in [Gemini.sse(chunks), Gemini.array(chunks)] {
      let bytes = Array(body.utf8)
      let lastBrace = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
      for count in 0..<bytes.count {
        let decoded = Decoded([Array(bytes[..<count])], dialect: GeminiDialect())
        #expect((decoded.failure == nil) == (count > lastBrace), "after \(count) bytes")
      }
    }
  }

  @Test func aMissingBracketBreaksNothingAfterTheReason() {
    let body = "[" + Gemini.chunk(Gemini.words("a"), finish: "\"STOP\"")
    #expect(Gemini.read(body).script == ["text a", "finish stop"])
    #expect(Gemini.read(body + "\n]\nand more").script == ["text a", "finish stop"])
  }

  @Test func C13_aLaterReasonReplacesAnEarlierOne() {
    let decoded = Gemini.read([
      Gemini.chunk(Gemini.words("a"), finish: "\"STOP\""), Gemini.chunk(Gemini.words("b"), finish: "\"MAX_TOKENS\""),
    ])
    #expect(decoded.answer.text == "ab" && decoded.answer.outcome == .limited)
  }

  @Test(arguments: [
    ("\"STOP\"", FinishReason.stop, Outcome.complete), ("1", .stop, .complete), ("\"MAX_TOKENS\"", .length, .limited),
    ("2", .length, .limited), ("\"SAFETY\"", .contentFilter, .filtered), ("3", .contentFilter, .filtered),
    ("\"RECITATION\"", .contentFilter, .filtered), ("\"LANGUAGE\"", .contentFilter, .filtered),
    ("\"BLOCKLIST\"", .contentFilter, .filtered), ("\"PROHIBITED_CONTENT\"", .contentFilter, .filtered),
    ("\"SPII\"", .contentFilter, .filtered), ("\"IMAGE_SAFETY\"", .contentFilter, .filtered),
    ("\"MODEL_ARMOR\"", .contentFilter, .filtered), ("\"OTHER\"", .error, .failed), ("5", .error, .failed),
    ("\"MALFORMED_FUNCTION_CALL\"", .error, .failed), ("\"UNEXPECTED_TOOL_CALL\"", .error, .failed),
    ("\"FAKE_ENUM\"", .unknown, .complete), ("12", .unknown, .complete),
  ]) func C12_everyReasonIsKept(word: String, reason: FinishReason, outcome: Outcome) {
    let decoded = Gemini.read([Gemini.chunk(Gemini.words("a"), finish: word)])
    #expect(decoded.answer.finish == reason && decoded.answer.outcome == outcome)
    #expect(decoded.answer.nativeFinish == word.filter { $0 != "\"" })
    #expect(decoded.warnings == (reason == .unknown ? [.unknownFinish] : []))
  }

  @Test func D5_reasonsThatSayNothing() {
    for blank in ["\"FINISH_REASON_UNSPECIFIED\"", "0", "null", "\"\""] {
      #expect(Gemini.read([Gemini.chunk(Gemini.words("a"), finish: blank)]).failure?.code == .truncated)
    }
  }

  @Test func N7_aLastChunkWithoutContent() {
    let last = #"{"candidates":[{"finishReason":"STOP"}]}"#
    #expect(Gemini.read([Gemini.chunk(Gemini.words("a")), last]).script == ["text a", "finish stop"])
    let empty = Gemini.read(#"{"candidates":[{"finishReason":"OTHER","finishMessage":"broken"}]}"#)
    #expect(empty.answer.outcome == .failed && empty.answer.metadata["finishMessage"] == "broken")
  }

  @Test func aPromptThatIsBlockedIsFiltered() {
    let chunk =
      #"{"promptFeedback":{"blockReason":"SAFETY","safetyRatings":[]},"usageMetadata":{"promptTokenCount":4}}"#
    for decoded in [Gemini.read([chunk]), Gemini.read(chunk)] {
      #expect(decoded.script == ["usage 4/-", "finish content_filter"] && decoded.answer.outcome == .filtered)
      #expect(decoded.answer.nativeFinish == nil && decoded.warnings.isEmpty)
      #expect(decoded.answer.metadata["promptFeedback"]?["blockReason"] == "SAFETY")
    }
    let open = #"{"promptFeedback":{"blockReason":"BLOCK_REASON_UNSPECIFIED"}}"#
    #expect(Gemini.read([open]).failure?.code == .truncated)
  }

  // MARK: Errors

  @Test func C6_anErrorInTheStream() {
    let error = #"{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}"#
    let decoded = Gemini.read([Gemini.chunk(Gemini.words("a")), error])
    #expect(decoded.answer.text == "a" && decoded.failure?.code == .overloaded)
    #expect(decoded.failure?.message == "overloaded" && decoded.failure?.status == 503)
    #expect(decoded.failure?.isRetryable == true)
  }

  @Test func S10_anErrorInBareLinesCountsAfterAReasonToo() {
    let error = "{\n  \"error\": {\n    \"code\": 499,\n    \"message\": \"cancelled\"\n  }\n}\n"
    for finish in [nil, "\"STOP\""] {
      let decoded = Gemini.read(Gemini.sse(Gemini.chunk(Gemini.words("a"), finish: finish)) + error)
      #expect(decoded.failure?.message == "cancelled" && decoded.answer.text == "a")
      #expect(decoded.failure?.nativeFinish == finish.map { _ in "STOP" })
    }
    // What says nothing of an error breaks nothing after the reason.
    let other = Gemini.sse(Gemini.chunk(Gemini.words("a"), finish: "\"STOP\"")) + "{\n\"note\": 1\n}\n"
    #expect(Gemini.read(other).failure == nil)
  }

  @Test func S11_aListWithAnErrorInA200() {
    let body = #"[{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}}]"#
    #expect(Gemini.read(body).failure?.code == .rateLimit)
  }

  @Test func S15_brokenJSONIsAnError() {
    #expect(Gemini.read(Gemini.sse("{\"candidates\":[")).failure?.code == .decode)
    #expect(Gemini.read(Gemini.sse("7")).failure?.code == .decode)
    #expect(Gemini.read(#"{"model":"m"}"#).failure?.message == "the answer has no candidates")
  }

  // MARK: The rest

  @Test func T13_severalAnswers() {
    func candidate(_ index: Int, _ text: String) -> String {
      #"{"content":{"parts":[{"text":"\#(text)"}]},"index":\#(index),"finishReason":"STOP"}"#
    }
    let decoded = Gemini.read([#"{"candidates":[\#(candidate(0, "a")),\#(candidate(1, "b"))]}"#])
    #expect(decoded.answer.choices.map(\.text) == ["a", "b"])
    #expect(decoded.answer.choices.map(\.nativeFinish) == ["STOP", "STOP"])
    // With one of two still open the stream is cut.
    let open = #"{"candidates":[\#(candidate(0, "a")),{"content":{"parts":[{"text":"b"}]},"index":1}]}"#
    #expect(Gemini.read([open]).failure?.code == .truncated)
  }

  @Test func N6_sourcesComeOnceEach() {
    let web = #"{"web":{"uri":"https://a.example","title":"A"}}"#
    let decoded = Gemini.read([
      Gemini.chunk(Gemini.words("a"), of: #","groundingMetadata":{"groundingChunks":[\#(web)]}"#),
      Gemini.chunk(
        Gemini.words("b"), finish: "\"STOP\"",
        of: #","groundingMetadata":{"groundingChunks":[\#(web)],"webSearchQueries":["q"]},"#
          + #""citationMetadata":{"citationSources":[{"uri":"https://b.example","startIndex":1}]}"#),
    ])
    #expect(
      decoded.script == [
        "text a", "source https://a.example A", "text b", "source https://b.example -", "finish stop",
      ])
    #expect(decoded.answer.metadata["groundingMetadata"]?["webSearchQueries"] == ["q"])
    #expect(decoded.answer.metadata["citationMetadata"] != nil)
  }

  @Test func partsThatGoogleRanItself() {
    let code = #"{"executableCode":{"language":"PYTHON","code":"1+1"}}"#
    let result = #"{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"2"}}"#
    let failed = #"{"codeExecutionResult":{"outcome":"OUTCOME_FAILED","output":"no"}}"#
    let search = #"{"toolCall":{"toolType":"GOOGLE_SEARCH_WEB","args":{"q":1},"id":"s1"},"thoughtSignature":"c2ln"}"#
    let found = #"{"toolResponse":{"toolType":"GOOGLE_SEARCH_WEB","response":{"r":2},"id":"s1"}}"#
    let decoded = Gemini.read([
      Gemini.chunk([code, result, failed, search, found].joined(separator: ",")), Gemini.stop(),
    ])
    let tools = decoded.answer.providerTools
    #expect(
      tools.map(\.name) == [
        "code_execution", "code_execution", "code_execution", "GOOGLE_SEARCH_WEB", "GOOGLE_SEARCH_WEB",
      ])
    #expect(tools.map(\.isError) == [false, false, true, false, false] && tools[3].id == "s1")
    #expect(tools[3].seal.details?["thoughtSignature"] == "c2ln" && tools[4].output == ["r": 2])
  }

  @Test func mediaAndUnknownParts() throws {
    let image = #"{"inlineData":{"mimeType":"image/png","data":"AQID"},"thoughtSignature":"c2ln"}"#
    let sound = #"{"inlineData":{"mimeType":"audio/L16;rate=24000","data":"AQID"}}"#
    let file = #"{"fileData":{"fileUri":"gs://a/b.pdf","mimeType":"application/pdf"}}"#
    let thought = #"{"inlineData":{"mimeType":"image/png","data":"AQID"},"thought":true}"#
    let odd = #"{"inlineData":{"mimeType":"image/png","data":"-_"}}"#
    let new = #"{"hologram":{"depth":3}}"#
    let decoded = Gemini.read([
      Gemini.chunk([image, sound, file, thought, odd, new].joined(separator: ",")), Gemini.stop(),
    ])
    var sealed = Media.bytes([1, 2, 3], mediaType: "image/png")
    sealed.seal = Seal(dialect: .gemini, signature: "c2ln")
    let natives = try [("inlineData", thought), ("inlineData", odd), ("hologram", new)].map { kind, part in
      ContentPart.native(NativePart(dialect: .gemini, type: kind, value: try JSONValue(parsing: part)))
    }
    let media: [ContentPart] = [
      .image(sealed), .audio(.bytes([1, 2, 3], mediaType: "audio/L16;rate=24000")),
      .file(.url("gs://a/b.pdf", mediaType: "application/pdf")),
    ]
    #expect(decoded.answer.message.content == media + natives)
  }

  @Test func logprobsAndWhatElseIsSaid() {
    let decoded = Gemini.read([
      Gemini.chunk(
        Gemini.words("a"), finish: "\"STOP\"", of: #","avgLogprobs":-0.5,"logprobsResult":{"chosenCandidates":[]}"#,
        more: #","createTime":"2025-06-15T15:06:40Z","futureField":{"x":1}"#)
    ])
    #expect(decoded.answer.logprobs == [["chosenCandidates": []]])
    #expect(decoded.answer.metadata["avgLogprobs"]?.double == -0.5)
    #expect(decoded.answer.metadata["futureField"] == ["x": 1])
    #expect(decoded.answer.metadata["createTime"] == "2025-06-15T15:06:40Z")
  }

  @Test func limits() {
    let many = Array(repeating: "{\"text\":\"a\"}", count: 5000).joined(separator: ",")
    #expect(Decoded(Gemini.sse(Gemini.chunk(many)), dialect: GeminiDialect()).failure?.code == .limit)
    var context = ResponseContext()
    context.toolCallLimit = 2
    let call = #"{"functionCall":{"name":"f"}}"#
    let calls = Gemini.sse(Gemini.chunk([call, call, call].joined(separator: ",")))
    #expect(Decoded(calls, context: context, dialect: GeminiDialect()).failure?.code == .limit)
    context.toolArgumentsLimit = 10
    let long = Gemini.sse(Gemini.chunk(#"{"functionCall":{"name":"f","args":{"a":"123456789"}}}"#))
    #expect(Decoded(long, context: context, dialect: GeminiDialect()).failure?.code == .limit)
  }
}
