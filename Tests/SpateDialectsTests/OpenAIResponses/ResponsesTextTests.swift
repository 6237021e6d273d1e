// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Words, thoughts and what belongs to them: rules D12, D16, N1, N3, N5, N6, N15.
@Suite struct ResponsesTextTests {
  private typealias Body = ResponsesBodies

  @Test func words() throws {
    let message = #""type":"message","id":"msg_1","role":"assistant""#
    let got = Body.read(
      Body.created, Body.event("response.in_progress", #""response":{"id":"resp_1"}"#),
      Body.added(message + #","content":[]"#),
      Body.event("response.content_part.added", #""output_index":0,"content_index":0,"part":{"type":"output_text"}"#),
      Body.text("Grüße, "), Body.text("🙂"),
      Body.event("response.output_text.done", #""output_index":0,"content_index":0,"text":"Grüße, 🙂""#),
      Body.event(
        "response.content_part.done",
        #""output_index":0,"content_index":0,"part":{"type":"output_text","text":"Grüße, 🙂"}"#),
      Body.done(message + #","content":[{"type":"output_text","text":"Grüße, 🙂"}]"#), Body.end())
    #expect(got.script == ["text Grüße, ", "text 🙂", #"words - {"id":"msg_1"}"#, "finish stop"])
    #expect(got.answer.id == "resp_1" && got.answer.model == "m" && got.answer.created == 7)
    #expect(got.answer.nativeFinish == "completed" && got.answer.outcome == .complete && got.eventCount == 10)
  }

  /// A delta that is read by the template of one with probabilities has none where its list is empty.
  @Test func T12_probabilitiesOfAPartAreKeptWhateverCameBefore() {
    func delta(_ words: String, _ list: String) -> String {
      Body.event(
        "response.output_text.delta",
        #""output_index":0,"content_index":0,"delta":"\#(words)","logprobs":\#(list)"#)
    }
    let entry = #"[{"token":"a","logprob":-1}]"#
    let got = Body.read(
      Body.created, Body.added(#""type":"message","id":"msg_1","content":[]"#), delta("", entry), delta("Hi", "[]"),
      Body.event(
        "response.content_part.done",
        #""output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hi","logprobs":\#(entry)}"#),
      Body.end())
    #expect(got.script.filter { $0.hasPrefix("logprobs") }.count == 2, "\(got.script)")
  }

  @Test func D12_emptyDeltasOpenNothing() {
    let got = Body.read(
      Body.created, Body.text("", item: 3),
      Body.event("response.reasoning_summary_text.delta", #""output_index":1,"delta":"""#),
      Body.text("a", item: 0), Body.end())
    #expect(got.script == ["text a", "finish stop"])
  }

  /// Only the last event, only `done`, only the items, or pieces of all: the same words, once.
  @Test(arguments: [
    [""],
    [ResponsesBodies.event("response.output_text.done", #""output_index":0,"content_index":0,"text":"Hello.""#)],
    [
      ResponsesBodies.event(
        "response.content_part.done",
        #""output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hello."}"#)
    ],
    [ResponsesBodies.text("Hello.")],
    [ResponsesBodies.event("response.output_text.delta", #""item_id":"msg_1","delta":"Hello.""#)],
    [ResponsesBodies.added(#""type":"message","id":"msg_1""#), ResponsesBodies.text("Hello.")],
    [
      ResponsesBodies.event("response.output_item.added", #""item":{"type":"message","id":"msg_1"}"#),
      ResponsesBodies.event("response.output_text.delta", #""delta":"Hello.""#),
    ],
  ]) func N15_doneFillsWhatDeltasMissed(_ events: [String]) {
    let item = #""type":"message","id":"msg_1","content":[{"type":"output_text","text":"Hello."}]"#
    for isDone in [true, false] {
      let got = Body.read(
        Body.created, events.joined(), isDone ? Body.done(item) : "", Body.end("completed", #""output":[{\#(item)}]"#))
      #expect(got.script == ["text Hello.", #"words - {"id":"msg_1"}"#, "finish stop"])
    }
  }

  @Test func N15_idsThatChangeAndBlankOnes() {
    for id in ["msg_2", ""] {
      let got = Body.read(
        Body.created, Body.added(#""type":"message","id":"msg_1""#),
        Body.event("response.output_text.delta", #""output_index":0,"item_id":"\#(id)","delta":"a""#),
        Body.done(#""type":"message","id":"\#(id)","content":[{"type":"output_text","text":"a"}]"#),
        Body.end(
          "completed", #""output":[{"type":"message","id":"\#(id)x","content":[{"type":"output_text","text":"a"}]}]"#))
      #expect(got.answer.text == "a")
    }
  }

  @Test func partsAndItemsAreBlocks() throws {
    let got = Body.read(
      Body.created, Body.text("a", item: 0, part: 0), Body.text("b", item: 0, part: 1), Body.text("c", item: 1),
      Body.done(#""type":"message","id":"m0","phase":"commentary","status":"completed""#, 0),
      Body.done(#""type":"message","id":"m1""#, 1), Body.end())
    #expect(got.answer.text == "abc")
    let blocks = got.events.compactMap { if case .text(let delta) = $0 { delta.block } else { nil } }
    #expect(blocks == [0, 1, 2])
    let seals = got.answer.message.content.map { part in
      if case .annotated(let text) = part { text.seal?.details } else { nil as JSONValue? }
    }
    let first: JSONValue = ["id": "m0", "phase": "commentary", "status": "completed"]
    #expect(seals == [first, first, ["id": "m1"]])
  }

  @Test func refusals() {
    let item = #""type":"message","content":[{"type":"refusal","refusal":"No."}]"#
    let streamed = Body.read(
      Body.created, Body.event("response.refusal.delta", #""output_index":0,"content_index":0,"delta":"No.""#),
      Body.event("response.refusal.done", #""output_index":0,"content_index":0,"refusal":"No.""#), Body.done(item),
      Body.end())
    #expect(streamed.script == ["refusal No.", "finish refusal"])
    #expect(streamed.answer.outcome == .refused && streamed.answer.nativeFinish == "completed")
    #expect(Body.read(Body.whole("{\(item)}")).script == streamed.script)
  }

  @Test func N3_encryptedReasoningIsKeptWhole() throws {
    let item =
      #""type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"I "},"#
      + #"{"type":"summary_text","text":"think."}],"encrypted_content":"gAAA/+==\u00e9""#
    let got = Body.read(
      Body.created, Body.added(#""type":"reasoning","id":"rs_1","encrypted_content":"early","summary":[]"#),
      Body.event("response.reasoning_summary_text.delta", #""output_index":0,"summary_index":0,"delta":"I ""#),
      Body.event("response.reasoning_summary_text.delta", #""output_index":0,"summary_index":1,"delta":"think.""#),
      Body.event("response.reasoning_summary_text.done", #""output_index":0,"summary_index":1,"text":"think.""#),
      Body.done(item), Body.end())
    #expect(got.answer.reasoning == "I think.")
    guard case .reasoning(let reasoning)? = got.answer.message.content.first else {
      Issue.record("no reasoning")
      return
    }
    let details = reasoning.details?.array?.first ?? reasoning.details
    #expect(try details == JSONValue(parsing: "{\(item)}") && reasoning.seal?.dialect == .openAIResponses)
    #expect(Body.read(Body.whole("{\(item)}")).answer.reasoning == "I think.")
  }

  @Test func rawReasoning() {
    let got = Body.read(
      Body.created, Body.event("response.reasoning_text.delta", #""output_index":0,"content_index":0,"delta":"Hm""#),
      Body.event("response.reasoning_text.done", #""output_index":0,"content_index":0,"text":"Hm""#),
      Body.done(#""type":"reasoning","id":"r","content":[{"type":"reasoning_text","text":"Hm"}]"#), Body.end())
    #expect(got.answer.reasoning == "Hm" && got.answer.text.isEmpty)
  }

  /// Summaries that come in the whole item only.
  @Test func N15_summariesOnlyAtTheEnd() {
    let got = Body.read(
      Body.created, Body.added(#""type":"reasoning","id":"r","summary":[]"#),
      Body.done(#""type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"late"}]"#), Body.end())
    #expect(got.answer.reasoning == "late")
  }

  @Test func N6_annotationsAreSourcesOnce() throws {
    let note = #"{"type":"url_citation","url":"https://a.example","title":"A","start_index":0,"end_index":1}"#
    let file = #"{"type":"file_citation","file_id":"f","filename":"a.txt","index":1}"#
    let part = #"{"type":"output_text","text":"a","annotations":[\#(note),\#(file)]}"#
    let got = Body.read(
      Body.created, Body.text("a"),
      Body.event(
        "response.output_text.annotation.added",
        #""output_index":0,"content_index":0,"annotation_index":0,"annotation":\#(note)"#),
      Body.event("response.content_part.done", #""output_index":0,"content_index":0,"part":\#(part)"#),
      Body.done(#""type":"message","id":"m","content":[\#(part)]"#), Body.end())
    #expect(
      got.script == [
        "text a", "source https://a.example A", "source - a.txt", #"words - {"id":"m"}"#, "finish stop",
      ])
    guard case .annotated(let text)? = got.answer.message.content.first else {
      Issue.record("no words with marks")
      return
    }
    #expect(try text.citations == [JSONValue(parsing: note), JSONValue(parsing: file)])
  }

  @Test func logprobsComeOnce() throws {
    let entry = #"{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[]}"#
    let part = #"{"type":"output_text","text":"a","logprobs":[\#(entry)]}"#
    let streamed = Body.read(
      Body.created, Body.event("response.output_text.delta", #""output_index":0,"delta":"a","logprobs":[\#(entry)]"#),
      Body.event("response.output_text.done", #""output_index":0,"text":"a","logprobs":[\#(entry)]"#),
      Body.done(#""type":"message","content":[\#(part)]"#), Body.end())
    let native: JSONValue = ["content": [try JSONValue(parsing: entry)]]
    #expect(streamed.answer.logprobs == [native])
    #expect(Body.read(Body.whole(#"{"type":"message","content":[\#(part)]}"#)).answer.logprobs == [native])
  }

  @Test func T10_halvesOfACharacterAreJoined() {
    let got = Body.read(Body.created, Body.text(#"\ud83d"#), Body.text(#"\ude42"#), Body.end())
    #expect(got.script == ["text 🙂", "finish stop"])
    let cut = Body.read(Body.created, Body.text(#"\ud83d"#), Body.end())
    #expect(cut.answer.text == "\u{FFFD}" && cut.warnings == [.repairedText])
  }

  @Test func N5_whatHasNoNameGoesOn() throws {
    let got = Body.read(
      Body.created, Body.event("response.new_thing.delta", #""delta":"x""#), Body.event("keepalive"),
      Body.event("response.code_interpreter_call_code.delta", #""output_index":0,"delta":"1+1""#), Body.text("a"),
      Body.done(#""type":"message","content":[{"type":"hologram","x":1}]"#),
      Body.done(#""type":"compaction","id":"c","encrypted_content":"E""#, 1), Body.end())
    let part = NativePart(
      dialect: .openAIResponses, type: "compaction",
      value: ["type": "compaction", "id": "c", "encrypted_content": "E"])
    #expect(
      got.script == [
        "raw response.new_thing.delta", "raw response.code_interpreter_call_code.delta", "text a",
        "raw content.hologram",
        "part \(ContentPart.native(part))", "finish stop",
      ])
  }

  /// Rule S3: a sign of life is no event.
  @Test func keepAliveDoesNotCount() {
    var decoder = Body.dialect.decoder(for: ResponseContext())
    var events: [StreamEvent] = []
    _ = decoder.feed(Array(Body.event("keepalive", #""sequence_number":3"#).utf8).span, into: &events)
    #expect(!decoder.hasBegun && decoder.eventCount == 0 && events.isEmpty)
  }

  @Test func D16_wholeAndStreamedGiveTheSameTurn() {
    let items = [
      #""type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"Hm."}],"encrypted_content":"E""#,
      #""type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"Hi.","annotations":[]}]"#,
      #""type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"{}","status":"completed""#,
      #""type":"web_search_call","id":"ws","status":"completed","action":{"type":"search","query":"q"}"#,
    ]
    let whole = Body.read(Body.whole(items.map { "{\($0)}" }.joined(separator: ",")))
    var streamed = Body.created
    for (index, item) in items.enumerated() { streamed += Body.added(item, index) + Body.done(item, index) }
    let got = Body.read(streamed, Body.end())
    #expect(got.answer.message == whole.answer.message && got.answer.finish == whole.answer.finish)
    #expect(got.answer.message.content.count == 4)
  }
}
