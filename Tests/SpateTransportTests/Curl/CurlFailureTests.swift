// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import SpateTransport
import Testing

@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlFailureTests {
  /// Starts one GET against a server that reads the request and then does `serve`; returns the sink after its end.
  private func exchange(
    expectsStream: Bool = true, sourceLocation: SourceLocation = #_sourceLocation,
    _ serve: @escaping @Sendable (Connection) -> Void
  ) -> Recorder {
    let server = LoopbackServer { connection in
      if connection.readRequest() != nil { serve(connection) }
    }
    let sink = Recorder()
    withTransport(server, sourceLocation: sourceLocation) { transport, server in
      sink.start(HTTPRequest(method: "GET", url: server.url(), expectsStream: expectsStream), on: transport)
      #expect(sink.waitForEnd(), sourceLocation: sourceLocation)
      #expect(sink.state.now.breaches == [], sourceLocation: sourceLocation)
    }
    return sink
  }

  @Test func reportsARefusedPortAsConnect() {
    withTransport(LoopbackServer(bytes: [])) { transport, server in
      let port = SilentPort(.refuses)
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: port.origin), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .connect)
    }
  }

  @Test func reportsAnUnknownNameAsDNS() {
    withTransport(LoopbackServer(bytes: [])) { transport, _ in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: "http://nothing.invalid/?key=canary"), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .dns)
      #expect(!"\(sink.state.now.ends)".contains("canary") && !"\(sink.state.now.ends)".contains("nothing.invalid"))
    }
  }

  @Test func reportsAPlainAnswerToATLSHelloAsTLS() {
    let server = LoopbackServer { connection in
      connection.send(Answer.whole())
      _ = connection.waitForClose()
    }
    withTransport(server) { transport, server in
      let sink = Recorder()
      let url = "https" + server.url().dropFirst(4)
      sink.start(HTTPRequest(method: "GET", url: url), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .tls)
    }
  }

  @Test func reportsAConnectionThatIsNeverMadeAsConnectTimeout() {
    withTransport(LoopbackServer(bytes: [])) { transport, _ in
      let wall = SilentPort(.ignores)
      let sink = Recorder()
      let clock = ContinuousClock()
      let start = clock.now
      sink.start(HTTPRequest(method: "GET", url: wall.origin, connectTimeout: .milliseconds(150)), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .connectTimeout)
      let elapsed = clock.now - start
      #expect(elapsed >= .milliseconds(150) && elapsed < .milliseconds(1150), "\(elapsed)")
    }
  }

  @Test func reportsANameThatIsNeverResolvedAsConnectTimeout() {
    withTransport(LoopbackServer(bytes: [])) { transport, _ in
      let sink = Recorder()
      let name = "timeout-\(Carrier.name).stuck.invalid"
      sink.start(HTTPRequest(method: "GET", url: "http://\(name)/", connectTimeout: .milliseconds(150)), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .connectTimeout)
      #expect(Resolver.release(name))
    }
  }

  @Test func reportsACutContentLengthAsTruncatedAfterItsBytes() {
    let body = Answer.pattern(50_000)
    let sink = exchange { connection in
      connection.send(Array(Answer.whole(body).dropLast(1)))
    }
    #expect(sink.endCode == .truncated)
    #expect(sink.delivered(Array(body.dropLast())))
  }

  @Test func reportsACutChunkedBodyAsTruncatedAfterItsBytes() {
    let body = Answer.pattern(50_000)
    for tail in ["", "5\r\nabc", "0\r\n"] {
      let sink = exchange { connection in
        connection.send(Answer.chunkedHead + Answer.chunk(body) + Array(tail.utf8))
      }
      #expect(sink.endCode == .truncated, "after \(tail.debugDescription)")
      #expect(sink.state.now.body.starts(with: body))
    }
  }

  @Test func reportsAResetInsideTheBodyAsTruncated() {
    let seen = Monitor(false)
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.chunkedHead + Answer.chunk([1, 2, 3]))
      _ = seen.wait { $0 }
      connection.reset()
    }
    withTransport(server) { transport, server in
      let sink = Recorder(onTurnEnd: { sink in seen.update { $0 = sink.state.now.pieces > 0 } })
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .truncated)
      #expect(sink.state.now.body == [1, 2, 3])
    }
  }

  @Test(arguments: ["", "HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 100 Continue\r\n\r\n"])
  func reportsAnEndBeforeTheHeadAsConnect(sent: String) {
    let sink = exchange { $0.send(sent) }
    #expect(sink.endCode == .connect)
    #expect(sink.state.now.heads == [])
  }

  @Test func reportsAResetBeforeTheHeadAsConnect() {
    #expect(exchange { $0.reset() }.endCode == .connect)
  }

  @Test(
    arguments: [
      "SSH-2.0-OpenSSH_9.2\r\n", "hello\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 99 X\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab",
      "HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nab", "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: zorp\r\nContent-Length: 2\r\n\r\nab",
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab",
    ]) func reportsWhatIsNotHTTPAsProtocol(sent: String)
  {
    let sink = exchange { $0.send(sent) }
    #expect(sink.endCode == .protocol, "\(sink.state.now.ends)")
    #expect(sink.state.now.body == [])
  }

  @Test func acceptsAStatusWithoutBodyWhereNoStreamIsExpected() {
    let sink = exchange(expectsStream: false) { $0.send("HTTP/1.1 204 No Content\r\n\r\n") }
    #expect(sink.succeeded)
    #expect(sink.state.now.heads.first?.status == 204)
  }

  @Test func acceptsEqualContentLengths() {
    let sink = exchange { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2, 2\r\n\r\nab") }
    #expect(sink.succeeded)
    #expect(sink.state.now.body == Array("ab".utf8))
  }

  @Test func refusesAHeadAboveTheLimit() {
    let start = "HTTP/1.1 200 OK\r\n"
    let line = "X-Filler: " + String(repeating: "x", count: 8180) + "\r\n"
    for (extra, isTooLarge) in [(0, false), (1, true)] {
      let rest = 256 * 1024 + extra - start.utf8.count - 31 * line.utf8.count
      let last = "Y: " + String(repeating: "y", count: rest - 7) + "\r\n\r\n"
      let sink = exchange { $0.send(start + String(repeating: line, count: 31) + last) }
      #expect(sink.endCode == (isTooLarge ? .limit : nil))
      #expect(sink.state.now.heads.count == (isTooLarge ? 0 : 1))
    }
  }

  @Test func refusesAHeaderLineThatNeverEnds() {
    let sink = exchange { connection in
      connection.send("HTTP/1.1 200 OK\r\nX: ")
      while connection.send([UInt8](repeating: 0x78, count: 65_536)) {}
    }
    #expect(sink.endCode == .limit, "\(sink.state.now.ends)")
  }

  @Test func refusesTrailersAboveTheLimit() {
    let sink = exchange { connection in
      connection.send(Answer.chunkedHead + Answer.chunk([1]) + Array("0\r\n".utf8))
      let line = Array(("X: " + String(repeating: "x", count: 4000) + "\r\n").utf8)
      for _ in 0..<80 where connection.send(line) {}
      connection.send("\r\n")
      _ = connection.waitForClose()
    }
    #expect(sink.endCode == .limit, "\(sink.state.now.ends)")
    #expect(sink.state.now.body == [1])
  }

  /// Forged answers behind the real one must not become the answer to the next request (trust.md S18).
  @Test(arguments: [false, true]) func dropsAConnectionWithSurplusBytes(chunked: Bool) {
    let forged = Answer.whole(Array("forged".utf8))
    let server = LoopbackServer { request, connection in
      connection.send(
        (chunked
          ? Answer.chunkedHead + Answer.chunk(Array("good".utf8)) + Answer.lastChunk
          : Answer.whole(Array("good".utf8))) + forged)
      return true
    }
    withTransport(server) { transport, server in
      for _ in 0..<3 {
        let sink = Recorder()
        sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
        #expect(sink.state.now.body == Array("good".utf8))
      }
    }
  }
}
