// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// What a call sends: options, messages, tools, and where.
@Suite(.timeLimit(.minutes(10))) struct ClientTests {
  /// The body of the request that `call` makes.
  func body(_ call: (Client) -> ResponseStream, options: ChatOptions = ChatOptions()) async throws -> JSONValue {
    let transport = PlayedTransport { $0.end(TransportError(.connect, "refused")) }
    var client = transport.client
    client.options = options
    _ = try? await call(client).response
    return try JSONValue(parsing: try await transport.first.request.body)
  }

  @Test func optionsOfACallWinOverTheModelsWhichWinOverTheClients() async throws {
    let client = ChatOptions(temperature: 0.1, topP: 0.1, maxTokens: 1, stop: ["c"], user: "client")
    let model = ChatOptions(temperature: 0.2, topP: 0.2, maxTokens: 2)
    let call = ChatOptions(temperature: 0.3, topP: 0.3)
    let sent = try await body({ $0.model("m", options: model).stream("Hi", options: call) }, options: client)
    #expect(sent["temperature"]?.double == 0.3)
    #expect(sent["top_p"]?.double == 0.3)
    #expect(sent["max_tokens"]?.int == 2)
    #expect(sent["stop"]?.array?.count == 1)
    #expect(sent["user"]?.string == "client")
  }

  @Test func metadataAndExtraFieldsAreMergedKeyByKey() async throws {
    let client = ChatOptions(metadata: ["a": "1", "b": "1"], extra: ["x": 1, "y": 1])
    let call = ChatOptions(metadata: ["b": "2"], extra: ["y": 2, "z": 2])
    let sent = try await body({ $0.stream("Hi", model: "m", options: call) }, options: client)
    #expect(sent["metadata"]?["a"]?.string == "1")
    #expect(sent["metadata"]?["b"]?.string == "2")
    #expect([sent["x"]?.int, sent["y"]?.int, sent["z"]?.int] == [1, 2, 2])
  }

  @Test func extraFieldsWinOverNamedOnesAndComeOnce() async throws {
    let transport = PlayedTransport { $0.end() }
    let options = ChatOptions(temperature: 0.5, extra: ["temperature": 1])
    _ = try? await transport.stream(options: options).response
    let text = String(decoding: try await transport.first.request.body, as: UTF8.self)
    #expect(text.contains(#""temperature":1"#))
    #expect(text.split(separator: "temperature").count == 2)
  }

  @Test func aPromptIsOneMessageOfTheUser() async throws {
    let sent = try await body { $0.stream("Hi\n\"there\" \u{1F600}", model: "m") }
    #expect(sent["messages"]?.array?.count == 1)
    #expect(sent["messages"]?.array?.first?["role"]?.string == "user")
    #expect(sent["messages"]?.array?.first?["content"]?.string == "Hi\n\"there\" \u{1F600}")
    #expect(sent["model"]?.string == "m")
    #expect(sent["stream"]?.bool == true)
  }

  @Test func aConversationKeepsItsOrder() async throws {
    let conversation: [Message] = [.system("Be brief."), "Hi", .assistant("Hello."), .user("Bye")]
    let sent = try await body { $0.stream(conversation, model: "m") }
    #expect(
      sent["messages"]?.array?.compactMap { $0["role"]?.string } == ["system", "user", "assistant", "user"])
  }

  @Test func toolsAreSent() async throws {
    let tool = Tool(name: "weather", description: "Says the weather.")
    let sent = try await body { $0.stream("Hi", model: "m", tools: [tool]) }
    #expect(sent["tools"]?.array?.first?["function"]?["name"]?.string == "weather")
    let byModel = try await body { $0.model("m").stream("Hi", tools: [tool]) }
    #expect(byModel["tools"]?.array?.count == 1)
  }

  @Test func theRequestIsAPostOfJSONThatAsksForAStream() async throws {
    let transport = PlayedTransport { $0.end() }
    _ = try? await transport.stream().response
    let request = try await transport.first.request
    #expect(request.method == "POST")
    #expect(request.url == "http://127.0.0.1:1/v1/chat/completions")
    #expect(request.fields["Content-Type"] == "application/json")
    #expect(request.fields["Accept"] == "text/event-stream")
    #expect(request.expectsStream)
    #expect(request.fields["Authorization"] == nil)
  }

  @Test func theModelsProviderWinsOverTheClients() async throws {
    let transport = PlayedTransport { $0.end() }
    let client = Client(provider: .ollama, recovery: .none, environment: .fixed([:]), transport: transport)
    _ = try? await client.model("m", provider: .vLLM).stream("Hi").response
    _ = try? await client.model("m").stream("Hi").response
    let urls = transport.exchanges.now.map(\.request.url)
    #expect(urls == ["http://localhost:8000/v1/chat/completions", "http://localhost:11434/api/chat"])
  }

  @Test func aClientOpensNothingAndNeverFails() {
    let transport = PlayedTransport()
    for base in ["", "nonsense", "http://:", "https://user:pass@h"] {
      let client = Client(
        provider: .compatible(baseURL: base), recovery: .none, environment: .fixed([:]), transport: transport)
      _ = client.stream("Hi", model: "")
    }
    #expect(transport.exchanges.now.isEmpty)
  }

  @Test func streamsOfOneClientAreApart() async throws {
    let transport = PlayedTransport { exchange in
      let body = String(decoding: exchange.request.body, as: UTF8.self)
      exchange.send(.head(), .body(ChatBytes.answer(body.contains("first") ? "1" : "2")))
      exchange.end()
    }
    let first = transport.stream("first")
    let second = transport.stream("second")
    async let one = first.response.text
    async let two = second.response.text
    #expect(try await [one, two] == ["1", "2"])
  }

  @Test func aClientThatGoesAwayEndsNothing() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("Hi"))
    let stream: ResponseStream
    do {
      let client = transport.client
      stream = client.stream("Hi", model: "m")
    }
    #expect(try await stream.response.text == "Hi")
  }

  @Test func answersOfSeveralChoicesAreKeptApart() async throws {
    let body =
      ChatBytes.text("a") + ChatBytes.text("x", choice: 1) + ChatBytes.text("b") + ChatBytes.finish()
      + #"data: {"choices":[{"index":1,"delta":{},"finish_reason":"length"}]}"# + "\n\n" + ChatBytes.done
    let response = try await PlayedTransport.answering(body).stream(options: ChatOptions(n: 2)).response
    #expect(response.choices.map(\.text) == ["ab", "x"])
    #expect(response.choices.map(\.finish) == [.stop, .length])
  }
}
