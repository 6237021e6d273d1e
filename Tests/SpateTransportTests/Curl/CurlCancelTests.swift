// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import SpateTransport
import Testing

@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlCancelTests {
  /// Sends a head and a first chunk, then nothing, and waits for the client to leave.
  private func stallingServer() -> LoopbackServer {
    LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.chunkedHead + Answer.chunk([1, 2, 3]))
      _ = connection.waitForClose()
    }
  }

  /// Cancels and expects the one end that belongs to it, in time.
  private func cancel(
    _ sink: Recorder, _ transfer: any Transfer, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let clock = ContinuousClock()
    let start = clock.now
    transfer.cancel()
    #expect(sink.waitForEnd(), sourceLocation: sourceLocation)
    // 100 ms is the promise; the rest is for a busy machine under a sanitizer.
    #expect(clock.now - start < .milliseconds(Self.patience), sourceLocation: sourceLocation)
    transfer.cancel()
    transfer.resume()
    #expect(sink.endCode == .cancelled, sourceLocation: sourceLocation)
    #expect(sink.state.now.ends.count == 1, sourceLocation: sourceLocation)
    #expect(sink.state.now.breaches == [], sourceLocation: sourceLocation)
  }

  private static let patience = 1000

  @Test func cancelsRightAfterStart() {
    withTransport(stallingServer()) { transport, server in
      for _ in 0..<100 {
        let sink = Recorder()
        cancel(sink, sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport))
      }
    }
  }

  @Test func cancelsBeforeTheHead() {
    let server = LoopbackServer { connection in
      _ = connection.readRequest()
      _ = connection.waitForClose()
    }
    withTransport(server) { transport, server in
      let sink = Recorder()
      let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(server.record.wait { $0.requests.count == 1 })
      cancel(sink, transfer)
      #expect(sink.state.now.heads == [])
      #expect(server.record.wait { $0.closedByClient == 1 })
    }
  }

  @Test func cancelsInsideTheBody() {
    withTransport(stallingServer()) { transport, server in
      let sink = Recorder()
      let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.state.wait { !$0.body.isEmpty })
      cancel(sink, transfer)
      #expect(sink.state.now.body == [1, 2, 3])
      #expect(server.record.wait { $0.closedByClient == 1 })
    }
  }

  /// A program that is started while a stream runs must not inherit its socket: the server would never see it closed.
  @Test func closesTheSocketThoughAChildProcessWasStarted() throws {
    try withTransport(stallingServer()) { transport, server in
      let sink = Recorder()
      let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.state.wait { !$0.body.isEmpty })
      let sleeper = try Sleeper()
      defer { sleeper.kill() }
      cancel(sink, transfer)
      #expect(server.record.wait(seconds: 10) { $0.closedByClient == 1 })
    }
  }

  @Test func cancelsWhileTheServerIsFloodingIt() {
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.chunkedHead)
      let chunk = Answer.chunk(Answer.pattern(10_000))
      while connection.send(chunk) {}
    }
    withTransport(server) { transport, server in
      for _ in 0..<10 {
        let sink = Recorder(keepsBody: false)
        let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
        #expect(sink.state.wait { $0.pieces > 100 })
        cancel(sink, transfer)
      }
    }
  }

  @Test func cancelsDuringAnUpload() {
    let server = LoopbackServer { connection in
      // Never reads, so the upload stands still.
      _ = connection.waitForRelease()
    }
    withTransport(server) { transport, server in
      let sink = Recorder()
      let body = Answer.pattern(32 << 20)
      let transfer = sink.start(HTTPRequest(method: "POST", url: server.url(), body: body), on: transport)
      #expect(server.record.wait { $0.accepted == 1 })
      cancel(sink, transfer)
      server.record.update { $0.isReleased = true }
    }
  }

  @Test func cancelsFromInsideEveryCall() {
    withTransport(stallingServer()) { transport, server in
      let sinks = [
        Recorder(onHead: { $0.transfer?.cancel() }),
        Recorder(onTurnEnd: { $0.transfer?.cancel() }),
        Recorder(onBody: { sink in
          sink.transfer?.cancel()
          sink.transfer?.resume()
          return .pause
        }),
      ]
      for sink in sinks {
        sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
        #expect(sink.waitForEnd())
        #expect(sink.endCode == .cancelled)
        #expect(sink.state.now.breaches == [])
      }
      #expect(server.record.wait { $0.closedByClient == sinks.count })
      #expect(sinks[0].state.now.body == [])
    }
  }

  @Test func deliversNoFurtherPieceAfterACancelFromInsideOne() {
    let chunks = (0..<100).flatMap { Answer.chunk(Array("data: \($0)\n\n".utf8)) }
    withTransport(LoopbackServer(bytes: Answer.chunkedHead + chunks + Answer.lastChunk)) { transport, server in
      let sink = Recorder(onBody: { sink in
        sink.transfer?.cancel()
        return .more
      })
      sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .cancelled)
      #expect(sink.state.now.pieces == 1)
    }
  }

  @Test func ignoresCancelAndResumeAfterTheEnd() {
    withTransport(LoopbackServer(bytes: Answer.whole([1]))) { transport, server in
      let sink = Recorder()
      let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.waitForEnd() && sink.succeeded)
      transfer.cancel()
      transfer.resume()
      transfer.cancel()
      let other = Recorder()
      other.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(other.waitForEnd() && other.succeeded)
      #expect(sink.state.now.ends.count == 1 && sink.succeeded)
      #expect(sink.state.now.breaches == [])
      #expect(server.record.now.accepted == 1)
    }
  }

  @Test func cancelsWhilePaused() {
    let server = LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.send(Answer.whole(Answer.pattern(8 << 20)))
    }
    withTransport(server) { transport, server in
      let sink = Recorder(onBody: { _ in .pause })
      let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sink.state.wait { $0.pieces == 1 })
      cancel(sink, transfer)
      #expect(sink.state.now.pieces == 1)
    }
  }

  @Test func cancelsAConnectionThatIsNeverMade() {
    let wall = SilentPort(.ignores)
    withTransport(LoopbackServer(bytes: [])) { transport, _ in
      let sink = Recorder()
      let transfer = sink.start(HTTPRequest(method: "GET", url: wall.origin), on: transport)
      // A turn of the loop later it is connecting.
      waitForTurns(2, of: transport)
      cancel(sink, transfer)
    }
  }

  /// Removing a transfer must not wait for its resolver (CURLOPT_QUICK_EXIT), nor may its siblings.
  @Test func cancelsALookupThatNeverEnds() {
    let name = "cancel-\(Carrier.name).stuck.invalid"
    withTransport(LoopbackServer(bytes: Answer.whole([1]))) { transport, server in
      let sink = Recorder()
      let transfer = sink.start(HTTPRequest(method: "GET", url: "http://\(name)/"), on: transport)
      #expect(Resolver.waitForLookup(of: name))
      cancel(sink, transfer)
      let sibling = Recorder()
      sibling.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
      #expect(sibling.waitForEnd() && sibling.succeeded)
      // Before the end: newer versions of libcurl wait for their resolvers when a multi handle is closed.
      #expect(Resolver.release(name))
    }
  }

  @Test func endsWhatRunsWhenTheTransportStops() {
    let server = stallingServer()
    let transport = Carrier.transport()
    let sinks = (0..<5).map { _ in Recorder() }
    for sink in sinks { sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport) }
    for sink in sinks { #expect(sink.state.wait { !$0.body.isEmpty }) }
    transport.stop()
    #expect(sinks.allSatisfy { $0.endCode == .cancelled && $0.state.now.breaches == [] })
    let late = Recorder()
    late.start(HTTPRequest(method: "GET", url: server.url()), on: transport).cancel()
    #expect(late.endCode == .cancelled)
    #expect(transport.handlesInUse == 0)
    transport.stop()
    #expect(server.stop())
  }

  /// Cancels at every moment that a busy loop can be in.
  @Test func survivesCancelsAtRandomMoments() {
    let server = LoopbackServer { request, connection in
      connection.send(Answer.chunkedHead)
      for size in 1...20 where !connection.send(Answer.chunk(Answer.pattern(size * 100))) { return false }
      return connection.send(Answer.lastChunk)
    }
    withTransport(server) { transport, server in
      let sinks = (0..<400).map { index in
        Recorder(onBody: { sink in
          if index % 4 == 0 && sink.state.now.pieces == index % 20 { sink.transfer?.cancel() }
          return .more
        })
      }
      for (index, sink) in sinks.enumerated() {
        let transfer = sink.start(HTTPRequest(method: "GET", url: server.url()), on: transport)
        if index % 4 == 1 { detachThread { transfer.cancel() } }
        if index % 4 == 2 {
          #expect(sink.state.wait { $0.pieces >= index % 20 || !$0.ends.isEmpty })
          transfer.cancel()
        }
      }
      for sink in sinks {
        #expect(sink.waitForEnd())
        #expect(sink.succeeded || sink.endCode == .cancelled)
        #expect(sink.state.now.breaches == [])
      }
      #expect(sinks.enumerated().allSatisfy { $0.offset % 4 != 3 || $0.element.succeeded })
    }
  }
}
