// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import SpateTransport
import Testing

/// What is sent, and the head and the body that come back.
@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlExchangeTests {
  @Test func deliversHeadFieldsAndBodyOfAGet() {
    let bytes = Answer.whole(Array("hello".utf8), fields: "X-One: 1\r\nX-One:  two \r\nX-Empty:\r\n")
    withTransport(LoopbackServer(bytes: bytes)) { transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: server.url("/a/../b?q=1")), on: transport)
      #expect(sink.waitForEnd())
      let state = sink.state.now
      #expect(sink.succeeded)
      #expect(state.heads.map(\.status) == [200])
      #expect(state.heads.first?.fields.values(of: "x-one") == ["1", "two"])
      #expect(state.heads.first?.fields["x-empty"] == "")
      #expect(state.body == Array("hello".utf8))
      #expect(state.breaches == [])
      #expect(server.record.now.requests.first?.lines.first == "GET /a/../b?q=1 HTTP/1.1")
    }
  }

  @Test(arguments: [0, 1, 1000, 1 << 20, (1 << 20) + 1]) func sendsAPostBodyExactly(size: Int) {
    let body = Answer.pattern(size)
    withTransport(LoopbackServer(bytes: Answer.whole())) { transport, server in
      let sink = Recorder()
      let fields: HTTPFields = ["Content-Type": "application/json", "Authorization": "Bearer k", "X-Empty": ""]
      sink.start(HTTPRequest(method: "POST", url: server.url(), fields: fields, body: body), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      let request = server.record.now.requests.first
      #expect(request?.body == body)
      #expect(request?.field("content-length") == "\(size)")
      #expect(request?.field("content-type") == "application/json")
      #expect(request?.field("authorization") == "Bearer k")
      #expect(request?.field("x-empty") == "")
      #expect(sink.state.now.breaches == [])
    }
  }

  @Test func addsOnlyWhatHTTPNeeds() {
    withTransport(LoopbackServer(bytes: Answer.whole())) { transport, server in
      for expectsStream in [true, false] {
        let sink = Recorder()
        let body = Answer.pattern(2 << 20)
        sink.start(
          HTTPRequest(method: "POST", url: server.url(), body: body, expectsStream: expectsStream), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
      }
      let names = { (request: ReceivedRequest) in
        request.lines.dropFirst().map { $0.lowercased().prefix { $0 != ":" } }.map(String.init).sorted()
      }
      let requests = server.record.now.requests
      #expect(requests.map(names) == Array(repeating: ["accept-encoding", "content-length", "host"], count: 2))
      #expect(requests.map { $0.field("accept-encoding") } == ["identity", Carrier.isPlain ? "identity" : "gzip"])
      #expect(requests.allSatisfy { $0.field("expect") == nil })
    }
  }

  @Test(arguments: ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]) func sendsOtherMethods(method: String) {
    withTransport(LoopbackServer(bytes: Answer.whole())) { transport, server in
      let body = method == "HEAD" || method == "OPTIONS" ? [] : Array("body".utf8)
      for _ in 0..<2 {
        let sink = Recorder()
        sink.start(HTTPRequest(method: method, url: server.url(), body: body), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
      }
      #expect(server.record.now.requests.map(\.lines.first) == Array(repeating: "\(method) / HTTP/1.1", count: 2))
      #expect(server.record.now.requests.map(\.body) == [body, body])
    }
  }

  @Test func deliversAnErrorStatusWithTheBodyOfTheSameResponse() {
    withTransport(
      LoopbackServer(bytes: Answer.whole(Array("{}".utf8), status: "429 Slow Down", fields: "Retry-After: 3\r\n"))
    ) {
      transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "POST", url: server.url(), body: [1]), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(sink.state.now.heads.first?.status == 429)
      #expect(sink.state.now.heads.first?.fields["retry-after"] == "3")
      #expect(sink.state.now.body == Array("{}".utf8))
    }
  }

  @Test func deliversARedirectAndFollowsNothing() {
    withTransport(LoopbackServer(bytes: Answer.whole())) { _, second in
      let location = "Location: \(second.url())\r\n"
      withTransport(LoopbackServer(bytes: Answer.whole(status: "302 Found", fields: location))) { transport, server in
        let sink = Recorder()
        let fields: HTTPFields = ["Authorization": "Bearer k"]
        sink.start(HTTPRequest(method: "POST", url: server.url(), fields: fields, body: [1]), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
        #expect(sink.state.now.heads.map(\.status) == [302])
        #expect(sink.state.now.heads.first?.fields["location"] == second.url())
        #expect(server.record.now.requests.count == 1)
        #expect(second.record.now.accepted == 0)
      }
    }
  }

  @Test func skipsInformationalHeads() {
    let early = Array("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n".utf8)
    withTransport(LoopbackServer(bytes: early + Answer.whole(Array("x".utf8)))) { transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(sink.state.now.heads.map(\.status) == [200])
      #expect(sink.state.now.heads.first?.fields["x-early"] == nil)
      #expect(sink.state.now.body == Array("x".utf8))
      #expect(sink.state.now.breaches == [])
    }
  }

  @Test func reusesOneConnectionForSequentialRequests() {
    let server = LoopbackServer { request, connection in
      connection.send(Answer.whole(request.body))
      return true
    }
    withTransport(server) { transport, server in
      for index in 0..<20 {
        let sink = Recorder()
        let body = Array("request \(index)".utf8)
        sink.start(HTTPRequest(method: "POST", url: server.url(), body: body), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
        #expect(sink.delivered(body))
      }
      #expect(server.record.now.accepted == 1)
    }
  }

  /// A server that closes idle connections costs nobody a request.
  @Test(arguments: ["GET", "POST"]) func usesNoConnectionThatTheServerClosed(method: String) {
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      // Answers when all six requests of a round are there, so that they need six connections.
      guard connection.waitForRequests(multipleOf: 6) else { return }
      connection.send(Answer.whole([1]))
      _ = connection.waitForRelease()
    }
    withTransport(server) { transport, server in
      let request = HTTPRequest(method: method, url: server.url(), body: method == "GET" ? [] : [1])
      for round in 1...3 {
        server.record.update { $0.isReleased = false }
        let sinks = (0..<6).map { _ in Recorder() }
        for sink in sinks { sink.start(request, on: transport) }
        for sink in sinks { #expect(sink.waitForEnd() && sink.succeeded) }
        #expect(server.record.now.accepted == 6 * round)
        server.record.update { $0.isReleased = true }
        #expect(server.record.wait { $0.open == 0 })
      }
    }
  }

  @Test func closesIdleConnections() {
    let server = LoopbackServer(bytes: Answer.whole())
    withTransport(server, transport: Carrier.transport(idleLifetime: .milliseconds(20))) { transport, server in
      for round in 1...3 {
        let sink = Recorder()
        sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
        #expect(server.record.wait { $0.closedByClient == round })
      }
    }
  }

  /// `printf hello | gzip -n`.
  static let gzippedHello: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x86, 0xA6,
    0x10, 0x36, 0x05, 0x00, 0x00, 0x00,
  ]

  @Test(arguments: [true, false]) func inflatesGzipAskedForOrNotAndLeavesTheFieldsAsReceived(expectsStream: Bool) {
    let bytes = Answer.whole(Self.gzippedHello, fields: "Content-Encoding: gzip\r\n")
    withTransport(LoopbackServer(bytes: bytes)) { transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: server.url(), expectsStream: expectsStream), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(sink.state.now.body == Array("hello".utf8))
      #expect(sink.state.now.heads.first?.fields["content-encoding"] == "gzip")
      #expect(sink.state.now.heads.first?.fields["content-length"] == "\(Self.gzippedHello.count)")
    }
  }

  /// A proxy in the environment sees the tunnel's address and nothing of the request; loopback hosts never see it.
  @Test func keepsFieldsFromTheProxyAndTheProxyFromLoopback() {
    withTransport(LoopbackServer(bytes: Answer.whole(status: "403 Forbidden"))) { transport, _ in
      let sink = Recorder()
      let fields: HTTPFields = ["Authorization": "Bearer canary"]
      sink.start(
        HTTPRequest(method: "POST", url: "https://\(Carrier.name).proxied.invalid/", fields: fields, body: [1]),
        on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .connect)
      #expect(sink.state.now.heads == [])
      let requests = TestEnvironment.proxy.record.now.requests
      let ours = requests.compactMap(\.lines.first).filter { $0.contains("\(Carrier.name).proxied") }
      #expect(ours == ["CONNECT \(Carrier.name).proxied.invalid:443 HTTP/1.1"])
      #expect(requests.allSatisfy { !$0.lines.joined().contains("canary") })
    }
  }
}
