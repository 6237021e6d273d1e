// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct ConversationTests {
  private func json(_ talk: Conversation) throws -> JSONValue {
    try JSONValue(parsing: Array(JSONEncoder().encode(talk)))
  }

  private func read(_ text: String) throws -> Conversation {
    try JSONDecoder().decode(Conversation.self, from: Data(text.utf8))
  }

  @Test func turnsAreAdded() throws {
    var talk = Conversation(system: "Be brief.")
    talk.append("hi")
    var answer = PartialResponse()
    answer.choices[0].text = "Hello"
    answer.outcome = .complete
    talk.append(try #require(Response(answer)))
    talk.append(["more", .assistant("yes")] as Conversation)
    #expect(talk.messages == [.system("Be brief."), "hi", .assistant("Hello"), "more", .assistant("yes")])
    #expect(Conversation() == [] && Conversation(["a"]) == ["a"])
  }

  /// What was cut is kept, without the calls that nobody could answer.
  @Test func anAnswerThatWasCutIsKept() {
    var answer = PartialResponse()
    answer.choices[0].text = "half"
    answer.choices[0].toolCalls = [
      ToolCall(id: "a", name: "f", arguments: "{}"), ToolCall(id: "b", name: "f", arguments: "{", isComplete: false),
    ]
    var talk: Conversation = ["hi"]
    talk.append(answer)
    #expect(talk.messages[1].toolCalls.map(\.id) == ["a"] && talk.messages[1].text == "half")
    var only = PartialResponse()
    only.choices[0].toolCalls = [ToolCall(id: "b", name: "f", arguments: "{", isComplete: false)]
    talk.append(only)
    #expect(talk.messages.count == 2)
  }

  @Test func callsAreOpenUntilTheyAreAnswered() {
    let calls = ["a", "b"].map { ToolCall(id: $0, name: "f\($0)", arguments: "{}") }
    var talk: Conversation = ["hi"]
    #expect(talk.openCalls.isEmpty)
    talk.append(.assistant(calls.map(ContentPart.toolCall)))
    #expect(talk.openCalls == calls)
    talk.answer(calls[1], "two")
    #expect(talk.openCalls.map(\.id) == ["a"])
    talk.answer(calls[0], "one", isError: true)
    #expect(talk.openCalls.isEmpty && talk.messages.count == 3)
    let results = [
      ToolResult(callID: "b", name: "fb", text: "two"), ToolResult(callID: "a", name: "fa", text: "one", isError: true),
    ]
    #expect(talk.messages[2] == Message(role: .tool, content: results.map(ContentPart.toolResult)))
  }

  // MARK: Saved

  /// The form, as version 1 writes it: what was saved must be read by every later version.
  private static let saved = #"""
    {"version":1,"messages":[
      {"role":"system","content":[{"type":"text","text":"Be brief."}]},
      {"role":"user","name":"Zoe","content":[{"type":"image","media":{"base64":"AQID/w==","mediaType":"image/png"}},
        {"type":"file","media":{"id":"file-1","extra":"{\"citations\":{\"enabled\":true}}"}},
        {"type":"audio","media":{"url":"https://a.example/a.wav","mediaType":"audio/wav"}},
        {"type":"cache_point","point":{"lifetime":"1h"}}]},
      {"role":"assistant","content":[
        {"type":"reasoning","reasoning":{"text":"hm","seal":{"dialect":"anthropic","signature":"ErUB+/=="}}},
        {"type":"annotated_text","text":{"text":"so","citations":"[{\"at\":1.50}]","seal":{"dialect":"anthropic"}}},
        {"type":"provider_tool","tool":{"id":"s","name":"web_search","input":"{}","output":"[1e400]",
          "seal":{"dialect":"anthropic","details":"{\"b\":1.0,\"a\":12345678901234567890123}"}}},
        {"type":"native","part":{"dialect":"anthropic","type":"hologram","value":"{\"z\":-0,\"y\":null}"}},
        {"type":"tool_call","call":{"id":"t1","name":"f","arguments":"{\"x\":1.0}","isCustom":false,"isComplete":true,"choice":0}}]},
      {"role":"tool","content":[{"type":"tool_result","result":{"callID":"t1","name":"f","content":[{"type":"text","text":"42"}],"isError":false}}]}]}
    """#

  @Test func theFormIsStable() throws {
    let talk = try read(Self.saved)
    #expect(try json(talk) == JSONValue(parsing: Self.saved))
    #expect(talk.messages.count == 4 && talk.messages[1].name == "Zoe")
    guard case .image(let image) = talk.messages[1].content[0] else { throw Unexpected() }
    #expect(image.source == .bytes([1, 2, 3, 255]))
  }

  private struct Unexpected: Error {}

  /// Numbers and the order of members are opaque too: nothing of a seal changes, digit by digit.
  @Test func sealsComeBackByteForByte() throws {
    let details = #"{"z":1.0,"a":[1e400,-0,0.1000],"é":"\u0000","n":123456789012345678901234567890}"#
    let value = try JSONValue(parsing: details)
    let seal = Seal(dialect: .gemini, signature: "s\u{0}+/==", details: value)
    let talk: Conversation = [
      .assistant([
        .reasoning(Reasoning(text: "", seal: seal)), .native(NativePart(dialect: "x", type: "y", value: value)),
        .annotated(AnnotatedText("a", citations: [value, "text"], seal: seal)),
        .providerTool(ProviderTool(id: "i", name: "n", output: .string("plain"), seal: seal)),
      ])
    ]
    let again = try JSONDecoder().decode(Conversation.self, from: JSONEncoder().encode(talk))
    #expect(again == talk)
    guard case .reasoning(let reasoning) = again.messages[0].content[0],
      case .native(let native) = again.messages[0].content[1]
    else { throw Unexpected() }
    #expect(reasoning.details?.description == value.description && native.value.description == value.description)
    #expect(reasoning.signature == "s\u{0}+/==")
  }

  @Test(arguments: [
    #"{"version":2,"messages":[]}"#, #"{"version":0,"messages":[]}"#, #"{"messages":[]}"#, "[]",
    #"{"version":1,"messages":[{"role":"king","content":[]}]}"#,
    #"{"version":1,"messages":[{"role":"user","content":[{"type":"image","media":{"base64":"AQI"}}]}]}"#,
    #"{"version":1,"messages":[{"role":"user","content":[{"type":"native","part":{"dialect":"a","type":"b","value":"{"}}]}]}"#,
  ]) func otherFormsAreRefused(_ text: String) {
    #expect(throws: DecodingError.self) { try read(text) }
  }

  @Test func aLaterFormIsSaidToBeOne() throws {
    do {
      _ = try read(#"{"version":9,"messages":[]}"#)
      Issue.record("it was read")
    } catch DecodingError.dataCorrupted(let context) {
      #expect(context.debugDescription.contains("form 9"))
    }
  }

  // MARK: Base64

  @Test func base64IsFoundations() {
    for count in 0..<200 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) }
      let text = Data(bytes).base64EncodedString()
      #expect(Base64.encode(bytes) == text)
      #expect(Base64.decode(text) == bytes)
    }
  }

  @Test(arguments: ["A", "AA", "AAA", "AA=", "A===", "====", "AA=A", "A A=", "AAA\n", "AA==AA==", "é==="])
  func wrongBase64(_ text: String) { #expect(Base64.decode(text) == nil) }
}
