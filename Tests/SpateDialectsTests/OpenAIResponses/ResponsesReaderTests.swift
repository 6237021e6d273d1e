// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// The server's side of a request, and that reading and writing are each other's reverse.
@Suite struct ResponsesReaderTests {
  private func read(_ body: String) throws -> ChatRequest {
    try #require(OpenAIResponsesDialect().server).read(ServedRequest(path: "/v1/responses", body: Array(body.utf8)))
  }

  /// What the request says, written again.
  private func again(_ request: ChatRequest) throws -> JSONValue {
    try JSONValue(parsing: OpenAIResponsesDialect().encode(request, for: .openAIResponses).body)
  }

  @Test func paths() throws {
    let server = try #require(OpenAIResponsesDialect().server)
    func serves(_ method: String, _ path: String) -> Bool {
      server.serves(ServedRequest(method: method, path: path, body: []))
    }
    #expect(serves("POST", "/v1/responses") && serves("POST", "/openai/v1/responses"))
    #expect(!serves("GET", "/v1/responses") && !serves("POST", "/v1/chat/completions"))
    #expect(server.idPrefix == "resp_")
    #expect(Dialects.builtIn.server(for: ServedRequest(path: "/v1/responses", body: []))?.idPrefix == "resp_")
  }

  @Test func text() throws {
    let request = try read(#"{"model":"m","input":"hi","instructions":"be brief","stream":true}"#)
    #expect(request.messages == [.system("be brief"), "hi"] && request.isStream && request.options == ChatOptions())
  }

  @Test func turnsAreGathered() throws {
    let request = try read(
      #"""
      {"model":"m","input":[{"role":"developer","content":"d"},{"type":"message","role":"user","content":[{"type":"input_text","text":"q"}]},
      {"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"t"}],"encrypted_content":"E"},
      {"type":"message","id":"m1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"a","annotations":[]}]},
      {"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"{}"},
      {"type":"function_call_output","call_id":"c","output":"r"},{"role":"user","content":"q2"}]}
      """#)
    #expect(request.messages.map(\.role) == [.system, .user, .assistant, .tool, .user])
    #expect(request.messages[2].content.count == 3 && request.messages[2].text == "a")
    guard case .reasoning(let thought) = request.messages[2].content[0] else {
      Issue.record("no reasoning")
      return
    }
    #expect(thought.text == "t" && thought.details?["encrypted_content"] == "E")
    #expect(request.messages[2].toolCalls[0].seal?.details == ["id": "fc"])
  }

  @Test func whatHasNoNameIsKept() throws {
    let body: JSONValue = [
      "model": "m", "input": [["role": "user", "content": "hi"]], "stream": false, "service_tier": "flex",
      "include": ["file_search_call.results"], "text": ["format": ["type": "text"], "verbosity": "low"],
      "reasoning": ["effort": "low", "summary": "detailed"], "tools": [["type": "web_search", "x": 1]],
      "tool_choice": ["type": "web_search"], "truncation": "auto",
    ]
    let request = try read(body.description)
    #expect(request.tools.count == 1 && request.options.responseFormat == .text)
    #expect(try again(request) == body)
  }

  @Test(arguments: [
    "[]", "{", #"{"model":"m"}"#, #"{"input":"x"}"#, #"{"model":"m","input":7}"#, #"{"model":"m","input":[7]}"#,
    #"{"model":"m","input":"x","temperature":"hot"}"#, #"{"model":"m","input":"x","stream":"yes"}"#,
    #"{"model":"m","input":"x","max_output_tokens":0}"#, #"{"model":"m","input":"x","tools":{}}"#,
    #"{"model":"m","input":"x","tools":[{"type":"function"}]}"#,
    #"{"model":"m","input":[{"role":"king","content":"x"}]}"#,
    #"{"model":"m","input":[{"role":"user","content":[{"type":"smell"}]}]}"#,
    #"{"model":"m","input":[{"type":"function_call","name":"f"}]}"#,
    #"{"model":"m","input":[{"type":"function_call_output","output":"x"}]}"#,
  ]) func badRequests(_ body: String) {
    let error = #expect(throws: SpateError.self) { try read(body) }
    #expect(error?.code == .badRequest && error?.message.isEmpty == false)
  }

  /// Written, read, and written again: the same bytes.
  @Test(arguments: 0..<40) func N4_requestsSurviveTheRoundTrip(_ seed: UInt64) throws {
    var random = RandomResponses(seed: seed)
    for _ in 0..<5 {
      let request = random.request()
      let written = try OpenAIResponsesDialect().encode(request, for: RandomResponses.provider)
      let server = try #require(OpenAIResponsesDialect().server)
      let read = try server.read(ServedRequest(path: "/v1/responses", body: written.body))
      let again = try OpenAIResponsesDialect().encode(read, for: RandomResponses.provider)
      let isSame = try JSONValue(parsing: again.body) == JSONValue(parsing: written.body)
      #expect(
        isSame, "\(String(decoding: written.body, as: UTF8.self))\n\(String(decoding: again.body, as: UTF8.self))")
      #expect(written.warnings.isEmpty && again.warnings.isEmpty && read.isStream == request.isStream)
    }
  }
}
