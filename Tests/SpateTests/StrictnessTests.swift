// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// An option that the target can not take: a warning, or an error before anything is sent; never a silent drop.
@Suite(.timeLimit(.minutes(10))) struct StrictnessTests {
  private func client(
    _ transport: ScriptedTransport, options: ChatOptions = ChatOptions(), profiles: ModelProfiles = ModelProfiles()
  ) -> Client {
    Client(
      options: options, profiles: profiles, environment: .fixed(["OPENAI_API_KEY": "k", "XAI_API_KEY": "k"]),
      transport: transport)
  }

  private func sent(_ transport: ScriptedTransport) throws -> JSONValue {
    try JSONValue(parsing: try #require(transport.requests.last).body)
  }

  @Test func aWarningIsTheRule() async throws {
    let transport = ScriptedTransport(.text("Hi"))
    let options = ChatOptions(temperature: 0.2, maxTokens: 50, reasoning: .minimal)
    let stream = client(transport).stream("Hi", model: "o3", options: options)
    var codes: [StreamWarning.Code] = []
    for try await event in stream { if case .warning(let warning) = event { codes.append(warning.code) } }
    #expect(codes == [.adjustedOption, .unsupportedOption])
    let body = try sent(transport)
    #expect(body["temperature"] == nil && body["reasoning_effort"] == "low" && body["max_completion_tokens"] == 50)
    // Of the profile and of the wire format, in one list.
    let response = try await client(transport).respond(
      to: "Hi", model: "o3", options: ChatOptions(temperature: 0.2, topK: 3))
    #expect(response.warnings.map(\.code) == [.unsupportedOption, .unsupportedOption])
  }

  @Test func strictnessSendsNothing() async throws {
    let transport = ScriptedTransport(.text("Hi"))
    let strict = client(transport, options: ChatOptions(strictness: .refuse))
    let options = ChatOptions(temperature: 0.2, topK: 3)
    let error = await #expect(throws: SpateError.self) {
      try await strict.respond(to: "Hi", model: "o3", options: options)
    }
    #expect(error?.code == .unsupportedParameter && error?.provider == "openai" && error?.model == "o3")
    #expect(error?.message.contains("temperature") == true && error?.message.contains("topK") == true)
    #expect(transport.requests.isEmpty)
    // What is taken as it is goes out.
    _ = try await strict.stream("Hi", model: "gpt-4o", options: ChatOptions(temperature: 0.2)).response
    #expect(transport.requests.count == 1)
  }

  @Test func strictnessOfACallWins() async throws {
    let transport = ScriptedTransport(.text("Hi"))
    let strict = client(transport, options: ChatOptions(strictness: .refuse))
    let options = ChatOptions(temperature: 0.2, strictness: .warn)
    #expect(try await strict.stream("Hi", model: "o3", options: options).response.warnings.count == 1)
    let model = strict.model("o3", options: ChatOptions(strictness: .warn))
    let error = await #expect(throws: SpateError.self) {
      try await model.stream("Hi", options: ChatOptions(temperature: 0.2, strictness: .refuse)).response
    }
    #expect(error?.code == .unsupportedParameter)
  }

  @Test func contentForABlindModelGoesOutUnlessAllOrNothingIsWanted() async throws {
    let transport = ScriptedTransport(.text("Hi"))
    let messages: [Message] = [.user(["What is it?", .image(.url("https://a.example/a.png"))])]
    let response = try await client(transport).stream(messages, model: "grok-3").response
    #expect(response.warnings.map(\.code) == [.unsupportedInput])
    #expect(try sent(transport)["messages"]?[0]?["content"]?[1]?["type"] == "image_url")
    let error = await #expect(throws: SpateError.self) {
      try await client(transport).respond(to: messages, model: "grok-3", options: ChatOptions(strictness: .refuse))
    }
    #expect(error?.code == .unsupportedParameter && transport.requests.count == 1)
  }

  // MARK: Your own profiles

  @Test func aProfileOfYourOwnComesFirst() async throws {
    let transport = ScriptedTransport(.text("Hi"))
    let options = ChatOptions(temperature: 0.2, topP: 0.3)
    // Nothing is known of it: everything is sent.
    _ = try await client(transport).model("o3", profile: ModelProfile()).stream("Hi", options: options).response
    #expect(try sent(transport)["temperature"]?.double == 0.2)
    let profiles: ModelProfiles = ["openai/o3": ModelProfile(rules: [.topP: .refused])]
    let byClient = client(transport, profiles: profiles)
    #expect(try await byClient.stream("Hi", model: "o3", options: options).response.warnings.count == 1)
    #expect(try sent(transport)["temperature"]?.double == 0.2 && sent(transport)["top_p"] == nil)
    let byModel = byClient.model("o3", profile: ModelProfile(rules: [.temperature: .refused]))
    _ = try await byModel.stream("Hi", options: options).response
    #expect(try sent(transport)["temperature"] == nil && sent(transport)["top_p"]?.double == 0.3)
    var provider = Provider.openAI
    provider.profiles = ["o3": ModelProfile()]
    _ = try await client(transport).model("o3", provider: provider).stream("Hi", options: options).response
    #expect(try sent(transport)["temperature"]?.double == 0.2)
  }

  @Test func D20_aModelThatCanNotStreamGivesTheSameEvents() async throws {
    let body =
      #"{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"#
      + #""finish_reason":"stop"}]}"#
    let transport = ScriptedTransport(.status(200, body: body))
    let profile = ModelProfile(ModelCapabilities(cannot: [.streaming]))
    let model = client(transport).model("gpt-4o", profile: profile)
    var labels: [String] = []
    for try await event in model.stream("Hi") {
      switch event {
      case .text(let delta): labels.append(delta.text)
      case .warning(let warning): labels.append(warning.code.description)
      case .finish: labels.append("finish")
      default: break
      }
    }
    #expect(labels == ["adjusted_option", "Hello", "finish"])
    #expect(try sent(transport)["stream"] == false)
    #expect(transport.requests[0].fields["Accept"] == "application/json" && !transport.requests[0].expectsStream)
  }

  /// The encoder knows of the profile too: how thinking is asked for depends on it.
  @Test func aProfileDecidesTheFormOfARequest() async throws {
    let transport = ScriptedTransport(.status(400))
    let client = Client(environment: .fixed(["ANTHROPIC_API_KEY": "k"]), transport: transport)
    let profile = ModelProfile(
      ModelCapabilities(can: [.reasoning], efforts: [.low, .high]), defaultMaxTokens: 77)
    let model = client.model("anthropic/house-model", profile: profile)
    _ = try? await model.stream("Hi", options: ChatOptions(reasoning: .medium)).response
    let body = try sent(transport)
    #expect(body["max_tokens"] == 77 && body["output_config"]?["effort"] == "low")
    #expect(body["thinking"]?["type"] == "adaptive")
  }

  /// Rule R3: who is known not to go on with words of its own is not asked to.
  @Test(arguments: [("claude-3-5-sonnet-latest", true), ("claude-opus-4-6", false), ("somebody", true)])
  func R3_aCutAnswerGoesOnOnlyWhereTheModelCan(model: String, isAble: Bool) throws {
    let client = Client(environment: .fixed(["ANTHROPIC_API_KEY": "k"]), transport: ScriptedTransport())
    let question = Question(
      client: client, messages: ["Hi"], tools: [], options: ChatOptions(), timeouts: Timeouts(), isStream: true)
    let call = try question.call(to: Candidate(model, provider: .anthropic), continuing: nil)
    #expect(call.reading.canBePrefilled == isAble)
  }

  @Test func D20_aWholeAnswerHasItsOwnClocks() throws {
    let client = Client(environment: .fixed(["OPENAI_API_KEY": "k"]), transport: ScriptedTransport())
    let question = Question(
      client: client, messages: ["Hi"], tools: [], options: ChatOptions(), timeouts: Timeouts(), isStream: true)
    let profile = ModelProfile(ModelCapabilities(cannot: [.streaming]))
    let call = try question.call(to: Candidate("gpt-4o", profile: profile), continuing: nil)
    #expect(call.timeouts == Timeouts().over(.standard(isStream: false)) && !call.request.expectsStream)
  }

  /// Rule D21: the policy is turned once, and kept for the next calls.
  @Test func D21_refusedThoughtsAreLeftOutOnceAndForAll() async throws {
    let refusal = #"{"error":{"message":"reasoning_content is not allowed in input messages"}}"#
    let transport = ScriptedTransport { request, _ in
      String(decoding: request.body, as: UTF8.self).contains("reasoning_content")
        ? .status(400, body: refusal) : .text("Hi")
    }
    let client = Client(environment: .fixed(["DEEPSEEK_API_KEY": "k"]), transport: transport)
    let talk: [Message] = ["A?", .assistant([.reasoning(Reasoning(text: "hm")), "A."]), "B?"]
    for count in [2, 3] {
      #expect(try await client.stream(talk, model: "deepseek-chat").response.text == "Hi")
      #expect(transport.requests.count == count)
    }
    // What is refused either way is an error, not a loop.
    let stubborn = ScriptedTransport(.status(400, body: refusal))
    let error = await #expect(throws: SpateError.self) {
      try await Client(environment: .fixed(["DEEPSEEK_API_KEY": "k"]), transport: stubborn)
        .stream(talk, model: "deepseek-chat").response
    }
    #expect(error?.status == 400 && stubborn.requests.count == 2)
  }
}
