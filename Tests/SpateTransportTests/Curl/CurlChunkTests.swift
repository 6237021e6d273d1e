// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import SpateTransport
import Testing

/// Chunks whose size is none (trust.md 5): to libcurl the same as a connection that breaks, so to us as well.
@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlChunkTests {
  /// What stands where a chunk's size should: none, none at all, negative, signed, in another notation, without
  /// the end of the chunk before, larger than any number.
  static let wrong = [
    "zz\r\n", "\r\n", "-5\r\nhello\r\n", "+5\r\nhello\r\n", "<html>\r\n", "ffffffffffffffff\r\n",
    "10000000000000005\r\n",
    "5\r\nhelloworld\r\n",
  ]

  @Test(arguments: wrong, [true, false])
  func P10_aBadChunkSizeIsTruncatedAndWhatCameBeforeIsKept(size: String, closes: Bool) {
    let before = Answer.pattern(10_000)
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.chunkedHead + Answer.chunk(before) + Array(size.utf8))
      // Also where the server says nothing more and waits: it is the size that ends the exchange, not the close.
      if !closes { #expect(connection.waitForClose()) }
    }
    withTransport(server) { transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .truncated, "\(sink.state.now.ends)")
      let body = sink.state.now.body
      #expect(body.starts(with: before) && body.dropFirst(before.count).allSatisfy(Array("hello".utf8).contains))
      #expect(sink.state.now.breaches == [])
      #expect(server.record.now.requests.count == 1 && server.record.now.accepted == 1)
    }
  }
}
