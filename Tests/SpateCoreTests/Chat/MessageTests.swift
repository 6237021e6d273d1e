// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct MessageTests {
  @Test func literalsAreUsersWords() {
    let messages: [Message] = ["hi", .system("s")]
    #expect(messages[0] == .user("hi") && messages[0].content == [.text("hi")] && messages[1].role == .system)
  }

  @Test func textAndCallsInOrder() {
    let calls = [ToolCall(id: "a", name: "f", arguments: ""), ToolCall(id: "b", name: "g", arguments: "")]
    let message = Message.assistant([
      "one", .toolCall(calls[0]), .reasoning(Reasoning(text: "hm")), "two", .toolCall(calls[1]),
    ])
    #expect(message.text == "onetwo" && message.toolCalls == calls)
  }

  @Test func toolResult() {
    let message = Message.toolResult(id: "a", "12", name: "f", isError: true)
    #expect(message.role == .tool)
    #expect(message.content == [.toolResult(ToolResult(callID: "a", name: "f", text: "12", isError: true))])
  }

  @Test func T6_T7_valuesOfArguments() {
    func value(_ arguments: String) -> JSONValue? { ToolCall(id: "", name: "", arguments: arguments).value }
    #expect(value("") == [:] && value(" \n\t") == [:] && value("{}") == [:] && value(#"{"a":[1]}"#) == ["a": [1]])
    #expect(value("{") == nil && value("{} {}") == nil && value("x") == nil && value("{'a':1}") == nil)
  }

  // MARK: An answer as a turn

  @Test func answersBecomeTurns() {
    var answer = PartialResponse()
    #expect(answer.message == .assistant([]))
    answer.choices[0].text = "a"
    answer.choices[0].reasoning = "hm"
    answer.choices[0].refusal = "no"
    answer.choices[0].toolCalls = [ToolCall(id: "a", name: "f", arguments: "{}")]
    answer.reasoningDetails = [BlockSeal(Seal(signature: "S")), BlockSeal(Seal())]
    #expect(
      answer.message.content == [
        .reasoning(Reasoning(text: "hm", signature: "S")), "a", .refusal("no"), .toolCall(answer.toolCalls[0]),
      ])
  }

  private func merged(_ details: [JSONValue]) -> JSONValue? {
    var answer = PartialResponse()
    answer.reasoningDetails = details.map { BlockSeal(Seal(details: $0)) }
    guard case .reasoning(let reasoning)? = answer.message.content.first else { return nil }
    return reasoning.details
  }

  @Test func D12_piecesOfOneBlockArePutTogether() {
    let text: JSONValue = "reasoning.text"
    #expect(
      merged([
        [["type": text, "text": "a", "index": 0, "signature": nil]], [["type": text, "text": "b", "index": 0]],
        [["type": text, "index": 0, "signature": "S", "id": "x"]],
      ]) == [["type": text, "text": "ab", "index": 0, "signature": "S", "id": "x"]])
    #expect(
      merged([[["type": "reasoning.summary", "summary": "a"]], [["type": "reasoning.summary", "summary": "b"]]])
        == [["type": "reasoning.summary", "summary": "ab"]])
  }

  @Test(
    arguments: [
      [["type": "reasoning.text", "text": "a", "index": 0], ["type": "reasoning.text", "text": "b", "index": 1]],
      [["type": "reasoning.text", "text": "a"], ["type": "reasoning.summary", "summary": "b"]],
      [["type": "reasoning.text", "text": "a", "id": "1"], ["type": "reasoning.text", "text": "b", "id": "2"]],
      [["type": "reasoning.encrypted", "data": "a"], ["type": "reasoning.encrypted", "data": "b"]],
      [["text": "a"], ["text": "b"]], ["a", "b"], [["type": "reasoning.text", "text": 1]], [[]],
    ] as [[JSONValue]]) func D12_otherDetailsStayAsTheyAre(_ details: [JSONValue])
  {
    #expect(merged(details.map { [$0] }) == .array(details) && merged([.array(details)]) == .array(details))
    #expect(merged(details) == .array(details) || details == [[]])
  }

  // MARK: Responses

  @Test func onlyAnswersAreResponses() throws {
    for outcome in [Outcome.complete, .limited, .refused, .filtered, .paused] {
      var partial = PartialResponse()
      partial.outcome = outcome
      partial.choices[0].text = "a"
      let response = try #require(Response(partial))
      #expect(response.outcome == outcome && response.finish == .unknown && response.text == "a" && outcome.isAnswer)
    }
    for outcome in [Outcome.cut, .cancelled, .timedOut, .failed] {
      var partial = PartialResponse()
      partial.outcome = outcome
      #expect(Response(partial) == nil && !outcome.isAnswer)
    }
    #expect(Response(PartialResponse()) == nil)
  }

  @Test func outcomesOfReasons() {
    let outcomes: [(FinishReason, Outcome)] = [
      (.stop, .complete), (.toolCalls, .complete), (.unknown, .complete), (.length, .limited), (.refusal, .refused),
      (.contentFilter, .filtered), (.pause, .paused), (.error, .failed),
    ]
    for (reason, outcome) in outcomes { #expect(Outcome(reason) == outcome) }
  }
}
