// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import SpateTransport
import Testing

/// What our own connections do beyond what the suites of both carriers hold them to.
@Suite(.timeLimit(.minutes(10))) struct PlainConnectionTests {
  /// The server listens on one of the two addresses of the name.
  @Test(.overBothCarriers) func findsTheAddressThatListens() {
    withTransport(LoopbackServer(bytes: Answer.whole([1]))) { transport, server in
      for _ in 0..<2 {
        let sink = Recorder()
        sink.start(HTTPRequest(method: "GET", url: "http://localhost:\(server.port)/"), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
      }
      #expect(server.record.now.accepted == 1)
      #expect(server.record.now.requests.first?.field("host") == "localhost:\(server.port)")
    }
  }

  @Test(.overBothCarriers) func aNameWithoutAListenerIsRefused() {
    withTransport(LoopbackServer(bytes: [])) { transport, _ in
      let port = SilentPort(.refuses)
      let sink = Recorder()
      let url = port.origin.replacing("127.0.0.1", with: "localhost")
      sink.start(HTTPRequest(method: "GET", url: url), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .connect)
    }
  }

  /// Nobody reads it, and it must not be taken for the beginning of the next answer (trust.md S18).
  @Test func S18_aByteOnAnIdleConnectionClosesIt() {
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.whole([1]))
      guard connection.waitForRelease() else { return }
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")
      #expect(connection.waitForClose())
    }
    withTransport(server) { transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      server.record.update { $0.isReleased = true }
      #expect(server.record.wait { $0.closedByClient == 1 })
    }
  }

  /// An answer that does not wait for the request's end: it counts, and the connection is no one's after it.
  @Test(.overBothCarriers) func anAnswerBeforeTheRequestsEndCounts() {
    let server = LoopbackServer { connection in
      guard connection.readHead() != nil else { return }
      connection.send(Answer.whole([1], status: "413 Content Too Large"))
      #expect(connection.waitForClose())
    }
    withTransport(server) { transport, server in
      let sink = Recorder()
      let body = [UInt8](repeating: 0x61, count: 64 << 20)
      sink.start(HTTPRequest(method: "POST", url: server.url(), body: body), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(sink.state.now.heads.map(\.status) == [413])
      #expect(sink.state.now.body == [1])
    }
  }

  /// The same where the server closes with the rest unread, which resets the connection.
  @Test func anAnswerBeforeAResetCounts() {
    let seen = Monitor(false)
    let server = LoopbackServer { connection in
      guard connection.readHead() != nil else { return }
      connection.send(Answer.whole([1], status: "413 Content Too Large"))
      _ = seen.wait { $0 }
    }
    withTransport(server) { transport, server in
      let sink = Recorder(onHead: { _ in seen.update { $0 = true } })
      let body = [UInt8](repeating: 0x61, count: 64 << 20)
      sink.start(HTTPRequest(method: "POST", url: server.url(), body: body), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(sink.state.now.heads.map(\.status) == [413])
    }
  }

  /// libcurl calls back once a chunk; here the content of a read is one piece.
  @Test func manySmallChunksAreOnePiece() {
    let chunks = (0..<200).flatMap { Answer.chunk(Array("data: \($0)\n\n".utf8)) }
    withTransport(LoopbackServer(bytes: Answer.chunkedHead + chunks + Answer.lastChunk)) { transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      // One send may arrive in more than one read on a busy machine, never in as many as chunks.
      #expect(sink.state.now.pieces <= 5)
    }
  }

  /// Two floods on one loop: neither keeps the other, nor a third exchange, from its turn.
  @Test func servesOtherSocketsBesideAFlood() {
    let server = LoopbackServer { connection in
      // More than one each: one that is closed after an answer may be taken for idle until its end is heard.
      while let request = connection.readRequest() {
        if request.lines.first?.contains("flood") == true { break }
        connection.send(Answer.whole([1]))
      }
      connection.send(Answer.chunkedHead)
      let chunk = Answer.chunk(Answer.pattern(60_000))
      while connection.send(chunk) {}
    }
    withTransport(server) { transport, server in
      let floods = (0..<2).map { _ in Recorder(keepsBody: false) }
      for flood in floods { flood.start(HTTPRequest(method: "GET", url: server.url("/flood")), on: transport) }
      for flood in floods { #expect(flood.state.wait { $0.pieces > 50 }) }
      for _ in 0..<20 {
        let sink = Recorder()
        sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
      }
      for flood in floods {
        let pieces = flood.state.now.pieces
        #expect(flood.state.wait { $0.pieces > pieces })
        flood.transfer?.cancel()
        #expect(flood.waitForEnd())
        #expect(flood.state.now.breaches == [])
      }
    }
  }

  @Test func giveNoFlawedRequestToTheWire() {
    withTransport(LoopbackServer(bytes: Answer.whole())) { transport, server in
      let sink = Recorder()
      sink.start(
        HTTPRequest(method: "GET", url: server.url(), fields: ["Transfer-Encoding": "chunked"]), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .badRequest)
      #expect(server.record.now.accepted == 0)
    }
  }
}
