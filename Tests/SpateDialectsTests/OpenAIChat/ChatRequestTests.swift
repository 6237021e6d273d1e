// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Options and the shape of the request: rules D8, D9.
@Suite struct ChatRequestTests {
  /// A provider without any ways of its own.
  static let plain = Provider(id: "acme", name: "Acme", baseURL: "https://acme.example/v1")

  static func provider(_ quirks: Quirk...) -> Provider {
    var provider = plain
    provider.quirks = Set(quirks)
    return provider
  }

  private func encoded(
    _ options: ChatOptions = ChatOptions(), tools: [Tool] = [], for provider: Provider = plain, isStream: Bool = true
  ) throws -> EncodedRequest {
    let request = ChatRequest(model: "m", messages: ["hi"], tools: tools, options: options, isStream: isStream)
    return try OpenAIChatDialect().encode(request, for: provider)
  }

  /// The body without what every request has.
  private func fields(
    _ options: ChatOptions = ChatOptions(), tools: [Tool] = [], for provider: Provider = plain
  ) throws -> JSONValue {
    var body = try JSONValue(parsing: encoded(options, tools: tools, for: provider).body).object ?? [:]
    for key in ["model", "messages", "stream", "stream_options"] { body[key] = nil }
    return .object(body)
  }

  @Test func smallestRequest() throws {
    let request = try encoded(isStream: false)
    #expect(request.method == "POST" && request.path == "/chat/completions" && request.warnings.isEmpty)
    #expect(request.fields["Content-Type"] == "application/json" && request.fields["Accept"] == "application/json")
    let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":false}"#
    #expect(String(decoding: request.body, as: UTF8.self) == body)
  }

  @Test func D9_usageIsAskedFor() throws {
    let request = try encoded()
    #expect(request.fields["Accept"] == "text/event-stream")
    let body = try JSONValue(parsing: request.body)
    #expect(body["stream"] == true && body["stream_options"] == ["include_usage": true])
    #expect(try JSONValue(parsing: encoded(isStream: false).body)["stream_options"] == nil)
    #expect(try JSONValue(parsing: encoded(ChatOptions(streamUsage: false)).body)["stream_options"] == nil)
  }

  @Test func D8_streamOptionsAreLeftOutWhereTheyAreRefused() throws {
    let body = try JSONValue(parsing: encoded(for: Self.provider(.refusesStreamOptions)).body)
    #expect(body["stream_options"] == nil && body["stream"] == true)
    let forced = try encoded(
      ChatOptions(extra: ["stream_options": ["include_usage": true]]), for: Self.provider(.refusesStreamOptions))
    #expect(try JSONValue(parsing: forced.body)["stream_options"] == ["include_usage": true])
  }

  @Test func everyOption() throws {
    let options = ChatOptions(
      temperature: 0.5, topP: 0.9, topK: 40, maxTokens: 100, stop: ["a", "b"], seed: -7, n: 2, presencePenalty: -1,
      frequencyPenalty: 1.25, logprobs: true, topLogprobs: 3, reasoning: .low, responseFormat: .json,
      toolChoice: .auto, parallelTools: false, user: "u", metadata: ["b": "2", "a": "1"])
    let rest: JSONObject = [
      "temperature": 0.5, "top_p": 0.9, "stop": ["a", "b"], "seed": -7, "n": 2, "presence_penalty": -1,
      "frequency_penalty": 1.25, "logprobs": true, "top_logprobs": 3, "response_format": ["type": "json_object"],
      "tool_choice": "auto", "parallel_tool_calls": false, "user": "u", "metadata": ["a": "1", "b": "2"],
    ]
    var plain = rest
    plain.merge(["max_tokens": 100, "reasoning_effort": "low"])
    #expect(try fields(options) == .object(plain))
    let request = try encoded(options)
    #expect(request.warnings.map(\.code) == [.unsupportedOption] && request.warnings[0].message.contains("topK"))

    var other = rest
    other.merge(["max_completion_tokens": 100, "reasoning": ["effort": "low"], "top_k": 40])
    let provider = Self.provider(.maxCompletionTokens, .reasoningObject, .takesTopK)
    #expect(try fields(options, for: provider) == .object(other))
    #expect(try encoded(options, for: provider).warnings.isEmpty)
  }

