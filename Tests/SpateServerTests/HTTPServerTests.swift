// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateEventLoop
import SpateServer
import Testing

@Suite struct HTTPServerTests {
  @Test func answersAHelloOnThePortItReports() throws {
    try withServer(handle: hello) { server in
      #expect(server.port > 0)
      let client = try TestClient(server)
      try client.send(.get())
      let (head, body) = try client.response()
      #expect(head == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\n")
      #expect(body == "hello world")
    }
  }

  @Test func keepsOneConnectionForFiftyRequests() throws {
    let echo: @Sendable (Exchange) -> Void = { exchange in
      exchange.respond(status: 200, body: Array(exchange.request.path.utf8) + exchange.request.body)
    }
    try withServer(handle: echo) { server in
      let client = try TestClient(server)
      for number in 0..<50 {
        try client.send("POST /\(number) HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
        #expect(try client.response().body == "/\(number)hello")
      }
      #expect((server.counters.accepted, server.counters.requests) == (1, 50))
    }
  }
}
