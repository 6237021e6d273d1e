// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

@Suite struct MistralDecoderTests {
  private static let dialect = MistralDialect()

  private func everyWay(_ chunks: String...) -> Decoded {
    Decoded.everyWay(Array(stream(chunks).utf8), dialect: Self.dialect)
  }

  private func decode(_ chunks: String...) -> Decoded { Decoded(stream(chunks), dialect: Self.dialect) }

  /// A chunk whose content is a list.
  private func list(_ parts: String..., finish: String? = nil) -> String {
    chunk(#"{"content":[\#(parts.joined(separator: ","))]}"#, finish: finish)
  }

  private func thought(_ text: String, more: String = "") -> String {
    #"{"type":"thinking","thinking":[{"type":"text","text":"\#(text)"}]\#(more)}"#
  }

  private let usage =
    #","usage":{"prompt_tokens":9,"completion_tokens":6,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4}}"#

  @Test func D11_contentIsTextOrAList() {
    let decoded = everyWay(
      words(""), list(thought("h")), list(thought("m", more: #","closed":true"#)), words("Grüße"),
      list(#"{"type":"text","text":" 🙂"}"#), chunk(#"{"content":""}"#, finish: "stop", more: usage))
    #expect(decoded.script == ["thought h", "thought m", "text Grüße", "text  🙂", "usage 9/6", "finish stop"])
    #expect(decoded.answer.message == .assistant([.reasoning(Reasoning(text: "hm", seal: nil)), "Grüße 🙂"]))
    #expect(decoded.answer.usage?.buckets.uncachedInput == 5)
  }

  @Test func blocksAreNumberedByTheirKinds() {
    let decoded = everyWay(list(thought("a")), words("b"), list(thought("c")), words("d"), words("e"), stop())
    let blocks = decoded.events.compactMap { event -> String? in
      switch event {
      case .text(let delta): "\(delta.block) \(delta.text)"
      case .reasoning(let delta): "\(delta.block) (\(delta.text))"
      default: nil
      }
    }
    #expect(blocks == ["0 (a)", "1 b", "2 (c)", "3 d", "3 e"])
    // Words alone stay in block 0.
    #expect(decode(words("a"), stop()).events.contains(.text(TextDelta("a"))))
  }

  @Test func N1_signaturesAreKept() {
    let decoded = everyWay(list(thought("hm", more: #","signature":"s+/=""#)), words("a"), stop())
    let thoughts = Reasoning(text: "hm", seal: Seal(dialect: .mistral, signature: "s+/="))
    #expect(decoded.answer.message == .assistant([.reasoning(thoughts), "a"]))
  }

  @Test func N6_referencesStayWhereTheyWere() {
    let decoded = everyWay(
      words("a"), list(#"{"type":"reference","reference_ids":[1,"x"]}"#), words("b"), stop())
    let reference: JSONValue = ["type": "reference", "reference_ids": [1, "x"]]
    let part = ContentPart.native(NativePart(dialect: .mistral, type: "reference", value: reference))
    #expect(decoded.answer.message == .assistant(["a", part, "b"]))
    #expect(decoded.answer.sources == [Source(native: reference)])
  }

  @Test func N5_partsThatAreNewToUsAreKept() {
    let decoded = decode(list(#"{"type":"resource","uri":"u"}"#), words("b"), stop())
    let part = NativePart(dialect: .mistral, type: "resource", value: ["type": "resource", "uri": "u"])
    #expect(decoded.answer.message == .assistant([.native(part), "b"]))
  }

  @Test func T1_callsComeWholeAndMaybeWithoutANumber() {
    let decoded = everyWay(
      chunk(
        #"{"tool_calls":[{"id":"yBvJuId6u","function":{"name":"f","arguments":"{\"a\": 1}"},"index":0},"#
          + #"{"id":"ihQrVBDfy","function":{"name":"g","arguments":"{}"}}]}"#, finish: "tool_calls", more: usage))
    #expect(decoded.answer.toolCalls.map(\.name) == ["f", "g"])
    #expect(decoded.answer.toolCalls.allSatisfy { $0.isComplete && $0.seal == nil })
    #expect(decoded.answer.toolCalls[0].arguments == #"{"a": 1}"# && decoded.answer.finish == .toolCalls)
  }

  @Test func D22_idsOfOtherMakersAreMarked() {
    let call = #"{"tool_calls":[{"id":"chatcmpl-tool-1","function":{"name":"f","arguments":"{}"},"index":0}]}"#
    let decoded = decode(chunk(call), stop("tool_calls"))
    #expect(decoded.answer.toolCalls.map(\.seal) == [Seal(dialect: .mistral)])
  }

  @Test(arguments: [
    ("stop", FinishReason.stop), ("length", .length), ("model_length", .length), ("tool_calls", .toolCalls),
    ("odd", .unknown),
  ]) func C12_reasonsAreKept(_ word: String, _ reason: FinishReason) {
    let answer = decode(words("a"), stop(word)).answer
    #expect(answer.finish == reason && answer.nativeFinish == word)
  }

  @Test func C12_aFinishThatIsAnErrorIsOne() {
    let decoded = decode(words("half"), stop("error"))
    #expect(decoded.failure?.code == .provider && decoded.answer.text == "half")
  }

  @Test func C1_aStreamWithoutItsEndIsCut() {
    #expect(
      Decoded(stream(list(thought("hm")), words("a"), done: false), dialect: Self.dialect).failure?.code == .truncated)
    #expect(Decoded(stream(words("a"), stop(), done: false), dialect: Self.dialect).failure == nil)
  }

  @Test func C6_errorsInsideAStream() {
    let decoded = everyWay(
      list(thought("hm")), words("half"),
      #"{"object":"error","message":"busy","type":"rate_limited","param":null,"code":"1300","raw_status_code":429}"#)
    #expect(decoded.failure?.code == .rateLimit && decoded.failure?.status == 429 && decoded.answer.text == "half")
    // What came before it in the same chunk is numbered too.
    let both = decode(list(thought("a")), #"{"choices":[{"index":0,"delta":{"content":"b"}}],"error":{"message":"m"}}"#)
    #expect(both.events.contains(.text(TextDelta("b", block: 1))) && both.failure?.message == "m")
  }

  @Test func D16_aWholeAnswerIsTheSame() {
    let body = answer(
      #"{"role":"assistant","tool_calls":null,"content":[\#(thought("hm", more: #","closed":true"#)),{"type":"text","text":"a"}]}"#
    )
    let whole = Decoded.everyWay(Array(body.utf8), dialect: Self.dialect).answer
    #expect(whole.message == decode(list(thought("hm")), words("a"), stop()).answer.message)
    #expect(whole.message == .assistant([.reasoning(Reasoning(text: "hm", seal: nil)), "a"]))
  }

  @Test func T10_halvesBelongToTheBlockTheyBeganIn() {
    let decoded = decode(words(#"a\uD83D"#), list(thought("hm")), stop())
    #expect(decoded.answer.text == "a\u{FFFD}" && decoded.warnings == [.repairedText])
    #expect(decoded.answer.message == .assistant(["a\u{FFFD}", .reasoning(Reasoning(text: "hm", seal: nil))]))
  }

  @Test func T13_eachAnswerHasItsOwnBlocks() {
    let body = stream(
      chunk(#"{"content":[\#(thought("x"))]}"#), words("b", choice: 1), words("a"), stop(choice: 0), stop(choice: 1))
    let decoded = Decoded(body, context: ResponseContext(choices: 2), dialect: Self.dialect)
    #expect(decoded.events.contains(.text(TextDelta("b", choice: 1))))
    #expect(decoded.events.contains(.text(TextDelta("a", block: 1))))
  }

  @Test(arguments: [
    (
      400,
      #"{"object":"error","message":"Invalid model: x","type":"invalid_model","param":null,"code":"1500","raw_status_code":400}"#,
      SpateError.Code.notFound, "Invalid model: x"
    ), (401, #"{"detail":"Invalid API Key"}"#, .auth, "Invalid API Key"),
    (
      429, #"{"object":"error","message":"Requests rate limit exceeded","type":"rate_limited"}"#, .rateLimit,
      "Requests rate limit exceeded"
    ),
    (500, #"{"object":"error","message":"Service unavailable."}"#, .server, "Service unavailable."),
  ]) func errorBodies(_ status: Int, _ body: String, _ code: SpateError.Code, _ message: String) {
    let failure = Decoded(body, context: ResponseContext(status: status), dialect: Self.dialect).failure
    #expect(failure?.code == code && failure?.message == message && failure?.status == status)
  }

  @Test func anErrorWhoseMessageIsAnObject() {
    let body =
      #"{"object":"error","message":{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required"}]},"type":"invalid_request_error"}"#
    let failure = Decoded(body, context: ResponseContext(status: 422), dialect: Self.dialect).failure
    #expect(failure?.code == .badRequest && failure?.message.contains("Field required") == true)
  }

  @Test func listOfModels() throws {
    let body =
      #"{"object":"list","data":[{"id":"mistral-small-latest","created":7,"owned_by":"mistralai","max_context_length":32768}]}"#
    let models = try Self.dialect.decodeModelList(Array(body.utf8)).models
    #expect(models.map(\.id) == ["mistral-small-latest"] && models[0].contextLength == 32_768)
  }
}
