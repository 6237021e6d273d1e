// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import SpateTransport

/// Compressed bodies that grow when they are read (trust.md S19).
@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlInflateTests {
  func read(_ gzip: Gzip, expectsStream: Bool) -> Recorder {
    let sink = Recorder()
    withTransport(LoopbackServer(bytes: Answer.whole(gzip.bytes, fields: "Content-Encoding: gzip\r\n"))) {
      transport, server in
      sink.start(HTTPRequest(method: "GET", url: server.url(), expectsStream: expectsStream), on: transport)
      #expect(sink.waitForEnd())
    }
    #expect(sink.state.now.breaches == [])
    return sink
  }

  @Test(arguments: [true, false]) func S19_aBombStopsEarly(expectsStream: Bool) {
    let sink = read(Self.bomb, expectsStream: expectsStream)
    #expect(sink.endCode == .limit)
    // What one read of the socket may hold is inflated before it is counted.
    #expect(sink.state.now.body.count <= (Carrier.isPlain ? 100 * Self.bomb.bytes.count : 3 << 20))
  }

  /// 6 MiB from 40 KB.
  static let bomb = Gzip(stored: 0, zeros: 6 << 20)

  @Test func S19_theFirstMebibyteIsFree() {
    let gzip = Gzip(stored: 0, zeros: (1 << 20) - 300)
    #expect(gzip.inflatedCount <= 1 << 20)
    #expect(gzip.inflatedCount / gzip.bytes.count > 100)
    let sink = read(gzip, expectsStream: false)
    #expect(sink.succeeded)
    #expect(sink.state.now.body.count == gzip.inflatedCount)
  }

  @Test func S19_aHundredfoldIsTheLimit() {
    let under = Gzip(stored: 6_000, zeros: 1_500_000)
    #expect(under.inflatedCount / under.bytes.count >= 95)
    #expect(under.inflatedCount <= 100 * under.bytes.count)
    #expect(read(under, expectsStream: false).succeeded)
    let over = Gzip(stored: 5_000, zeros: 1_500_000)
    #expect(over.inflatedCount > 100 * over.bytes.count)
    #expect(over.inflatedCount / over.bytes.count <= 110)
    #expect(read(over, expectsStream: false).endCode == .limit)
  }

  /// The free MiB to the byte: a body of far more than a hundred bytes for one.
  @Test(arguments: [-1, 0, 1]) func S19_theFreeMebibyteToTheByte(offset: Int) throws {
    let gzip = try #require(Gzip(inflated: (1 << 20) + offset, size: 9_000))
    #expect(gzip.inflatedCount == (1 << 20) + offset && gzip.bytes.count == 9_000)
    let sink = read(gzip, expectsStream: false)
    #expect(sink.endCode == (offset > 0 ? .limit : nil), "\(sink.state.now.ends)")
    if offset <= 0 { #expect(sink.state.now.body.count == gzip.inflatedCount) }
  }

  /// The hundredfold to the byte. Small enough for one read of the socket, so that all of it is counted at the end.
  @Test(arguments: [-1, 0, 1]) func S19_theHundredfoldToTheByte(offset: Int) throws {
    let gzip = try #require(Gzip(inflated: 100 * 12_000 + offset, size: 12_000))
    #expect(gzip.inflatedCount == 1_200_000 + offset && gzip.bytes.count == 12_000)
    let sink = read(gzip, expectsStream: false)
    #expect(sink.endCode == (offset > 0 ? .limit : nil), "\(sink.state.now.ends)")
    if offset <= 0 { #expect(sink.state.now.body.count == gzip.inflatedCount) }
  }
}