  @Test func emptyListsAreLeftOut() throws {
    #expect(try fields(ChatOptions(stop: [], metadata: [:])) == [:])
  }

  @Test func topLogprobsNeedLogprobs() throws {
    #expect(try fields(ChatOptions(topLogprobs: 2)) == ["logprobs": true, "top_logprobs": 2])
    #expect(try fields(ChatOptions(logprobs: false, topLogprobs: 2)) == ["logprobs": false, "top_logprobs": 2])
  }

  @Test func anyWordForTheEffort() throws {
    #expect(try fields(ChatOptions(reasoning: ReasoningEffort(rawValue: "xhigh"))) == ["reasoning_effort": "xhigh"])
    #expect(try fields(ChatOptions(reasoning: ReasoningEffort.none)) == ["reasoning_effort": "none"])
  }

  @Test func responseFormats() throws {
    #expect(try fields(ChatOptions(responseFormat: .text)) == ["response_format": ["type": "text"]])
    let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "number"]]]
    let format: JSONValue = [
      "type": "json_schema", "json_schema": ["name": "s", "schema": schema, "strict": false],
    ]
    let options = ChatOptions(responseFormat: .schema(name: "s", schema, isStrict: false))
    #expect(try fields(options) == ["response_format": format])
  }

  @Test func tools() throws {
    let tools = [
      Tool(name: "now"), Tool(name: "sum", description: "adds", parameters: ["type": "object"], isStrict: true),
    ]
    let function: JSONValue = ["name": "now", "parameters": ["type": "object", "properties": [:]]]
    let other: JSONValue = [
      "name": "sum", "description": "adds", "parameters": ["type": "object"], "strict": true,
    ]
    let list: JSONValue = [["type": "function", "function": function], ["type": "function", "function": other]]
    #expect(try fields(tools: tools) == ["tools": list])
  }

  @Test func toolChoices() throws {
    let words: [(ToolChoice, JSONValue)] = [
      (.auto, "auto"), (.none, "none"), (.required, "required"),
      (.tool("sum"), ["type": "function", "function": ["name": "sum"]]),
    ]
    for (choice, value) in words { #expect(try fields(ChatOptions(toolChoice: choice)) == ["tool_choice": value]) }
  }

  @Test func extraFieldsWinAndComeOnce() throws {
    let extra: JSONObject = [
      "temperature": 2, "stream": nil, "messages": [], "model": "other", "safe": ["deep": [1, 2.50]], "stop": "x",
      "tools": nil, "response_format": nil, "metadata": 1,
    ]
    let options = ChatOptions(
      temperature: 1, stop: ["a"], responseFormat: .json, metadata: ["a": "b"], streamUsage: false, extra: extra)
    let body = try encoded(options, tools: [Tool(name: "f")]).body
    #expect(try JSONValue(parsing: body) == .object(extra))
    let text = String(decoding: body, as: UTF8.self)
    for key in extra.keys { #expect(text.split(separator: "\"\(key)\":", omittingEmptySubsequences: false).count == 2) }
    #expect(text.contains(#"{"deep":[1,2.5]}"#))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, .signalingNaN]) func numbersThatAreNone(_ value: Double) {
    let options = [
      ChatOptions(temperature: value), ChatOptions(topP: value), ChatOptions(presencePenalty: value),
      ChatOptions(frequencyPenalty: value),
    ]
    for options in options {
      let error = #expect(throws: SpateError.self) { try encoded(options) }
      #expect(error?.code == .badRequest)
    }
  }

  @Test func refusedRequests() {
    let requests = [
      ChatRequest(model: "", messages: ["hi"]), ChatRequest(model: "m", messages: []),
    ]
    for request in requests {
      let error = #expect(throws: SpateError.self) { try OpenAIChatDialect().encode(request, for: Self.plain) }
      #expect(error?.code == .badRequest && error?.isRetryable == false)
    }
  }

  @Test func extremes() throws {
    let options = ChatOptions(temperature: 1e300, topP: .leastNonzeroMagnitude, maxTokens: .max, seed: .min)
    #expect(try fields(options)["max_tokens"]?.int == .max)
    #expect(try fields(options)["seed"]?.int == .min && fields(options)["temperature"]?.double == 1e300)
    #expect(try fields(options)["top_p"]?.double == .leastNonzeroMagnitude)
  }
}
