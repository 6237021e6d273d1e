// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// What a refusal says about its sender.
@Suite struct LearningTests {
  private func error(_ message: String, status: Int = 400, code: SpateError.Code = .badRequest) -> SpateError {
    var error = SpateError(code, message)
    error.status = status
    return error
  }

  private let plain = Provider(id: "p", name: "P", baseURL: "http://localhost")

  @Test(arguments: [
    "Unrecognized request argument supplied: stream_options", "Extra inputs are not permitted, field: 'stream_options'",
    "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted'}]",
  ])
  func D8_streamOptionsAreNotAskedForAgain(message: String) throws {
    for status in [400, 422] {
      let wiser = try #require(plain.learning(from: error(message, status: status)))
      #expect(wiser.quirks == [.refusesStreamOptions])
      let request = ChatRequest(model: "m", messages: ["Hi"])
      let before = try OpenAIChatDialect().encode(request, for: plain).body
      let after = try OpenAIChatDialect().encode(request, for: wiser).body
      #expect(String(decoding: before, as: UTF8.self).contains("stream_options"))
      #expect(!String(decoding: after, as: UTF8.self).contains("stream_options"))
      // Once: the same refusal teaches nothing new.
      #expect(wiser.learning(from: error(message, status: status)) == nil)
    }
  }

  @Test func D8_theBodyIsReadToo() {
    var refusal = error("Bad request")
    refusal.body = Array(#"{"detail":[{"loc":["body","stream_options"]}]}"#.utf8)
    #expect(plain.learning(from: refusal)?.quirks == [.refusesStreamOptions])
  }

  @Test func theNameOfTheLimit() throws {
    let wanted = error(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      code: .unsupportedParameter)
    let wiser = try #require(plain.learning(from: wanted))
    #expect(wiser.quirks == [.maxCompletionTokens] && wiser.learning(from: wanted) == nil)
    let unknown = error("Unknown field: max_completion_tokens")
    #expect(wiser.learning(from: unknown)?.quirks == [] && plain.learning(from: unknown) == nil)
  }

  @Test func D21_thePolicyOfReplayIsTurnedOnce() throws {
    let missing = error("Missing `reasoning_content` field in the assistant message at message index 3")
    let wiser = try #require(plain.learning(from: missing))
    #expect(wiser.quirks == [.replaysReasoningContent])
    #expect(wiser.learning(from: error("reasoning_content is not allowed in input messages"))?.quirks == [])
  }

  @Test func theRoleOfTheSystem() throws {
    var provider = plain
    provider.quirks = [.developerRole]
    let request = ChatRequest(model: "m", messages: [.system("S"), "Hi"])
    let body = try OpenAIChatDialect().encode(request, for: provider).body
    #expect(try JSONValue(parsing: body)["messages"]?[0]?["role"] == "developer")
    #expect(provider.learning(from: error("'developer' is not one of ['system', 'user']"))?.quirks == [])
  }

  @Test func otherErrorsTeachNothing() {
    #expect(plain.learning(from: error("the model is unknown")) == nil)
    #expect(plain.learning(from: error("stream_options", status: 500, code: .server)) == nil)
    #expect(plain.learning(from: error("stream_options", status: 429, code: .rateLimit)) == nil)
    #expect(plain.learning(from: SpateError(.badRequest, "stream_options")) == nil)
    #expect(Provider.anthropic.learning(from: error("stream_options")) == nil)
  }
}
