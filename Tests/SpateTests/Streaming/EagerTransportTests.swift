// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// A transport that is quicker than the call that starts an exchange.
@Suite(.timeLimit(.minutes(10))) struct EagerTransportTests {
  /// Plays what it has before `start` returns.
  private final class EagerTransport: Transport {
    final class Exchange: Transfer {
      let resumes = Watched(0)
      let cancels = Watched(0)
      func resume() { resumes.update { $0 += 1 } }
      func cancel() { cancels.update { $0 += 1 } }
    }

    let exchange = Exchange()
    private let play: @Sendable (any ByteSink) -> Void

    init(_ play: @escaping @Sendable (any ByteSink) -> Void) { self.play = play }

    func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer {
      play(sink)
      return exchange
    }

    var now: Duration { .zero }

    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer { Exchange() }

    var stream: ResponseStream {
      Client(
        provider: .compatible(baseURL: "http://127.0.0.1:1/v1"), recovery: .none, environment: .fixed([:]),
        transport: self
      )
      .stream("Hi", model: "m")
    }
  }

  private static func send(_ body: String, to sink: any ByteSink) {
    sink.head(HTTPHead(status: 200, fields: ["Content-Type": "text/event-stream"]))
    let bytes = Array(body.utf8)
    _ = sink.body(bytes.span)
    sink.turnEnded()
  }

  @Test func anExchangeThatHasEndedIsNotCancelled() async throws {
    let transport = EagerTransport { sink in
      Self.send(ChatBytes.answer("a"), to: sink)
      sink.end(.success(()))
    }
    let stream = transport.stream
    #expect(try await stream.text.all() == ["a"])
    #expect(try await stream.response.text == "a")
    #expect(transport.exchange.cancels.now == 0 && transport.exchange.resumes.now == 0)
  }

  @Test func anExchangeThatFailedIsNotCancelled() async throws {
    let transport = EagerTransport { $0.end(.failure(TransportError(.dns, "no such host"))) }
    let stream = transport.stream
    #expect(await code { try await stream.response } == .dns)
    #expect(transport.exchange.cancels.now == 0)
  }

  /// The other side of it: nobody wants what still runs.
  @Test func oneThatIsLetGoOfAndStillRunsIsCancelled() async throws {
    let kept = Watched<ResponseStream?>(nil)
    let transport = EagerTransport { sink in
      Self.send(ChatBytes.text("a"), to: sink)
      kept.now?.cancel()
    }
    kept.update { $0 = transport.stream }
    let stream = try #require(kept.now)
    #expect(await code { try await stream.response } == .cancelled)
    #expect(transport.exchange.cancels.now == 1)
    kept.update { $0 = nil }
  }
}
