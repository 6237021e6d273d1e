// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent) || os(Linux) || os(macOS)
  internal import SpateCore
  public import SpateDialects
  internal import SpateServer

  /// A provider on this machine: a real HTTP server that speaks every dialect, for trying out and for tests.
  ///
  /// ```swift
  /// let simulator = try Simulator(answers: ["greeter": .script(Script(text: "Hello, world."))])
  /// defer { simulator.stop() }
  /// let client = Client(provider: .compatible(baseURL: simulator.baseURL), environment: .fixed([:]))
  /// ```
  public final class Simulator: Sendable {
    private let server: HTTPServer
    private let log: RequestLog

    /// Starts to listen on loopback; port 0 is any free one. The model's name in a request picks the answer; a name
    /// that is not there gets `fallback`, by default one of the built-in answers. Its path picks the dialect.
    public init(
      answers: [String: Answer] = [:], fallback: Answer = .builtIn(), dialects: Dialects = .builtIn, port: UInt16 = 0
    ) throws {
      var configuration = ServerConfiguration()
      configuration.port = port
      let endpoint = ChatEndpoint(answers: answers, fallback: fallback, dialects: dialects)
      log = endpoint.log
      server = HTTPServer(configuration: configuration, handler: endpoint)
      do {
        try server.start()
      } catch {
        throw SpateError(.connect, "the simulator can not listen on port \(port): \(error)")
      }
    }

    /// What clients of OpenAI's dialects take as base URL.
    public var baseURL: String { "\(origin)/v1" }

    /// What all other clients take: Anthropic's, Google's, Ollama's.
    public var origin: String { "http://127.0.0.1:\(server.port)" }

    /// How many requests came.
    public var requestCount: Int { server.counters.requests }

    /// The requests, in order; of more than a few thousand the last ones.
    public var requests: [ReceivedRequest] { log.requests }

    /// Closes every connection.
    public func stop() { server.stop() }
  }
#endif
