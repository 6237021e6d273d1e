// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import SpateTransport
import Testing

/// Bodies that come in pieces: each at once, and the end of each turn told.
@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlDeliveryTests {
  @Test func joinsAChunkedBodyOfManyPieces() {
    let body = Answer.pattern(200_000)
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.chunkedHead)
      var rest = body[...]
      var size = 0
      while !rest.isEmpty {
        size += 1
        // A chunk in two writes, cut at another place each time.
        let bytes = Answer.chunk(rest.prefix(size))
        connection.send(Array(bytes.prefix(size % bytes.count)))
        connection.send(Array(bytes.dropFirst(size % bytes.count)))
        rest = rest.dropFirst(size)
      }
      connection.send(Answer.lastChunk)
      _ = connection.waitForClose()
    }
    withTransport(server) { transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(sink.delivered(body))
      #expect(sink.state.now.breaches == [])
    }
  }

  @Test func endsEachTurnOnceHoweverManyPiecesItHad() {
    let chunks = (0..<100).flatMap { Answer.chunk(Array("data: \($0)\n\n".utf8)) }
    withTransport(LoopbackServer(bytes: Answer.chunkedHead + chunks + Answer.lastChunk)) { transport, server in
      let sink = Recorder()
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      let state = sink.state.now
      #expect(state.pieces >= 1 && state.turns >= 1 && state.turns <= 3, "\(state.pieces) pieces, \(state.turns) turns")
      #expect(state.breaches == [])
    }
  }

  /// Where nothing more comes in a turn, its end is told: readers are resumed there.
  @Test func endsTheTurnOfEachDeliveryThatIsNotTheLast() {
    let turns = Monitor(0)
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.chunkedHead)
      guard turns.wait(until: { $0 == 1 }) else { return }
      for index in 2...5 {
        connection.send(Answer.chunk(Array("data: \(index)\n\n".utf8)))
        guard turns.wait(until: { $0 == index }) else { return }
      }
      connection.send(Answer.lastChunk)
      _ = connection.waitForClose()
    }
    withTransport(server) { transport, server in
      let sink = Recorder(onTurnEnd: { _ in turns.update { $0 += 1 } })
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(turns.now == 5 && sink.state.now.breaches == [])
    }
  }

  @Test func deliversAnEventBeforeTheNextOneIsSent() {
    let seen = Monitor(0)
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.chunkedHead)
      for index in 1...50 {
        connection.send(Answer.chunk(Array("data: \(index)\n\n".utf8)))
        guard seen.wait(until: { $0 == index }) else { return }
      }
      connection.send(Answer.lastChunk)
      _ = connection.waitForClose()
    }
    withTransport(server) { transport, server in
      let sink = Recorder(onTurnEnd: { sink in seen.update { $0 = sink.state.now.pieces } })
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      #expect(sink.state.now.pieces == 50)
    }
  }
}
