// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Answers that break off after their first word (trust.md 1.2; rules R1-R3, R9), and races.
@Suite(.timeLimit(.minutes(10))) struct CutTests {
  typealias Runs = RecoveryRunTests

  func labels(_ stream: ResponseStream) async -> (labels: [String], error: SpateError?) {
    await Runs().labels(stream)
  }

  @Test func R1_withoutAPolicyACutIsAnErrorWithThePartial() async {
    let transport = ScriptedTransport(Runs.cut("Hel"), .text("Hello"))
    let (labels, error) = await labels(Runs.client(transport).stream("Hi", model: "m"))
    #expect(labels == ["start", "text:Hel"])
    #expect(error?.code == .truncated && error?.partial?.text == "Hel")
    #expect(transport.requests.count == 1)
  }

  @Test func aRestartSaysWhatDoesNotCount() async throws {
    let transport = ScriptedTransport(Runs.cut("Hel", "lo"), .text("Good", " day"))
    let stream = Runs.client(transport, recovery: Recovery(onCut: .restart)).stream("Hi", model: "m")
    let (labels, error) = await labels(stream)
    #expect(error == nil)
    #expect(
      labels == [
        "start", "text:Hel", "text:lo", "retry:1:truncated", "restarted:5:0:0", "start", "text:Good", "text: day",
        "finish:stop",
      ])
    #expect(try await stream.response.text == "Good day")
  }

  @Test func R1_aViewThatCanNotTakeWordsBackFailsInstead() async {
    let transport = ScriptedTransport(Runs.cut("Hel"), .text("Hello"))
    let stream = Runs.client(transport, recovery: Recovery(onCut: .restart)).stream("Hi", model: "m")
    var text = ""
    let failure = await code { for try await words in stream.text { text += words } }
    #expect(failure == .truncated)
    #expect(text == "Hel")
    #expect(stream.snapshot.warnings.map(\.code) == [.notRecovered])
    #expect(transport.requests.count == 1)
  }

  @Test func theResponseAloneNeedsNoNotice() async throws {
    let transport = ScriptedTransport(Runs.cut("Hel"), .text("Hello"))
    let stream = Runs.client(transport, recovery: Recovery(onCut: .restart)).stream("Hi", model: "m")
    #expect(try await stream.response.text == "Hello")
  }

  // MARK: Continuing

  static let begun =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"model\":\"c\",\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}\n\n"
    + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"

  static func delta(_ text: String) -> String {
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"\(text)\"}}\n\n"
  }

  static let ended =
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\n"
    + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

  static func claude(_ transport: ScriptedTransport, _ recovery: Recovery) -> ResponseStream {
    Runs.client(transport, recovery: recovery, provider: .anthropic).stream("Hi", model: "claude-3-5-sonnet-latest")
  }

  @Test func anAnswerGoesOnWhereItBrokeOff() async throws {
    let transport = ScriptedTransport(
      ScriptedAnswer([
        .head(200), .body(Self.begun + Self.delta("One, two, ")), .failure(TransportError(.truncated, "cut")),
      ]),
      ScriptedAnswer([.head(200), .body(Self.begun + Self.delta("three.") + Self.ended)]))
    let stream = Self.claude(transport, Recovery(onCut: .continue))
    var text = ""
    for try await words in stream.text { text += words }
    #expect(text == "One, two, three.")
    let response = try await stream.response
    #expect(response.text == text)
    #expect(response.seams == [Seam(method: .prefill, position: 10, overlap: 0)])
    #expect(response.failedAttempts.first?.usage?.input == 5)
    let second = String(decoding: transport.requests[1].body, as: UTF8.self)
    #expect(second.contains(#""role":"assistant""#) && second.contains("One, two,") && !second.contains("One, two, \""))
  }

  @Test func mistralIsToldThatItsTurnWasBegun() async throws {
    let transport = ScriptedTransport(Runs.cut("Hel"), .text("lo"))
    var provider = Provider.compatible(baseURL: "http://localhost/v1")
    provider.dialect = .mistral
    let stream = Runs.client(transport, recovery: Recovery(onCut: .continue), provider: provider)
      .stream("Hi", model: "mistral-large-latest")
    #expect(try await stream.response.text == "Hello")
    let turns = try JSONValue(parsing: transport.requests[1].body)["messages"]?.array
    #expect(turns?.last == ["role": "assistant", "content": "Hel", "prefix": true])
  }

  @Test func R3_aProviderThatTakesNoBeginningFailsWithTheCause() async {
    let transport = ScriptedTransport(Runs.cut("Hel"), .text("lo"))
    let (labels, error) = await labels(
      Runs.client(transport, recovery: Recovery(onCut: .continue)).stream("Hi", model: "m"))
    #expect(labels == ["start", "text:Hel", "warning:not_recovered"])
    #expect(error?.code == .truncated)
    #expect(transport.requests.count == 1)
  }

  @Test func aToolCallIsNeverContinued() async {
    let call =
      "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}\n\n"
    let transport = ScriptedTransport(
      ScriptedAnswer([
        .head(200), .body(Self.begun + Self.delta("Let me see")), .body(call),
        .failure(TransportError(.truncated, "cut")),
      ]), .text("never"))
    let (labels, error) = await labels(Self.claude(transport, Recovery(onCut: .continue)))
    #expect(labels.last == "warning:not_recovered")
    #expect(error?.code == .truncated)
    #expect(transport.requests.count == 1)
  }

  @Test func R9_aBackgroundResponseIsResumedAfterItsLastEvent() async throws {
    func event(_ number: Int, _ type: String, _ rest: String) -> String {
      "event: \(type)\ndata: {\"type\":\"\(type)\",\"sequence_number\":\(number),\(rest)}\n\n"
    }
    let item = #""output_index":0,"item":{"id":"i","type":"message","role":"assistant","content":[]}"#
    let begin =
      event(0, "response.created", #""response":{"id":"resp_1","background":true,"model":"g","status":"in_progress"}"#)
      + event(1, "response.output_item.added", item)
    func delta(_ number: Int, _ text: String) -> String {
      event(
        number, "response.output_text.delta", #""item_id":"i","output_index":0,"content_index":0,"delta":"\#(text)""#)
    }
    let done = event(
      4, "response.completed",
      #""response":{"id":"resp_1","status":"completed","output":[{"id":"i","type":"message","role":"assistant","content":[{"type":"output_text","text":"One two","annotations":[]}]}],"usage":{"input_tokens":2,"output_tokens":3}}"#
    )
    let transport = ScriptedTransport(
      ScriptedAnswer([.head(200), .body(begin + delta(2, "One")), .failure(TransportError(.truncated, "cut"))]),
      // A server that begins a little before what it was asked for.
      ScriptedAnswer([.head(200), .body(delta(2, "One") + delta(3, " two") + done)]))
    var provider = Provider.openAI
    provider.dialect = .openAIResponses
    let stream = Runs.client(transport, recovery: Recovery(onCut: .continue), provider: provider)
      .stream("Hi", model: "g", options: ChatOptions(isBackground: true))
    let response = try await stream.response
    #expect(response.text == "One two")
    #expect(response.seams == [Seam(method: .cursor, position: 3, overlap: 0)])
    #expect(transport.requests[1].method == "GET")
    #expect(transport.requests[1].url.hasSuffix("/responses/resp_1?stream=true&starting_after=2"))
    #expect(transport.requests[1].body.isEmpty)
  }

  // MARK: Races

  @Test func theFirstToAnswerWinsAndTheOthersAreClosed() async throws {
    let transport = ScriptedTransport { request, _ in
      request.url.contains("slow")
        ? ScriptedAnswer([.head(200), .body(ChatBytes.head + ChatBytes.usage), .hang]) : .text("quick", " answer")
    }
    let model = Runs.client(transport).model(racing: [
      Candidate("s", provider: .compatible(baseURL: "http://slow.localhost/v1")),
      Candidate("q", provider: .compatible(baseURL: "http://quick.localhost/v1")),
    ])
    let response = try await model.stream("Hi").response
    #expect(response.text == "quick answer")
    #expect(response.failedAttempts.map(\.model) == ["s"])
    #expect(response.failedAttempts.map(\.code) == [.cancelled])
    #expect(response.failedAttempts.first?.usage?.input == 3)
    #expect(transport.requests.count == 2)
    await transport.advance(by: .zero)
    #expect(transport.runningCount == 0)
    #expect(transport.timerCount == 0)
  }

  @Test func whoFailsIsOutOfTheRace() async throws {
    let transport = ScriptedTransport { request, _ in
      request.url.contains("bad") ? .status(500) : .text("ok", pace: .seconds(5))
    }
    let model = Runs.client(transport).model(racing: [
      Candidate("b", provider: .compatible(baseURL: "http://bad.localhost/v1")),
      Candidate("g", provider: .compatible(baseURL: "http://good.localhost/v1")),
    ])
    let response = try await model.stream("Hi").response
    #expect(response.text == "ok")
    #expect(response.failedAttempts.map(\.status) == [500])
  }

  @Test func aRaceThatAllLoseIsAFailure() async {
    let transport = ScriptedTransport(.status(401))
    let model = Runs.client(transport).model(racing: [
      Candidate("a", provider: .compatible(baseURL: "http://a.localhost/v1")),
      Candidate("b", provider: .compatible(baseURL: "http://b.localhost/v1")),
      Candidate("c", provider: .compatible(baseURL: "http://c.localhost/v1")),
    ])
    let (labels, error) = await labels(model.stream("Hi"))
    #expect(labels == ["superseded:1", "superseded:2"])
    #expect(error?.code == .auth && error?.attempts == 3)
  }

  @Test func aCancelClosesAllRacers() async {
    let transport = ScriptedTransport(ScriptedAnswer([.head(200), .hang]))
    let model = Runs.client(transport).model(racing: [
      Candidate("a", provider: .compatible(baseURL: "http://a.localhost/v1")),
      Candidate("b", provider: .compatible(baseURL: "http://b.localhost/v1")),
    ])
    let stream = model.stream("Hi")
    let reader = Task { await labels(stream) }
    await transport.waitForRequests(2)
    stream.cancel()
    #expect(await reader.value.error?.code == .cancelled)
    await transport.advance(by: .zero)
    #expect(transport.runningCount == 0 && transport.timerCount == 0)
  }
}
