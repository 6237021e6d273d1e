// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator

extension Simulator {
  /// A client whose requests all come here, whoever they are meant for; each in its provider's own dialect.
  var client: Client {
    let keys = ["OPENAI_API_KEY": "no-key", "ANTHROPIC_API_KEY": "no-key", "GEMINI_API_KEY": "no-key"]
    return Client(environment: .fixed(keys), transport: Detour(origin: origin))
  }

  /// The body of the last request.
  func lastBody() throws -> JSONValue { try JSONValue(parsing: requests.last?.body ?? []) }

  /// Returns when the client of a request has closed its connection before the answer was over.
  func clientLeft(request: Int) async throws {
    while !requests[request].clientLeft { try await Task.sleep(for: .milliseconds(1)) }
  }
}

/// Sends every request to another server.
private struct Detour: Transport {
  let origin: String

  #if canImport(Darwin)
    private var transport: any Transport { URLSessionTransport.shared }
  #else
    private var transport: any Transport { CurlTransport.shared }
  #endif

  var now: Duration { transport.now }
  var isOnOwnThread: Bool { transport.isOnOwnThread }

  func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer {
    var request = request
    let path = request.url.split(separator: "/", omittingEmptySubsequences: false).dropFirst(3)
    request.url = ([origin] + path.map(String.init)).joined(separator: "/")
    return transport.start(request, sink: sink)
  }

  func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
    transport.schedule(after: delay, body)
  }
}
