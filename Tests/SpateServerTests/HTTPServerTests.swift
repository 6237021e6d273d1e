// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateEventLoop
import SpateServer
import Testing

@Suite struct HTTPServerTests {
  static let echo: @Sendable (Exchange) -> Void = { exchange in
    exchange.respond(status: 200, body: Array(exchange.request.path.utf8) + exchange.request.body)
  }

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
    try withServer(handle: Self.echo) { server in
      let client = try TestClient(server)
      for number in 0..<50 {
        try client.send("POST /\(number) HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
        #expect(try client.response().body == "/\(number)hello")
      }
      #expect((server.counters.accepted, server.counters.requests) == (1, 50))
      #expect((server.counters.open, server.counters.refused) == (1, 0))
    }
  }

  @Test func answersPipelinedRequestsInOrder() throws {
    // At once, and after a turn of the loop each.
    let late: @Sendable (Exchange) -> Void = { exchange in exchange.after(.zero) { Self.echo(exchange) } }
    for handle in [Self.echo, late] {
      try withServer(handle: handle) { server in
        let client = try TestClient(server)
        try client.send((0..<500).map { String.get("/\($0)") }.joined())
        for number in 0..<500 { #expect(try client.response().body == "/\(number)") }
        #expect(server.counters.accepted == 1)
      }
    }
  }

  @Test func holdsPipelinedRequestsBackWhileRepliesAreNotRead() throws {
    var configuration = ServerConfiguration()
    configuration.sendBufferBytes = 4 << 10
    let large: @Sendable (Exchange) -> Void = { exchange in
      exchange.respond(status: 200, body: [UInt8](repeating: 1, count: 1 << 20))
    }
    try withServer(configuration, handle: large) { server in
      let client = try TestClient(server, receiveBuffer: 4 << 10)
      try client.send((0..<20).map { String.get("/\($0)") }.joined())
      eventually("the first request") { server.counters.requests > 0 }
      #expect(server.counters.requests == 1)
      for _ in 0..<20 { #expect(try client.response().body.utf8.count == 1 << 20) }
      #expect(server.counters.requests == 20)
    }
  }

  @Test func readsABodyInChunks() throws {
    try withServer(handle: Self.echo) { server in
      let client = try TestClient(server)
      for piece in [
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chu", "nked\r\n\r\n3\r\nab", "c\r", "\n0\r\n\r\n",
      ] {
        try client.send(piece)
      }
      #expect(try client.response().body == "/abc")
    }
  }

  @Test func readsABodyOfMebibytes() throws {
    try withServer(handle: { $0.respond(status: 200, body: Array("\($0.request.body.count)".utf8)) }) { server in
      let client = try TestClient(server)
      try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(16 << 20)\r\n\r\n")
      try client.send([UInt8](repeating: 7, count: 16 << 20))
      #expect(try client.response().body == "\(16 << 20)")
    }
  }

  @Test func answersHEADWithoutABody() throws {
    let both: @Sendable (Exchange) -> Void = { exchange in
      guard exchange.request.path == "/stream" else { return hello(exchange) }
      exchange.begin(status: 200)
      #expect(exchange.write(Array("never".utf8)))
      exchange.finish()
    }
    try withServer(handle: both) { server in
      let client = try TestClient(server)
      try client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.receive(through: "\r\n\r\n").contains("Content-Length: 11\r\n"))
      try client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.receive(through: "\r\n\r\n").contains("Transfer-Encoding: chunked\r\n"))
      try client.send(.get())
      #expect(try client.response().body == "hello world")
    }
  }

  @Test(arguments: [204, 304]) func sendsNoBodyWithAStatusThatHasNone(_ status: Int) throws {
    try withServer(handle: { $0.respond(status: status, body: [1, 2, 3]) }) { server in
      let client = try TestClient(server)
      try client.send(.get())
      let head = try client.receive(through: "\r\n\r\n")
      #expect(head.hasPrefix("HTTP/1.1 \(status) "))
      #expect(!head.contains("Content-Length"))
      try client.send(.get("/", "Connection: close\r\n"))
      #expect(try client.receiveAll().hasSuffix("Connection: close\r\n\r\n"))
    }
  }

