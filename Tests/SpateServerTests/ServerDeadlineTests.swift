// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateServer
import Testing

@Suite struct ServerDeadlineTests {
  private func configuration(_ change: (inout ServerConfiguration) -> Void) -> ServerConfiguration {
    var configuration = ServerConfiguration()
    change(&configuration)
    return configuration
  }

  /// Sends a byte at a time until the server answers; what it answers.
  private func dribble(_ client: TestClient) throws -> String {
    while !client.isReadable(within: 1) { try client.send("a") }
    return try client.receiveAll()
  }

  @Test func G8_aHeadThatDribblesIsRefusedAtTheDeadline() throws {
    try withServer(configuration { $0.headerDeadline = .milliseconds(40) }, handle: hello) { server in
      let client = try TestClient(server)
      try client.send("GET /")
      #expect(try dribble(client).hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
      #expect(server.counters.refused == 1)
      // The same for a second request on a connection.
      let other = try TestClient(server)
      try other.send(.get())
      _ = try other.response()
      try other.send("G")
      #expect(try other.receiveAll().hasPrefix("HTTP/1.1 408 "))
    }
  }

  @Test func G8_aBodyThatDribblesIsRefusedAtTheDeadline() throws {
    try withServer(configuration { $0.bodyDeadline = .milliseconds(40) }, handle: hello) { server in
      let client = try TestClient(server)
      try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
      #expect(try dribble(client).hasPrefix("HTTP/1.1 408 "))
    }
  }

  @Test func G8_anIdleConnectionIsClosedWithoutAWord() throws {
    try withServer(configuration { $0.idleDeadline = .milliseconds(30) }, handle: hello) { server in
      #expect(try TestClient(server).receiveAll() == "")
      let client = try TestClient(server)
      try client.send(.get())
      _ = try client.response()
      #expect(try client.receiveAll() == "")
      eventually("the close") { server.counters.open == 0 }
    }
  }

  @Test func aSilentReplyIsNotCutByAnyDeadline() throws {
    let short = configuration {
      $0.headerDeadline = .milliseconds(10)
      $0.bodyDeadline = .milliseconds(10)
      $0.idleDeadline = .milliseconds(10)
      $0.stallDeadline = .milliseconds(10)
    }
    try withServer(short, handle: { exchange in exchange.after(.milliseconds(80)) { hello(exchange) } }) { server in
      let client = try TestClient(server)
      try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
      #expect(try client.response().body == "hello world")
    }
  }

  @Test func aClientThatDoesNotCloseIsNotWaitedForLong() throws {
    try withServer(configuration { $0.lingerDeadline = .milliseconds(20) }, handle: hello) { server in
      let client = try TestClient(server)
      try client.send(.get("/", "Connection: close\r\n"))
      #expect(try client.receiveAll().hasSuffix("hello world"))
      eventually("the close") { server.counters.open == 0 }
    }
  }
}
