// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import SpateTransport
import Testing

/// One call is one request on the wire (architecture.md, principle 6), also where libcurl by itself would try again.
@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlOnceTests {
  /// How the second request on a connection ends.
  enum Ending: String, CaseIterable, Sendable {
    /// Read whole, then the connection closes or is reset without a byte.
    case close, reset
    /// Closed with most of the body unread, which resets it while the client still sends.
    case unread
    /// One byte of a head, then the end.
    case oneByte
  }

  @Test(arguments: ["GET", "POST"], Ending.allCases)
  func neverSendsARequestTwice(method: String, ending: Ending) {
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.whole())
      switch ending {
      case .close: _ = connection.readRequest()
      case .reset:
        _ = connection.readRequest()
        connection.reset()
      case .unread: _ = connection.readHead()
      case .oneByte:
        _ = connection.readRequest()
        connection.send("H")
      }
    }
    withTransport(server) { transport, server in
      // Larger than what the two sockets hold where the server leaves it unread.
      let size = method == "GET" ? 0 : ending == .unread ? 16 << 20 : 3
      let first = Recorder()
      first.start(HTTPRequest(method: method, url: server.url(), body: size > 0 ? [1] : []), on: transport)
      #expect(first.waitForEnd() && first.succeeded)
      let second = Recorder()
      let body = [UInt8](repeating: 1, count: size)
      second.start(HTTPRequest(method: method, url: server.url(), body: body), on: transport)
      #expect(second.waitForEnd())
      #expect(second.endCode == .connect, "\(second.state.now.ends)")
      #expect(second.state.now.heads == [] && second.state.now.breaches == [])
    }
    // When everything is closed. libcurl did make another connection, on which nothing was sent.
    #expect(server.record.now.requests.count == 2)
  }

  /// The same on a connection of its own: nothing to reuse, and still one request.
  @Test(arguments: ["GET", "POST"]) func sendsOnceOnAFreshConnectionToo(method: String) {
    let server = LoopbackServer { connection in _ = connection.readRequest() }
    withTransport(server) { transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: method, url: server.url(), body: method == "GET" ? [] : [1]), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .connect)
      #expect(server.record.now.requests.count == 1 && server.record.now.accepted == 1)
    }
  }
}
