// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateTestSupport
import Testing

@testable import Spate

/// Whole calls that fail and are made again, over a scripted network with a clock of its own.
@Suite(.timeLimit(.minutes(10))) struct RecoveryRunTests {
  static let refusal = ScriptedAnswer.status(503, body: #"{"error":{"message":"try later","type":"server_error"}}"#)

  static func client(
    _ transport: ScriptedTransport, recovery: Recovery = Recovery(), timeouts: Timeouts = Timeouts(),
    provider: Provider = .compatible(baseURL: "http://localhost/v1")
  ) -> Client {
    let random = Lock(SeededRandom(seed: 42))
    return Client(
      provider: provider, timeouts: timeouts, recovery: recovery,
      environment: Environment(
        { $0 == "ANTHROPIC_API_KEY" || $0 == "OPENAI_API_KEY" ? "test-key" : nil }, date: { 784_111_777 },
        random: { random.withLock { $0.next() } }),
      transport: transport)
  }

  /// Bytes that are cut after some words.
  static func cut(_ words: String..., thoughts: String = "") -> ScriptedAnswer {
    var steps: [ScriptedAnswer.Step] = [.head(200), .body(ChatBytes.head)]
    if !thoughts.isEmpty {
      steps.append(.body(#"data: {"choices":[{"index":0,"delta":{"reasoning_content":"\#(thoughts)"}}]}"# + "\n\n"))
    }
    steps += words.map { .body(ChatBytes.text($0)) }
    return ScriptedAnswer(steps + [.failure(TransportError(.truncated, "the connection broke"))])
  }

  func labels(_ stream: ResponseStream) async -> (labels: [String], error: SpateError?) {
    var labels: [String] = []
    do {
      for try await event in stream { labels.append(event.label) }
      return (labels, nil)
    } catch { return (labels, error as? SpateError) }
  }

  // MARK: Before the first word

  @Test func aRefusalThatMayPassIsRetriedAndSaid() async throws {
    let transport = ScriptedTransport(Self.refusal, Self.refusal, .text("Hello"))
    let stream = Self.client(transport).stream("Hi", model: "m")
    let (labels, error) = await labels(stream)
    #expect(error == nil)
    #expect(labels == ["retry:1:overloaded", "retry:2:overloaded", "start", "text:Hello", "finish:stop"])
    let response = try await stream.response
    #expect(response.failedAttempts.map(\.number) == [1, 2])
    #expect(response.failedAttempts.map(\.status) == [503, 503])
    #expect(transport.requests.count == 3)
    #expect(transport.timerCount == 0)
    #expect(transport.now < .milliseconds(1500))
  }

  @Test func theLastErrorSaysHowManyRequestsWereMade() async {
    let transport = ScriptedTransport(Self.refusal)
    let (labels, error) = await labels(Self.client(transport).stream("Hi", model: "m"))
    #expect(labels == ["retry:1:overloaded", "retry:2:overloaded"])
    #expect(error?.code == .overloaded)
    #expect(error?.attempts == 3)
    #expect(error?.partial?.failedAttempts.count == 2)
    #expect(transport.requests.count == 3)
  }

  @Test func withoutRetriesThereIsOneRequest() async {
    let transport = ScriptedTransport(Self.refusal)
    let (labels, error) = await labels(
      Self.client(transport).stream("Hi", model: "m", recovery: .none))
    #expect(labels.isEmpty && error?.attempts == 1)
    #expect(transport.requests.count == 1)
  }

  @Test func allRequestsOfACallHaveOneIdempotencyKey() async throws {
    let transport = ScriptedTransport(Self.refusal, .text("a"), .text("b"))
    let client = Self.client(transport)
    _ = try await client.stream("Hi", model: "m").response
    _ = try await client.stream("Hi", model: "m").response
    let keys = transport.requests.map { $0.fields["Idempotency-Key"] }
    #expect(keys[0] == keys[1] && keys[1] != keys[2])
    #expect(keys[0]?.hasPrefix("spate-") == true)
  }

  @Test(
    arguments: [
      (["retry-after": "7"], 7.0...8), (["retry-after-ms": "300"], 0.3...0.4),
      (["retry-after": "Sun, 06 Nov 1994 08:49:47 GMT"], 10...11),
      (["x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6.5s"], 6.5...7.5),
    ] as [([String: String], ClosedRange<Double>)])
  func R5_R6_waitsAsLongAsItIsAsked(fields: [String: String], within: ClosedRange<Double>) async throws {
    var head: HTTPFields = ["Content-Type": "application/json"]
    for (name, value) in fields { head.append(name: name, value: value) }
    let transport = ScriptedTransport(
      .status(429, body: #"{"error":{"message":"slow down"}}"#, fields: head), .text("ok"))
    let response = try await Self.client(transport).stream("Hi", model: "m").response
    #expect(response.text == "ok")
    #expect(within.contains(transport.now / .seconds(1)))
  }

  @Test func R7_anAnswerThatAsksForDaysFailsAtOnce() async {
    let transport = ScriptedTransport(
      .status(429, fields: ["Content-Type": "application/json", "retry-after": "86400"]), .text("never"))
    let (_, error) = await labels(Self.client(transport).stream("Hi", model: "m"))
    #expect(error?.code == .rateLimit && error?.retryAfter == .seconds(86_400))
    #expect(transport.requests.count == 1)
  }

  @Test(arguments: [(503, "false", 1), (400, "true", 2)] as [(Int, String, Int)])
  func theProvidersWordOnRetriesIsObeyed(status: Int, word: String, requests: Int) async {
    let transport = ScriptedTransport(
      .status(status, fields: ["Content-Type": "application/json", "x-should-retry": word, "retry-after-ms": "1"]),
      .text("ok"))
    _ = await labels(Self.client(transport).stream("Hi", model: "m"))
    #expect(transport.requests.count == requests)
  }

  @Test(
    arguments: [
      ScriptedAnswer.failure(TransportError(.connect, "no")), .failure(TransportError(.dns, "no")),
      .status(408), .status(409), .status(425), .status(500), .status(599),
      ScriptedAnswer([.head(200), .end]), ScriptedAnswer([.head(200), .body(": ping\n\n"), .end]),
      ScriptedAnswer([
        .head(200), .body("data: {\"error\":{\"message\":\"overloaded\",\"type\":\"overloaded_error\"}}\n\n"),
      ]),
      ScriptedAnswer([.head(200), .body("data: {\"error\":{\"message\":\"strange\"}}\n\n")]),
      ScriptedAnswer([.hang]), ScriptedAnswer([.head(200), .hang]),
    ])
  func R4_failuresBeforeTheFirstWordAreRetriedWhereverTheyOccur(answer: ScriptedAnswer) async throws {
    let transport = ScriptedTransport(answer, .text("ok"))
    let stream = Self.client(transport).stream("Hi", model: "m")
    async let response = stream.response
    // For those that hang: the clock that ends them.
    await transport.waitForRequests(1)
    await transport.advance(by: .seconds(120))
    #expect(try await response.text == "ok")
    #expect(transport.requests.count == 2)
  }

  @Test(
    arguments: [
      ScriptedAnswer.status(400), .status(401), .status(403), .status(404), .status(413), .status(422), .status(451),
      .status(302), .failure(TransportError(.tls, "no")), .failure(TransportError(.protocol, "no")),
      .status(429, body: #"{"error":{"message":"no credit","code":"insufficient_quota"}}"#),
      ScriptedAnswer([
        .head(200), .body("data: {\"error\":{\"message\":\"bad\",\"type\":\"invalid_request_error\"}}\n\n"),
      ]),
      ScriptedAnswer([.head(200), .body("data: {\"choices\n\ndata: 5\n\n")]),
      ScriptedAnswer([.head(200, contentType: "text/html"), .body("<html><title>Hi</title></html>")]),
    ])
  func whatWillNotChangeIsNotRetried(answer: ScriptedAnswer) async {
    let transport = ScriptedTransport(answer, .text("never"))
    let (_, error) = await labels(Self.client(transport).stream("Hi", model: "m"))
    #expect(error != nil)
    #expect(transport.requests.count == 1)
  }

  @Test func D8_streamOptionsThatAreRefusedAreDroppedOnceAndRemembered() async throws {
    let transport = ScriptedTransport(
      .status(400, body: #"{"error":{"message":"Unrecognized request argument supplied: stream_options"}}"#),
      .text("a"), .text("b"))
    let client = Self.client(transport)
    #expect(try await client.stream("Hi", model: "m").response.text == "a")
    #expect(try await client.stream("Hi", model: "m").response.text == "b")
    let sent = transport.requests.map { String(decoding: $0.body, as: UTF8.self).contains("stream_options") }
    #expect(sent == [true, false, false])
  }

  @Test func R2_thoughtsThatWereShownAreTakenBack() async throws {
    let transport = ScriptedTransport(Self.cut(thoughts: "Hmm"), .text("Hello"))
    let stream = Self.client(transport).stream("Hi", model: "m")
    let (labels, _) = await labels(stream)
    #expect(
      labels == [
        "start", "reasoning:Hmm", "retry:1:truncated", "restarted:0:3:0", "start", "text:Hello", "finish:stop",
      ])
    #expect(try await stream.response.reasoning == "")
  }

  @Test func aCancelDuringTheWaitEndsItAtOnce() async throws {
    // A client whose waits are real: nothing skips them here.
    let played = PlayedTransport { exchange in
      exchange.send(.head(503, ["Content-Type": "text/plain"]))
      exchange.end()
    }
    let stream = played.client.stream("Hi", model: "m", recovery: Recovery(maxRetries: 2))
    let reader = Task { await labels(stream) }
    try await played.timers.wait { !$0.isEmpty }
    stream.cancel()
    let outcome = await reader.value
    #expect(outcome.labels == ["retry:1:overloaded"])
    #expect(outcome.error?.code == .cancelled)
    #expect(played.timers.now.isEmpty)
    #expect(played.exchanges.now.count == 1)
  }

  @Test func theTotalTimeSpansAttemptsAndWaits() async {
    let transport = ScriptedTransport(
      .status(503, fields: ["Content-Type": "text/plain", "retry-after": "20"]), .text("never"))
    let (_, error) = await labels(
      Self.client(transport).stream("Hi", model: "m", timeouts: Timeouts(total: .seconds(15))))
    // Waiting would take longer than there is: the cause is told, at once.
    #expect(error?.code == .overloaded)
    #expect(transport.requests.count == 1)
    #expect(transport.now == .zero)
  }

  @Test func usageOfAFailedAttemptIsKept() async throws {
    let body = ChatBytes.head + ChatBytes.usage
    let transport = ScriptedTransport(
      ScriptedAnswer([.head(200), .body(body), .failure(TransportError(.truncated, "cut"))]), .text("Hello"))
    let response = try await Self.client(transport).stream("Hi", model: "m").response
    #expect(response.failedAttempts.first?.usage?.input == 3)
    #expect(response.usage?.isReported != true && response.usage?.input == nil)
  }

  // MARK: Fallbacks

  @Test func anotherModelAnswers() async throws {
    let transport = ScriptedTransport { request, _ in
      String(decoding: request.body, as: UTF8.self).contains("\"first\"") ? .status(404) : .text("second")
    }
    let stream = Self.client(transport).stream(
      "Hi", model: "first",
      recovery: Recovery(fallbacks: [Candidate("next", provider: .compatible(baseURL: "http://localhost/v1"))]))
    let response = try await stream.response
    #expect(response.text == "second")
    #expect(response.failedAttempts.map(\.model) == ["first"])
    #expect(transport.requests.count == 2)
  }

  @Test func aMissingKeyIsNoEndEither() async throws {
    let transport = ScriptedTransport(.text("Hello"))
    var other = Provider.compatible(baseURL: "http://localhost/v1")
    other.keyVariables = ["NOT_SET"]
    other.needsKey = true
    let client = Self.client(transport)
    let stream = client.model("m", provider: other).stream(
      "Hi", recovery: Recovery(fallbacks: [Candidate("m", provider: .compatible(baseURL: "http://localhost/v1"))]))
    let response = try await stream.response
    #expect(response.failedAttempts.map(\.code) == [.missingKey])
    #expect(transport.requests.count == 1)
  }

  @Test func aBreakerKeepsAnOriginAlone() async {
    let transport = ScriptedTransport(.status(500, fields: ["Content-Type": "text/plain", "x-should-retry": "false"]))
    let client = Self.client(transport, recovery: Recovery(maxRetries: 0, breaker: CircuitBreaker(failures: 3)))
    var codes: [SpateError.Code?] = []
    for _ in 0..<5 { codes.append(await labels(client.stream("Hi", model: "m")).error?.code) }
    #expect(codes == [.server, .server, .server, .overloaded, .overloaded])
    #expect(transport.requests.count == 3)
  }

  @Test func aSpreadLeavesWhoFailedAloneForAWhile() async throws {
    let transport = ScriptedTransport { request, _ in
      request.url.contains("a.localhost") ? .status(500) : .text("b")
    }
    let client = Self.client(transport, recovery: Recovery(maxRetries: 0))
    let model = client.model(oneOf: [
      Candidate("m", provider: .compatible(baseURL: "http://a.localhost/v1"), weight: 1e9),
      Candidate("n", provider: .compatible(baseURL: "http://b.localhost/v1"), weight: 1e-9),
    ])
    #expect(try await model.stream("Hi").response.text == "b")
    #expect(try await model.stream("Hi").response.text == "b")
    #expect(transport.requests.map { $0.url.contains("a.localhost") } == [true, false, false])
  }
}
