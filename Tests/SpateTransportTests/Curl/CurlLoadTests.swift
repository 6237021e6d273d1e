// SPDX-License-Identifier: Apache-2.0

import Glibc
import SpateCore
import SpateTestSupport
import SpateTransport
import Testing

@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlLoadTests {
  /// 200 streams that are all open before any of them ends.
  @Test(arguments: [1000, 64]) func carries200StreamsAtOnce(transfersPerMulti: Int) {
    let count = 200
    let server = LoopbackServer { request, connection in
      connection.send(Answer.chunkedHead)
      for _ in 0..<20 { connection.send(Answer.chunk(request.body)) }
      guard connection.waitForRelease() else { return false }
      connection.send(Answer.chunk(request.body) + Answer.lastChunk)
      return true
    }
    withTransport(server, transport: Carrier.transport(transfersPerMulti: transfersPerMulti)) { transport, server in
      let sinks = (0..<count).map { _ in Recorder() }
      for (index, sink) in sinks.enumerated() {
        let body = Array("stream \(index)\n".utf8)
        sink.start(HTTPRequest(method: "POST", url: server.url(), body: body), on: transport)
      }
      #expect(server.record.wait { $0.open == count })
      for (index, sink) in sinks.enumerated() {
        #expect(sink.state.wait { $0.body.count == 20 * "stream \(index)\n".utf8.count })
      }
      #expect(transport.handlesInUse == count)
      server.record.update { $0.isReleased = true }
      for (index, sink) in sinks.enumerated() {
        #expect(sink.waitForEnd() && sink.succeeded)
        #expect(sink.state.now.body == Array(String(repeating: "stream \(index)\n", count: 21).utf8))
        #expect(sink.state.now.breaches == [])
      }
      // All connections are there for the next round.
      let accepted = server.record.now.accepted
      let again = (0..<count).map { _ in Recorder() }
      for sink in again { sink.start(HTTPRequest(method: "POST", url: server.url(), body: [1]), on: transport) }
      for sink in again { #expect(sink.waitForEnd() && sink.succeeded) }
      #expect(server.record.now.accepted == accepted)
    }
  }

  /// Each start finds the loop about to sleep, asleep, or just woken: none may be overlooked.
  @Test func losesNoWakeUp() {
    withTransport(LoopbackServer(bytes: Answer.whole([1]))) { transport, server in
      let url = server.url()
      let failures = Monitor((threads: 0, lost: 0))
      for _ in 0..<8 {
        detachThread {
          var lost = 0
          for _ in 0..<100 {
            let sink = Recorder()
            sink.start(HTTPRequest(method: "GET", url: url), on: transport)
            if !(sink.waitForEnd() && sink.succeeded) { lost += 1 }
            let timer = Monitor(false)
            _ = transport.schedule(after: .zero) { timer.update { $0 = true } }
            if !timer.wait(until: { $0 }) { lost += 1 }
          }
          failures.update { failures in
            failures.threads += 1
            failures.lost += lost
          }
        }
      }
      #expect(failures.wait(seconds: 100) { $0.threads == 8 })
      #expect(failures.now.lost == 0)
    }
  }

  /// In a process of its own: there nobody else's descriptors come and go.
  @Test func givesBackEveryDescriptor() async {
    await #expect(processExitsWith: .success) {
      // The first use opens some that stay, such as the proxy of the tests.
      CurlLoadTests.useTransport()
      let clock = CurlTransport()
      waitForTurns(1, of: clock)
      let before = CurlLoadTests.descriptors()
      let rounds = 40
      for round in 0..<rounds { Carrier.$isPlain.withValue(round % 2 == 0) { CurlLoadTests.useTransport() } }
      // A few may still be on their way out; one that leaks in each round of a carrier shows all the same.
      let limit = before + rounds / 2 - 1
      for _ in 0..<1000 where CurlLoadTests.descriptors() > limit { waitForTurns(10, of: clock) }
      #expect(CurlLoadTests.descriptors() <= limit)
      clock.stop()
    }
  }

  static func useTransport() {
    withTransport(LoopbackServer(bytes: Answer.whole([1]))) { transport, server in
      let sinks = (0..<10).map { index in Recorder(onBody: { _ in index % 2 == 0 ? .pause : .more }) }
      for (index, sink) in sinks.enumerated() {
        let url = index % 5 == 4 ? "http://no-\(index).invalid/" : server.url()
        let transfer = sink.start(HTTPRequest(method: "GET", url: url), on: transport)
        if index % 3 == 0 { transfer.cancel() }
      }
      for sink in sinks { #expect(sink.waitForEnd()) }
    }
  }

  static func descriptors() -> Int {
    guard let folder = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
  }
}
