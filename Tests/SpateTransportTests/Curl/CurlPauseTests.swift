// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import SpateTransport
import Testing

@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlPauseTests {
  private static let body = Answer.pattern(24 << 20)

  private static func framed(_ body: [UInt8], chunked: Bool) -> [UInt8] {
    guard chunked else { return Answer.whole(body) }
    var bytes = Answer.chunkedHead
    var rest = body[...]
    while !rest.isEmpty {
      bytes += Answer.chunk(rest.prefix(5000))
      rest = rest.dropFirst(5000)
    }
    return bytes + Answer.lastChunk
  }

  @Test(arguments: [false, true]) func pauseHoldsTheServerAndResumeDeliversEverything(chunked: Bool) {
    let bytes = Self.framed(Self.body, chunked: chunked)
    let sentWhilePaused = Monitor<Int?>(nil)
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      let sent = connection.sendUntilStuck(bytes, milliseconds: 300)
      sentWhilePaused.update { $0 = sent }
      connection.send(Array(bytes.dropFirst(sent)))
      _ = connection.waitForClose()
    }
    withTransport(server) { transport, server in
      let sink = Recorder(onBody: { $0.state.now.pieces == 1 ? .pause : .more })
      let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sentWhilePaused.wait { $0 != nil })
      let state = sink.state.now
      #expect(state.pieces == 1 && state.body.count <= 65_536, "\(state.body.count) bytes delivered")
      #expect((sentWhilePaused.now ?? .max) < bytes.count - (8 << 20), "the server was not held")
      #expect(state.ends.isEmpty)
      transfer.resume()
      transfer.resume()
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(sink.delivered(Self.body))
      #expect(sink.state.now.breaches == [])
    }
  }

  @Test(arguments: [false, true]) func losesNothingOverThousandsOfPauses(chunked: Bool) {
    let body = Array(Self.body.prefix(1 << 20))
    withTransport(LoopbackServer(bytes: Self.framed(body, chunked: chunked))) { transport, server in
      let sink = Recorder(onBody: { _ in .pause })
      let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      var pieces = 0
      while sink.state.wait(until: { $0.pieces > pieces || !$0.ends.isEmpty }), sink.state.now.ends.isEmpty {
        pieces = sink.state.now.pieces
        transfer.resume()
      }
      #expect(sink.succeeded)
      #expect(sink.delivered(body))
      #expect(sink.state.now.breaches == [])
    }
  }

  @Test func aResumeFromInsideTheCallThatPausesGoesOn() {
    let body = Array(Self.body.prefix(1 << 20))
    withTransport(LoopbackServer(bytes: Self.framed(body, chunked: true))) { transport, server in
      let sink = Recorder(onBody: { sink in
        sink.transfer?.resume()
        return .pause
      })
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(sink.delivered(body))
    }
  }

  @Test func aPauseAtTheLastPieceStillEnds() {
    withTransport(LoopbackServer(bytes: Answer.whole([1, 2, 3]))) { transport, server in
      let sink = Recorder(onBody: { _ in .pause })
      let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.state.wait { $0.pieces == 1 })
      transfer.resume()
      #expect(sink.waitForEnd() && sink.succeeded)
    }
  }

  @Test func aPausedTransferDoesNotHoldItsSiblings() {
    let bytes = Self.framed(Array(Self.body.prefix(4 << 20)), chunked: true)
    withTransport(LoopbackServer(bytes: bytes)) { transport, server in
      let paused = Recorder(onBody: { _ in .pause })
      let transfer = paused.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(paused.state.wait { $0.pieces == 1 })
      for _ in 0..<5 {
        let sink = Recorder()
        sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
        #expect(sink.state.now.body.count == 4 << 20)
      }
      #expect(paused.state.now.pieces == 1)
      transfer.cancel()
      #expect(paused.waitForEnd())
    }
  }

  /// Inflating makes many pieces of one read: those behind the pause are held and delivered in order.
  @Test func holdsInflatedBytesToo() {

    let zeros = GzippedZeros.mebibyte
    withTransport(LoopbackServer(bytes: Answer.whole(zeros, fields: "Content-Encoding: gzip\r\n"))) {
      transport, server in
      let sink = Recorder(onBody: { _ in .pause })
      let transfer = sink.start(HTTPRequest(method: "GET", url: server.url(), expectsStream: false), on: transport)
      var pieces = 0
      while sink.state.wait(until: { $0.pieces > pieces || !$0.ends.isEmpty }), sink.state.now.ends.isEmpty {
        pieces = sink.state.now.pieces
        transfer.resume()
      }
      #expect(sink.succeeded)
      #expect(sink.delivered([UInt8](repeating: 0, count: 1 << 20)))
      #expect(pieces > 10)
    }
  }
}
