// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateServer
import SpateSimulator
import SpateTransport
import Testing

@testable import Spate

/// The guard of media downloads on real sockets: the client connects to nobody whom it may not reach.
@Suite(.serialized, .timeLimit(.minutes(10))) struct MediaGuardTests {
  /// Asks Ollama (the simulator) about an image at the place that `url` makes of the server's port.
  private func ask(
    _ allows: AddressPolicy? = nil, warmUp: Bool = false, handle: (@Sendable (Exchange) -> Void)? = nil,
    _ url: (_ media: Int, _ provider: Int) -> String
  ) async throws -> (error: SpateError?, asked: Int, answered: Int) {
    let count = Lock(0)
    let server = HTTPServer { exchange in
      count.withLock { $0 += 1 }
      if let handle { return handle(exchange) }
      exchange.respond(status: 200, fields: ["Content-Type": "image/png"], body: MediaFetchTests.png)
    }
    try server.start()
    let simulator = try Simulator(fallback: .script(Script(text: "A cat.")))
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
      server.stop()
    }
    var fetching = MediaFetching()
    if let allows { fetching.addresses = allows }
    let provider = Provider(id: "ollama", name: "Ollama", baseURL: simulator.origin, dialect: .ollama)
    let client = Client(
      provider: provider, recovery: .none, environment: .fixed([:]), transport: transport, mediaFetching: fetching)
    if warmUp { _ = try await client.stream("Hi", model: "m").response }
    let port = simulator.origin.split(separator: ":").last.flatMap { Int($0) } ?? 0
    let image = ContentPart.image(.url(url(Int(server.port), port)))
    var failure: SpateError?
    do { _ = try await client.stream([.user([image])], model: "m").response } catch let error as SpateError {
      failure = error
    }
    return (failure, count.withLock { $0 }, simulator.requestCount)
  }

  @Test(arguments: [
    "127.0.0.1", "localhost", "127.1", "0.0.0.0", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]",
  ])
  func S20_thisMachineIsNeverAsked(_ host: String) async throws {
    let (error, asked, answered) = try await ask { media, _ in "http://\(host):\(media)/cat.png" }
    #expect(asked == 0 && answered == 0)
    #expect(error?.code == .badRequest, "\(host): \(String(describing: error))")
  }

  /// A connection that is open already was opened without the question.
  @Test func S20_noConnectionOfTheProvidersIsUsed() async throws {
    let (error, _, answered) = try await ask(warmUp: true) { _, provider in "http://127.0.0.1:\(provider)/cat.png" }
    #expect(error?.code == .badRequest && answered == 1)
  }

  /// What a tool answers with is somebody else's word too.
  @Test func S20_aToolLeadsNowhereEither() async throws {
    let asked = Lock(0)
    let server = HTTPServer { exchange in
      asked.withLock { $0 += 1 }
      exchange.respond(status: 200, fields: ["Content-Type": "image/png"], body: MediaFetchTests.png)
    }
    try server.start()
    let call = ToolCall(id: "c", name: "shot", arguments: "{}")
    let simulator = try Simulator(fallback: .script(Script(text: "", toolCalls: [call])))
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
      server.stop()
    }
    let image = ContentPart.image(.url("http://127.0.0.1:\(server.port)/cat.png"))
    let shot = ExecutableTool("shot", parameters: ["type": "object"]) { _ in ToolOutput([image]) }
    let provider = Provider(id: "ollama", name: "Ollama", baseURL: simulator.origin, dialect: .ollama)
    for policy in [nil, Self.loopback] {
      var fetching = MediaFetching()
      if let policy { fetching.addresses = policy }
      let client = Client(
        provider: provider, recovery: .none, environment: .fixed([:]), transport: transport, mediaFetching: fetching)
      let stream = client.stream("Hi", model: "m", tools: [shot], loop: ToolLoop(maxRounds: 2))
      do {
        let response = try await stream.response
        #expect(policy != nil && response.rounds.count == 1)
      } catch let error as SpateError {
        #expect(policy == nil && error.code == .badRequest, "\(error)")
      }
      // Refused, the provider is asked once; allowed, it gets the bytes in a second round.
      #expect(asked.withLock { $0 } == (policy == nil ? 0 : 1))
      #expect(simulator.requestCount == (policy == nil ? 1 : 3))
    }
  }

  private static let loopback = AddressPolicy { $0.bytes == [127, 0, 0, 1] }

  @Test func whatIsAllowedIsFetched() async throws {
    let (error, asked, answered) = try await ask(Self.loopback) { media, _ in "http://127.0.0.1:\(media)/cat.png" }
    #expect(error == nil && asked == 1 && answered == 1)
  }

  @Test func S20_aRedirectIsHeldToTheSame() async throws {
    let (error, asked, answered) = try await ask(Self.loopback) { exchange in
      let port = exchange.request.fields["Host"]?.split(separator: ":").last ?? "1"
      exchange.respond(status: 302, fields: ["Location": "http://127.0.0.2:\(port)/cat.png"])
    } _: { media, _ in
      "http://127.0.0.1:\(media)/cat.png"
    }
    #expect(error?.code == .badRequest && asked == 1 && answered == 0)
  }

  /// The question is asked of the address, not of the name: one that leads elsewhere the next moment is refused then.
  @Test func S20_eachConnectionIsAskedAnew() async throws {
    let answers = Lock(0)
    let once = AddressPolicy { _ in
      answers.withLock { count in
        count += 1
        return count == 1
      }
    }
    let (error, asked, _) = try await ask(once) { exchange in
      exchange.respond(status: 302, fields: ["Location": "/cat.png"])
    } _: { media, _ in
      "http://127.0.0.1:\(media)/cat.png"
    }
    #expect(error?.code == .badRequest && asked == 1 && answers.withLock { $0 } >= 2)
  }
}
