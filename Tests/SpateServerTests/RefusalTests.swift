// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateServer
import Testing

/// What the parser refuses, on the wire: one answer, then the end.
@Suite struct RefusalTests {
  @Test func G7_oneAnswerThenTheEnd() throws {
    let paths = Notes<String>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      paths.add(exchange.request.target)
      hello(exchange)
    }
    try withServer(handle: handle) { server in
      for refused in RefusedRequest.all {
        let client = try TestClient(server)
        try client.send(refused.bytes + RefusedRequest.second)
        let answer = try client.receiveAll()
        #expect(answer.hasPrefix("HTTP/1.1 \(refused.status) "), "\(refused): \(answer)")
        #expect(answer.contains("Connection: close\r\n"), "\(refused)")
        #expect(answer.ranges(of: "\r\n\r\n").count == 1, "\(refused): \(answer)")
      }
      #expect(server.counters.refused == RefusedRequest.all.count)
    }
    #expect(paths.all == [])
  }

  @Test func G7_oneAnswerToSingleBytes() throws {
    let paths = Notes<String>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      paths.add(exchange.request.target)
      hello(exchange)
    }
    try withServer(handle: handle) { server in
      for refused in RefusedRequest.all where refused.bytes.count < 300 {
        let client = try TestClient(server)
        for byte in refused.bytes + RefusedRequest.second { try client.send([byte]) }
        let answer = try client.receiveAll()
        #expect(answer.hasPrefix("HTTP/1.1 \(refused.status) "), "\(refused): \(answer)")
        #expect(answer.ranges(of: "\r\n\r\n").count == 1, "\(refused): \(answer)")
      }
    }
    #expect(paths.all == [])
  }

  @Test func theRefusalReachesAClientThatIsStillSending() throws {
    try withServer(handle: hello) { server in
      let client = try TestClient(server)
      try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(17 << 20)\r\n\r\n")
      try client.send([UInt8](repeating: 0, count: 17 << 20))
      #expect(try client.receiveAll().hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
    }
  }
}