  @Test func saysContinueToAClientThatWaits() throws {
    try withServer(handle: Self.echo) { server in
      let client = try TestClient(server)
      for _ in 0..<3 {
        try client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try client.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try client.send("hi")
        #expect(try client.response().body == "/hi")
      }
    }
  }

  @Test func closesWhenTheClientAsks() throws {
    try withServer(handle: hello) { server in
      let client = try TestClient(server)
      try client.send(.get("/", "Connection: close\r\n"))
      let answer = try client.receiveAll()
      #expect(answer.contains("Connection: close\r\n"))
      #expect(answer.hasSuffix("hello world"))
    }
  }

  @Test func closesWhenTheHandlerAsks() throws {
    let close: @Sendable (Exchange) -> Void = { $0.respond(status: 429, fields: ["connection": "Close"]) }
    try withServer(handle: close) { server in
      let client = try TestClient(server)
      try client.send(.get() + .get())
      #expect(
        try client.receiveAll() == "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
  }

  @Test func speaksHTTP10() throws {
    try withServer(handle: hello) { server in
      let client = try TestClient(server)
      try client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(try client.response().head.contains("Connection: keep-alive\r\n"))
      try client.send("GET / HTTP/1.0\r\n\r\n")
      #expect(try client.receiveAll().contains("Connection: close\r\n"))
    }
  }

  @Test(
    arguments: [
      (200, ["X": "a\r\nSet-Cookie: b"]), (200, ["X\r\nY": "a"]), (200, ["": "a"]), (200, ["X": "a\0"]),
      (99, [:]), (100, [:]), (600, [:]),
    ] as [(Int, HTTPFields)])
  func G14_makesAHeadThatForgesABare500(_ status: Int, _ fields: HTTPFields) throws {
    for isStream in [false, true] {
      let handle: @Sendable (Exchange) -> Void = { exchange in
        if isStream {
          exchange.begin(status: status, fields: fields)
          #expect(!exchange.write([1]))
          exchange.finish()
        } else {
          exchange.respond(status: status, fields: fields, body: [1])
        }
      }
      try withServer(handle: handle) { server in
        let client = try TestClient(server)
        try client.send(.get())
        #expect(
          try client.receive(through: "\r\n\r\n")
            == "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
      }
    }
  }

  @Test func theFramingFieldsAreTheServersOwn() throws {
    let lying: @Sendable (Exchange) -> Void = { exchange in
      exchange.respond(
        status: 200, fields: ["content-length": "99", "Transfer-Encoding": "chunked", "X": "y"], body: [65])
    }
    try withServer(handle: lying) { server in
      let client = try TestClient(server)
      try client.send(.get())
      #expect(try client.receive(through: "A") == "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 1\r\n\r\nA")
    }
  }

  @Test func listensOnBothLoopbackAddresses() throws {
    var configuration = ServerConfiguration()
    configuration.addresses = [.v4, .v6]
    try withServer(configuration, handle: hello) { server in
      for address in LoopbackAddress.allCases {
        let client = try TestClient(server, address: address)
        try client.send(.get())
        #expect(try client.response().body == "hello world")
      }
    }
  }

  @Test func doesNotStartOnATakenPortNorTwice() throws {
    try withServer(handle: hello) { server in
      var configuration = ServerConfiguration()
      configuration.port = server.port
      let other = HTTPServer(configuration: configuration, handle: hello)
      #expect(throws: ServerError.self) { try other.start() }
      other.stop()
      #expect(throws: ServerError.alreadyStarted) { try server.start() }
    }
  }

  @Test func clientsBeyondTheCapWaitForTheirTurn() throws {
    var configuration = ServerConfiguration()
    configuration.connections = 2
    try withServer(configuration, handle: hello) { server in
      let first = try TestClient(server)
      let second = try TestClient(server)
      for client in [first, second] {
        try client.send(.get())
        _ = try client.response()
      }
      let third = try TestClient(server)
      try third.send(.get())
      try second.send(.get())
      _ = try second.response()
      #expect(server.counters.accepted == 2)
      first.close()
      #expect(try third.response().body == "hello world")
      #expect(server.counters.accepted == 3)
    }
  }
}
