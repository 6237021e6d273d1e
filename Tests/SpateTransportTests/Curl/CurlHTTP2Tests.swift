// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import SpateTransport
import Testing

/// Many streams over one connection: HTTP/2, which is spoken over TLS only.
@Suite(
  .enabled(if: PythonStand.isAvailable, "needs python3 (3.10, ssl) and openssl"), .timeLimit(.minutes(10)))
struct CurlHTTP2Tests {
  /// Runs `body` with a stand to which there is a connection already, so that the streams that follow share it.
  private func withConnection(_ body: (CurlTransport, PythonStand) throws -> Void) throws {
    _ = TestEnvironment.proxy
    let stand = try PythonStand("http2_stand")
    let transport = CurlTransport(certificateAuthorities: stand.authority)
    defer { transport.stop() }
    let first = start("send 1", of: stand, on: transport)
    #expect(first.waitForEnd() && first.succeeded, "\(first.state.now.ends)")
    #expect(stand.lines("handshake").allSatisfy { $0.hasSuffix(" h2") })
    try body(transport, stand)
    #expect(transport.handlesInUse == 0)
  }

  private func start(
    _ order: String, of stand: PythonStand, on transport: CurlTransport, _ sink: Recorder = Recorder()
  ) -> Recorder {
    sink.start(HTTPRequest(method: "POST", url: stand.url(), body: Array(order.utf8)), on: transport)
    return sink
  }

  /// Whether `body` is that of one stream of this size: all its bytes are the number of its stream.
  private func isWhole(_ sink: Recorder, _ count: Int) -> Bool {
    guard let first = sink.state.now.body.first else { return count == 0 }
    return sink.delivered([UInt8](repeating: first, count: count))
  }

  @Test func streamsShareOneConnectionAndDoNotMix() throws {
    try withConnection { transport, stand in
      let sinks = (0..<20).map { _ in start("send 300000", of: stand, on: transport) }
      for sink in sinks {
        #expect(sink.waitForEnd() && sink.succeeded, "\(sink.state.now.ends)")
        #expect(isWhole(sink, 300_000))
        #expect(sink.state.now.breaches == [])
      }
      #expect(Set(sinks.compactMap(\.state.now.body.first)).count == sinks.count)
      #expect(stand.lines("accepted").count == 1)
    }
  }

  @Test(arguments: ["send", "trailers"]) func theHeadIsRead(order: String) throws {
    try withConnection { transport, stand in
      let sink = start("\(order) 10", of: stand, on: transport)
      #expect(sink.waitForEnd() && sink.succeeded, "\(sink.state.now.ends)")
      #expect(isWhole(sink, 10))
      let fields: HTTPFields = [
        "content-type": "text/event-stream", "x-twice": "one", "x-twice": "two", "x-empty": "", "x-colon": "a: b",
      ]
      #expect(sink.state.now.heads == [HTTPHead(status: 200, fields: fields)])
    }
  }

  /// More than fits into the window of a stream, which libcurl makes 32 MiB: so much it holds for a paused one.
  @Test func aPausedStreamDoesNotHoldItsSiblings() throws {
    try withConnection { transport, stand in
      let size = 40 << 20
      let holder = Recorder(onBody: { $0.state.now.pieces == 1 ? .pause : .more })
      let paused = start("send \(size)", of: stand, on: transport, holder)
      #expect(paused.state.wait { $0.pieces == 1 })
      for _ in 0..<5 {
        let sink = start("send 2000000", of: stand, on: transport)
        #expect(sink.waitForEnd() && sink.succeeded, "\(sink.state.now.ends)")
        #expect(isWhole(sink, 2_000_000))
      }
      #expect(paused.state.now.pieces == 1)
      #expect(stand.lines("sent").count == 6, "the server was not held")
      paused.transfer?.resume()
      #expect(paused.waitForEnd())
      #expect(paused.succeeded && isWhole(paused, size), "\(paused.state.now.body.count)")
      #expect(paused.state.now.breaches == [])
      #expect(stand.lines("accepted").count == 1)
    }
  }

  @Test func nothingIsLostOverManyPauses() throws {
    try withConnection { transport, stand in
      let sinks = (0..<3).map { _ in start("send 1000000", of: stand, on: transport, Recorder(onBody: { _ in .pause }))
      }
      for sink in sinks {
        var pieces = 0
        while sink.state.wait(until: { $0.pieces > pieces || !$0.ends.isEmpty }), sink.state.now.ends.isEmpty {
          pieces = sink.state.now.pieces
          sink.transfer?.resume()
        }
        #expect(sink.succeeded && isWhole(sink, 1_000_000))
        #expect(sink.state.now.breaches == [])
      }
    }
  }

  @Test func aCancelEndsOneStreamAndNotItsSiblings() throws {
    try withConnection { transport, stand in
      let cancelled = start("send 400000000", of: stand, on: transport, Recorder(keepsBody: false))
      #expect(cancelled.state.wait { $0.pieces > 0 })
      let sibling = start("send 2000000", of: stand, on: transport)
      cancelled.transfer?.cancel()
      #expect(cancelled.waitForEnd() && cancelled.endCode == .cancelled)
      #expect(stand.wait(for: "reset"))
      #expect(sibling.waitForEnd() && sibling.succeeded && isWhole(sibling, 2_000_000))
      #expect(stand.lines("accepted").count == 1)
    }
  }

  /// Every way to end a stream in the middle; a head that promises more than comes is one.
  @Test(arguments: ["reset", "goaway", "goaway-cut", "cut", "short"])
  func anEndInsideTheBodyIsTruncated(order: String) throws {
    try withConnection { transport, stand in
      let sink = start("\(order) 100000", of: stand, on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .truncated, "\(sink.state.now.ends)")
      #expect(isWhole(sink, 100_000), "\(sink.state.now.body.count)")
      #expect(sink.state.now.breaches == [])
      #expect(stand.lines("request").count == 2)
    }
  }

  /// With "no error" a server takes back the rest of a request; it may not so end an answer. libcurl 7.88 lets it, and
  /// then the dialect has to find the cut (trust.md 1.1).
  @Test func aResetWithoutAnErrorDeliversWhatCame() throws {
    try withConnection { transport, stand in
      let sink = start("reset-no-error 100000", of: stand, on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.succeeded || sink.endCode == .truncated, "\(sink.state.now.ends)")
      #expect(isWhole(sink, 100_000), "\(sink.state.now.body.count)")
    }
  }

  /// A server that is about to go still answers what it has begun; the next request finds another connection.
  @Test func aGoawayLetsWhatRunsEnd() throws {
    try withConnection { transport, stand in
      let sink = start("goaway-end 100000", of: stand, on: transport)
      #expect(sink.waitForEnd() && sink.succeeded && isWhole(sink, 100_000), "\(sink.state.now.ends)")
      let next = start("send 10", of: stand, on: transport)
      #expect(next.waitForEnd() && next.succeeded, "\(next.state.now.ends)")
      #expect(stand.lines("accepted").count == 2)
    }
  }

  /// Also where HTTP/2 says that the request was not processed, libcurl does not send it again for us.
  @Test(arguments: ["refuse", "refuse-all", "vanish"]) func neverSendsARequestTwice(order: String) throws {
    try withConnection { transport, stand in
      let sink = start(order, of: stand, on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .connect, "\(sink.state.now.ends)")
      #expect(sink.state.now.heads == [])
      transport.stop()
      #expect(stand.lines("request").count { $0.hasSuffix(" \(order)") } == 1)
    }
  }
}
