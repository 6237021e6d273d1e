// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTransport
import Testing

@Suite(.timeLimit(.minutes(2))) struct CurlExchangeTests {
  @Test func deliversHeadFieldsAndBodyOfAGet() {
    withTransport(LoopbackServer(bytes: Answer.whole(fields: "X-One: 1\r\nX-One:  two \r\n", Array("hello".utf8)))) {
      transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: server.url("/a/../b?q=1")), on: transport)
      #expect(sink.waitForEnd())
      let state = sink.state.now
      #expect(sink.succeeded)
      #expect(state.heads.map(\.status) == [200])
      #expect(state.heads.first?.fields.values(of: "x-one") == ["1", "two"])
      #expect(state.body == Array("hello".utf8))
      #expect(state.turns >= 1)
      #expect(state.breaches == [])
      #expect(server.record.now.requests.first?.lines.first == "GET /a/../b?q=1 HTTP/1.1")
    }
  }
}
