// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

private typealias Body = BedrockBodies

/// What the events of a stream of Converse's mean, each stream at every split.
@Suite struct ConverseStreamTests {
  @Test func wordsWithoutAnEventThatBeginsThem() {
    let decoded = Decoded.converse(Body.stream(Body.words("Grü"), Body.words("ße 🙂"), Body.end()))
    #expect(decoded.script == ["text Grü", "text ße 🙂", "usage 3/5", "finish stop"])
    #expect(decoded.eventCount == 6 && decoded.answer.nativeFinish == "end_turn")
    // What else there is, is kept; padding is not.
    #expect(decoded.answer.metadata == ["metrics": ["latencyMs": 7]])
  }

  @Test func D12_emptyDeltasAndEmptyStartsOpenNothing() {
    let decoded = Decoded.converse(
      Body.stream(Body.begin(""), Body.words(""), Body.end(), Body.words("a", at: 1), Body.end(at: 1)))
    #expect(decoded.script == ["text a", "usage 3/5", "finish stop"])
    #expect(decoded.answer.message == .assistant("a"))
  }

  @Test func T10_cutSurrogatesAreJoined() {
    let decoded = Decoded.converse(Body.stream(Body.words(#"a\ud83d"#), Body.words(#"\ude42b"#), Body.end()))
    #expect(decoded.answer.text == "a🙂b" && decoded.warnings.isEmpty)
    let lone = Decoded.converse(Body.stream(Body.words(#"a\ud83d"#), Body.end()))
    #expect(lone.answer.text == "a\u{FFFD}" && lone.warnings == [.repairedText])
  }

  // MARK: Thoughts

  @Test func N1_thoughtsKeepTheirSignatureAndTheirPlace() {
    let decoded = Decoded.converse(
      Body.stream(
        Body.thought(#""text":"h""#), Body.thought(#""text":"m""#), Body.thought(#""signature":"ErUB+/==""#),
        Body.end(), Body.words("a", at: 1), Body.end(at: 1), Body.tool(at: 2), Body.input("{}", at: 2),
        Body.end(at: 2), reason: "tool_use"))
    #expect(decoded.answer.reasoning == "hm" && decoded.answer.text == "a")
    #expect(
      decoded.answer.message.content == [
        .reasoning(Reasoning(text: "hm", signature: "ErUB+/==", dialect: .bedrockConverse)), "a",
        .toolCall(ToolCall(id: "t1", name: "f", arguments: "{}")),
      ])
  }

  @Test func N2_piecesOfASignatureAreAppended() {
    let decoded = Decoded.converse(
      Body.stream(Body.thought(#""signature":"abab""#), Body.thought(#""signature":"bc""#), Body.end()))
    #expect(
      decoded.answer.message.content == [
        .reasoning(Reasoning(text: "", signature: "ababbc", dialect: .bedrockConverse))
      ])
  }

  @Test func N3_redactedThoughtsAreKeptWholeAndNeverShown() {
    func block(_ data: String) -> ContentPart {
      .reasoning(
        Reasoning(
          text: "", details: ["reasoningContent": ["redactedContent": .string(data)]], dialect: .bedrockConverse))
    }
    let decoded = Decoded.converse(
      Body.stream(
        Body.thought(#""redactedContent":"RXRrRQ==""#), Body.end(), Body.thought(#""redactedContent":"QQ==""#, at: 1),
        Body.end(at: 1), Body.words("a", at: 2), Body.end(at: 2)))
    #expect(decoded.answer.message.content == [block("RXRrRQ=="), block("QQ=="), "a"])
    #expect(decoded.answer.reasoning.isEmpty)
    // The ends of blocks are left out by some; pieces of one block are pieces of its bytes.
    let pieces = Decoded.converse(
      Body.stream(
        Body.thought(#""redactedContent":"QQ==""#), Body.thought(#""redactedContent":"Qg==""#),
        Body.words("a", at: 1)))
    #expect(pieces.answer.message.content == [block("QUI="), "a"])
  }

  // MARK: Tools

  @Test func T1_T14_callsByTheirBlocks() {
    let decoded = Decoded.converse(
      Body.stream(
        Body.words("ok"), Body.end(), Body.tool("t1", "f", at: 1), Body.tool("t2", "g", at: 2),
        Body.input(#"{\"a\":"#, at: 1), Body.input(#"{\"b\":2}"#, at: 2), Body.input("1}", at: 1), Body.end(at: 1),
        Body.end(at: 2), reason: "tool_use"))
    #expect(
      decoded.script == [
        "text ok", "call 0 t1 f", "call 1 t2 g", #"input 0 {"a":"#, #"input 1 {"b":2}"#, "input 0 1}", "usage 3/5",
        #"called t1 f {"a":1}"#, #"called t2 g {"b":2}"#, "finish tool_calls",
      ])
  }

  @Test func T6_noArgumentsAreAnEmptyObject() {
    // Neither a delta nor an end.
    let decoded = Decoded.converse(Body.stream(Body.tool(), Body.tool("t2", at: 1), reason: "tool_use"))
    #expect(decoded.answer.toolCalls.map(\.value) == [[:], [:]])
    #expect(decoded.answer.toolCalls.map(\.isComplete) == [true, true])
  }

  @Test func T7_T8_brokenAndCutArguments() {
    let broken = Decoded.converse(Body.stream(Body.tool(), Body.input("{a"), Body.end(), reason: "tool_use"))
    #expect(broken.warnings == [.malformedArguments] && broken.answer.toolCalls.first?.isComplete == false)
    #expect(broken.answer.toolCalls.first?.arguments == "{a")
    for reason in ["max_tokens", "guardrail_intervened", "content_filtered", "model_context_window_exceeded"] {
      let cut = Decoded.converse(Body.stream(Body.tool(), Body.input("{}"), Body.end(), reason: reason))
      #expect(cut.answer.toolCalls.map(\.isComplete) == [false], "\(reason)")
    }
  }

  @Test func D22_callsWithoutAnIdGetOne() {
    let decoded = Decoded.converse(Body.stream(Body.tool("", "f"), Body.tool("", "g", at: 1), reason: "tool_use"))
    #expect(decoded.answer.toolCalls.map(\.id) == ["call-0", "call-1"])
  }

  @Test func toolsOfTheProviderAreNoCallsOfTheUsers() {
    let decoded = Decoded.converse(
      Body.stream(
        Body.tool("s1", "nova_grounding", more: #","type":"server_tool_use""#), Body.input(#"{\"query\":\"q\"}"#),
        Body.end(),
        Body.begin(#""toolResult":{"toolUseId":"s1","type":"nova_grounding_result","status":"success"}"#, at: 1),
        Body.delta(#""toolResult":[{"text":"[HIDDEN]"}]"#, at: 1), Body.end(at: 1), Body.words("a", at: 2),
        Body.end(at: 2)))
    #expect(
      decoded.script == [
        "running s1 nova_grounding", #"ran s1 nova_grounding {"query":"q"} -"#,
        #"ran s1 nova_grounding - [{"text":"[HIDDEN]"}]"#, "text a", "usage 3/5", "finish stop",
      ])
    #expect(decoded.answer.toolCalls.isEmpty)
  }

  // MARK: Sources and others

  @Test func N6_citationsBelongToTheirBlock() {
    let citation =
      #""citation":{"location":{"documentChar":{"documentIndex":0,"end":5,"start":0}},"#
      + #""sourceContent":[{"text":"s"}],"title":"t"}"#
    let web = #""citation":{"location":{"web":{"domain":"a.example","url":"https://a.example/"}}}"#
    let decoded = Decoded.converse(
      Body.stream(
        Body.words("plain"), Body.end(), Body.words("cited", at: 1), Body.delta(citation, at: 1), Body.end(at: 1),
        Body.delta(web, at: 2), Body.end(at: 2)))
    #expect(decoded.answer.text == "plaincited")
    #expect(decoded.answer.sources.map(\.url) == [nil, "https://a.example/"])
    #expect(decoded.answer.sources.first?.title == "t")
    guard case .annotated(let cited)? = decoded.answer.message.content.dropFirst().first,
      case .annotated(let bare)? = decoded.answer.message.content.last
    else { return #expect(Bool(false), "\(decoded.answer.message)") }
    #expect(cited.text == "cited" && cited.citations.count == 1 && cited.seal?.dialect == .bedrockConverse)
    #expect(bare.text.isEmpty && bare.citations.first?["location"]?["web"]?["domain"] == "a.example")
    #expect(decoded.answer.message.content.first == "plain")
  }

  @Test func imagesInPieces() {
    let decoded = Decoded.converse(
      Body.stream(
        Body.begin(#""image":{"format":"png"}"#), Body.delta(#""image":{"source":{"bytes":"QQ=="}}"#),
        Body.delta(#""image":{"source":{"bytes":"Qg=="}}"#), Body.end()))
    #expect(decoded.answer.parts == [.image(.bytes([0x41, 0x42], mediaType: "image/png"))])
    let failed = Decoded.converse(
      Body.stream(Body.begin(#""image":{"format":"png"}"#), Body.delta(#""image":{"error":{"message":"no"}}"#)))
    guard case .native(let part)? = failed.answer.parts.first else { return #expect(Bool(false)) }
    #expect(part.value == ["image": ["format": "png", "error": ["message": "no"]]])
  }

  @Test func N5_whatIsNewIsKept() {
    let decoded = Decoded.converse(
      Body.stream(
        Body.frame("hologram", #"{"a":1}"#), Body.begin(#""video":{"format":"mp4"}"#),
        Body.delta(#""video":{"part":"a"}"#), Body.end(), Body.delta(#""hologram":{"x":"1"}"#, at: 1),
        Body.delta(#""hologram":{"x":"2"}"#, at: 1), Body.end(at: 1), Body.words("a", at: 2),
        Body.delta(#""smell":"rose""#, at: 2), Body.end(at: 2)))
    #expect(decoded.script.contains("raw hologram") && decoded.script.contains("raw contentBlockDelta"))
    #expect(decoded.answer.text == "a" && decoded.failure == nil)
    let natives = decoded.answer.parts.map { part -> JSONValue? in
      if case .native(let native) = part { native.value } else { nil }
    }
    #expect(natives == [["video": ["format": "mp4", "part": "a"]], ["hologram": ["x": "12"]]])
  }

  @Test func blocksCallsAndArgumentsAreBounded() {
    var context = ResponseContext()
    (context.toolCallLimit, context.toolArgumentsLimit) = (1, 4)
    func code(_ frames: [UInt8]...) -> SpateError.Code? {
      Decoded([Body.start + frames.flatMap(\.self)], context: context, dialect: BedrockConverseDialect()).failure?.code
    }
    #expect(code(Body.tool(), Body.tool("t2", at: 1)) == .limit)
    #expect(code(Body.tool(), Body.input("1234"), Body.stop()) == nil)
    #expect(code(Body.tool(), Body.input("1234"), Body.input("5")) == .limit)
    #expect(code(Body.thought(#""redactedContent":"QUJDRA==""#)) == .limit)
    let many = (0...4096).flatMap { Body.words("a", at: $0) }
    #expect(code(many) == .limit)
  }
}
