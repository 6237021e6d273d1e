// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateServer
import Testing

/// What the simulator's faults are made of.
@Suite struct FaultTests {
  private func answer(_ handle: @escaping @Sendable (Exchange) -> Void) throws -> String {
    var answer = ""
    try withServer(handle: handle) { server in
      let client = try TestClient(server)
      // The second request must not be served after a fault.
      try client.send(.get() + .get("/second"))
      answer = try client.receiveAll()
      #expect(server.counters.requests == 1)
    }
    return answer
  }

  @Test func rawBytesArriveAsTheyAre() throws {
    #expect(
      try answer { exchange in
        exchange.writeRaw(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8))
        exchange.finish()
      } == "HTTP/1.1 200 OK\r\nContent-Le")
  }

  @Test func rawBytesCanSpoilAStream() throws {
    #expect(
      try answer { exchange in
        exchange.begin(status: 200)
        exchange.write(Array("good".utf8))
        exchange.writeRaw(Array("zz\r\nbad\r\n".utf8))
        exchange.write(Array("good".utf8))
        exchange.finish()
      }
        == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\nzz\r\nbad\r\n4\r\ngood\r\n0\r\n\r\n")
  }

  @Test func anAbortedStreamHasNoLastChunk() throws {
    #expect(
      try answer { exchange in
        exchange.begin(status: 200)
        exchange.write(Array("part".utf8))
        exchange.abort()
      } == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n")
  }

  @Test func anAbortedStreamStillDeliversWhatWasWritten() throws {
    let body = [UInt8](repeating: UInt8(ascii: "z"), count: 900_000)
    let text = try answer { exchange in
      exchange.begin(status: 200)
      exchange.write(body)
      exchange.write(body)
      exchange.abort()
    }
    #expect(text.utf8.count(where: { $0 == UInt8(ascii: "z") }) == 1_800_000)
    #expect(text.hasSuffix("z\r\n"))
  }

  @Test func anAbortWithoutAHeadIsAnEmptyReply() throws {
    #expect(try answer { $0.abort() } == "")
  }

  @Test func aResetIsSeenAsOne() throws {
    let handle: @Sendable (Exchange) -> Void = { exchange in
      exchange.begin(status: 200)
      exchange.write(Array("part".utf8))
      exchange.onClose = { _ in Issue.record("the handler knows") }
      exchange.after(.milliseconds(5)) { exchange.reset() }
    }
    try withServer(handle: handle) { server in
      let client = try TestClient(server)
      try client.send(.get())
      _ = try client.receive(through: "part\r\n")
      #expect { try client.receive() } throws: { "\($0)" == "reset" }
      eventually("the close") { server.counters.open == 0 }
    }
  }

  @Test func aFinishWithoutAReplyIsA500() throws {
    try withServer(handle: { $0.finish() }) { server in
      let client = try TestClient(server)
      try client.send(.get())
      #expect(try client.response().head.hasPrefix("HTTP/1.1 500 "))
    }
  }
}
