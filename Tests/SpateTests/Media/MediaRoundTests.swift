// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateTransport
import Testing

@testable import Spate

/// Media in what a tool answered, which a later round needs the bytes of.
@Suite(.timeLimit(.minutes(10))) struct MediaRoundTests {
  private static let image = "https://images.example/shot?size=1"
  private static let other = "https://images.example/other"

  private static func line(_ message: String, _ reason: String = "stop") -> ScriptedAnswer {
    ScriptedAnswer([
      .head(200, contentType: "application/x-ndjson"),
      .body(#"{"model":"m","message":{"role":"assistant",\#(message)},"done":true,"done_reason":"\#(reason)"}"# + "\n"),
    ])
  }

  private static let call = #""content":"","tool_calls":[{"function":{"name":"shot","arguments":{}}}]"#

  /// Ollama, which takes bytes only, calls `shot` in as many rounds as there are lists of addresses; each call answers with
  /// images at those of its round.
  private func ask(
    _ rounds: [[String]], _ fetching: MediaFetching = MediaFetching(), loop: ToolLoop = ToolLoop(),
    timeouts: Timeouts = Timeouts(), before: [ContentPart] = [],
    media: @escaping @Sendable (HTTPRequest) -> ScriptedAnswer
  ) -> (ResponseStream, ScriptedTransport) {
    let (asked, called) = (Lock(0), Lock(0))
    @Sendable func next(_ count: Lock<Int>) -> Int {
      count.withLock { count in
        count += 1
        return count - 1
      }
    }
    let transport = ScriptedTransport { request, _ in
      guard request.method == "POST" else { return media(request) }
      return next(asked) < rounds.count ? Self.line(Self.call) : Self.line(#""content":"A cat.""#)
    }
    let client = Client(
      provider: .ollama, timeouts: timeouts, recovery: .none, environment: .fixed(["OLLAMA_API_KEY": "secret"]),
      transport: transport, mediaFetching: fetching)
    let shot = ExecutableTool("shot", parameters: ["type": "object"]) { _ in
      ToolOutput([.text("Here.")] + rounds[next(called)].map { .image(.url($0)) })
    }
    let stream = client.stream([.user([.text("What is it?")] + before)], model: "m", tools: [shot], loop: loop)
    return (stream, transport)
  }

  private static func png(_ request: HTTPRequest) -> ScriptedAnswer {
    ScriptedAnswer([.head(HTTPHead(status: 200, fields: ["Content-Type": "image/png"])), .body(MediaFetchTests.png)])
  }

  private func methods(_ transport: ScriptedTransport) -> [String] { transport.requests.map(\.method) }

  @Test func whatAToolShowsIsFetchedForTheNextRound() async throws {
    let (stream, transport) = ask([[Self.image]], media: Self.png)
    let response = try await stream.response
    #expect(response.text == "A cat." && methods(transport) == ["POST", "GET", "POST"])
    let body = try JSONValue(parsing: transport.requests[2].body)
    let result = try #require(body["messages"]?.array?.last)
    #expect(result["role"] == "tool" && result["content"] == "Here.")
    #expect(result["images"] == ["iVBORw0KGgoBAgM="])
    // As the first request's media: nothing of the provider's goes along, and addresses are asked about.
    let download = transport.requests[1]
    #expect(download.addresses != nil && download.fields.fields.map(\.name).sorted() == ["Accept", "User-Agent"])
    // The turns keep the address, for whoever takes it.
    #expect(response.rounds[0].toolResults[0].result.content == [.text("Here."), .image(.url(Self.image))])
  }

  @Test func eachRoundFetchesWhatIsNew() async throws {
    let (stream, transport) = ask(
      [[Self.image], [Self.other, Self.image]], before: [.image(.url(Self.image))], media: Self.png)
    #expect(try await stream.response.text == "A cat.")
    #expect(methods(transport) == ["GET", "POST", "POST", "GET", "POST"])
    #expect(transport.requests[0].url == Self.image && transport.requests[3].url == Self.other)
    let images = try JSONValue(parsing: transport.requests[4].body)["messages"]?.array?.flatMap {
      $0["images"]?.array ?? []
    }
    #expect(images?.count == 4 && images?.allSatisfy { $0 == "iVBORw0KGgoBAgM=" } == true)
  }

  @Test func whatTheCallerAddsToARoundIsFetchedToo() async throws {
    let loop = ToolLoop(prepareRound: { $0.messages.append(.user([.image(.url(Self.other))])) })
    let (stream, transport) = ask([[]], loop: loop, media: Self.png)
    #expect(try await stream.response.text == "A cat.")
    #expect(transport.requests.map(\.url).contains(Self.other))
  }

  @Test func whoTakesAddressesGetsThem() async throws {
    let round = DialectLoopTests.anthropic
    let transport = ScriptedTransport { _, number in
      ScriptedAnswer([.head(200, contentType: round.contentType), .body(number == 0 ? round.body : round.text)])
    }
    let client = Client(
      provider: round.provider, recovery: .none, environment: .fixed(["ANTHROPIC_API_KEY": "secret"]),
      transport: transport)
    let weather = ExecutableTool("weather", parameters: ["type": "object"]) { _ in
      ToolOutput([.image(.url(Self.image))])
    }
    _ = try await client.stream("How is it?", model: round.model, tools: [weather]).response
    #expect(methods(transport) == ["POST", "POST"])
    #expect(String(decoding: transport.requests[1].body, as: UTF8.self).contains("images.example"))
  }

  // MARK: Errors

  private func failure(
    _ fetching: MediaFetching = MediaFetching(), media: @escaping @Sendable (HTTPRequest) -> ScriptedAnswer
  ) async -> (SpateError?, ScriptedTransport) {
    let (stream, transport) = ask([[Self.image]], fetching, media: media)
    let error = await #expect(throws: SpateError.self) { try await stream.response }
    // The provider is not asked again, and the error has what there was.
    #expect(methods(transport).filter { $0 == "POST" }.count == 1)
    #expect(error?.partial?.rounds.count == 1 && error?.isRetryable == false)
    #expect(error?.description.contains("size=1") == false)
    #expect(transport.timerCount == 0 && transport.runningCount == 0)
    return (error, transport)
  }

  @Test func whatCanNotBeHadEndsTheCall() async {
    let (missing, _) = await failure { _ in .status(404) }
    #expect(missing?.code == .notFound && missing?.message.contains("images.example") == true)
    let (off, transport) = await failure(.off, media: Self.png)
    #expect(off?.code == .badRequest && off?.message.contains("fetches none") == true)
    #expect(methods(transport) == ["POST"])
    #expect(await failure(MediaFetching(hosts: ["other.example"]), media: Self.png).0?.code == .badRequest)
    #expect(await failure(MediaFetching(limit: 5), media: Self.png).0?.code == .tooLarge)
    let (redirects, hops) = await failure { _ in
      ScriptedAnswer([.head(HTTPHead(status: 302, fields: ["Location": "/again"]))])
    }
    #expect(redirects?.code == .redirect && methods(hops).filter { $0 == "GET" }.count == 4)
    let html = ScriptedAnswer([
      .head(HTTPHead(status: 200, fields: ["Content-Type": "text/html"])), .body(Array("<html>".utf8)),
    ])
    #expect(await failure { _ in html }.0?.code == .contentType)
    #expect(await failure { _ in ScriptedAnswer([.head(200), .pause(.seconds(31)), .hang]) }.0?.code == .timeout)
  }

  @Test func cancellingEndsTheDownload() async throws {
    let (stream, transport) = ask([[Self.image]]) { _ in ScriptedAnswer([.hang]) }
    async let response = stream.response
    await transport.waitForRequests(2)
    stream.cancel()
    do {
      _ = try await response
      Issue.record("it was cancelled")
    } catch { #expect((error as? SpateError)?.code == .cancelled) }
    #expect(methods(transport) == ["POST", "GET"] && transport.runningCount == 0)
    try await eventually { transport.timerCount == 0 }
  }

  /// The total clock runs while something is fetched.
  @Test func theTotalClockEndsTheDownload() async throws {
    let (stream, transport) = ask(
      [[Self.image]], MediaFetching(timeout: .seconds(1000)), timeouts: Timeouts(total: .seconds(60))
    ) { _ in ScriptedAnswer([.head(200), .pause(.seconds(600)), .hang]) }
    let error = await #expect(throws: SpateError.self) { try await stream.response }
    #expect(error?.code == .timeout && error?.phase == .total && methods(transport) == ["POST", "GET"])
  }
}
