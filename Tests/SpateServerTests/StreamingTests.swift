// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateEventLoop
import SpateServer
import Testing

@Suite struct StreamingTests {
  @Test func eachChunkArrivesOnItsOwnAndAtOnce() throws {
    let exchanges = Notes<Exchange>()
    let begin: @Sendable (Exchange) -> Void = { exchange in
      exchange.begin(status: 200, fields: ["Content-Type": "text/event-stream"])
      exchanges.add(exchange)
    }
    try withServer(handle: begin) { server in
      let client = try TestClient(server)
      try client.send(.get())
      #expect(
        try client.receive(through: "\r\n\r\n")
          == "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
      eventually("the exchange") { exchanges.count == 1 }
      let exchange = exchanges.all[0]
      // Each is written only after the one before was read: nothing can be held back.
      for number in 0..<20 {
        let text = "data: \(number)\n\n"
        exchange.loop.call { exchange.write(Array(text.utf8)) }
        let chunk = String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
        #expect(String(decoding: try client.receive(), as: UTF8.self) == chunk)
      }
      exchange.loop.call {
        exchange.write([])
        exchange.finish()
      }
      #expect(String(decoding: try client.receive(), as: UTF8.self) == "0\r\n\r\n")
      // The connection lives on.
      try client.send(.get())
      _ = try client.receive(through: "\r\n\r\n")
      #expect(server.counters.accepted == 1)
    }
  }

  @Test func aStreamToHTTP10EndsWithTheConnection() throws {
    let handle: @Sendable (Exchange) -> Void = { exchange in
      exchange.begin(status: 200)
      exchange.write(Array("one".utf8))
      exchange.after(.milliseconds(1)) {
        exchange.write(Array("two".utf8))
        exchange.finish()
      }
    }
    try withServer(handle: handle) { server in
      let client = try TestClient(server)
      try client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(try client.receiveAll() == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nonetwo")
    }
  }

  @Test func writesOnExactlyWhereASlowReaderStoppedIt() throws {
    var configuration = ServerConfiguration()
    configuration.sendBufferBytes = 8 << 10
    let total = 200_000
    let pauses = Notes<Int>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      let source = Source(exchange: exchange, total: total, pauses: pauses)
      exchange.begin(status: 200)
      exchange.onDrain = { source.run() }
      source.run()
    }
    try withServer(configuration, handle: handle) { server in
      let client = try TestClient(server, receiveBuffer: 8 << 10)
      try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try client.receive(through: "\r\n\r\n")
      eventually("a pause") { pauses.count > 0 }
      let body = try client.receive(through: "0\r\n\r\n")
      // One chunk a number, each of six digits and a line end.
      var expected = ""
      for number in 0..<total { expected += "7\r\n\(Source.text(number))\r\n" }
      #expect(body == expected + "0\r\n\r\n")
      #expect(pauses.count > 3)
      #expect(pauses.all.allSatisfy { $0 <= configuration.highWater + 32 })
    }
  }

  /// Writes numbers until the client does not keep up; goes on when it is told to.
  final class Source {
    let exchange: Exchange
    let total: Int
    let pauses: Notes<Int>
    var next = 0

    init(exchange: Exchange, total: Int, pauses: Notes<Int>) {
      (self.exchange, self.total, self.pauses) = (exchange, total, pauses)
    }

    static func text(_ number: Int) -> String { "\(100_000 + number)".suffix(6) + "\n" }

    func run() {
      while next < total {
        next += 1
        guard exchange.write(Array(Self.text(next - 1).utf8)) else {
          pauses.add(exchange.queuedBytes)
          // The last one was refused nothing: what is queued is still sent.
          if next == total { break }
          return
        }
      }
      exchange.finish()
    }
  }

  @Test func G8_aClientThatDoesNotReadIsClosedAtTheQueuesLimit() throws {
    var configuration = ServerConfiguration()
    configuration.sendBufferBytes = 8 << 10
    configuration.queueLimit = 256 << 10
    let queued = Notes<Int>()
    let reasons = Notes<CloseReason>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      exchange.begin(status: 200)
      exchange.onClose = { reasons.add($0) }
      let block = [UInt8](repeating: 0, count: 16 << 10)
      for _ in 0..<1000 where exchange.isOpen {
        exchange.write(block)
        queued.add(exchange.queuedBytes)
      }
      #expect(!exchange.isOpen)
      #expect(reasons.count == 0, "never from within a call")
    }
    try withServer(configuration, handle: handle) { server in
      let client = try TestClient(server, receiveBuffer: 8 << 10)
      try client.send(.get())
      eventually("the end") { reasons.count > 0 }
      #expect(reasons.all == [.overflow])
      #expect(queued.all.max() ?? 0 > configuration.queueLimit)
      #expect(queued.all.max() ?? 0 < configuration.queueLimit + (20 << 10))
      eventually("the close") { server.counters.open == 0 }
    }
  }

  @Test func G8_aClientThatTakesNothingForTooLongIsClosed() throws {
    var configuration = ServerConfiguration()
    configuration.sendBufferBytes = 8 << 10
    configuration.stallDeadline = .milliseconds(30)
    let reasons = Notes<CloseReason>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      exchange.onClose = { reasons.add($0) }
      exchange.begin(status: 200)
      // Waits politely for a client that never reads.
      exchange.write([UInt8](repeating: 0, count: 1 << 20))
    }
    try withServer(configuration, handle: handle) { server in
      let client = try TestClient(server, receiveBuffer: 8 << 10)
      try client.send(.get())
      eventually("the end") { reasons.count > 0 }
      #expect(reasons.all == [.stalled])
    }
  }

  @Test func aClientThatReadsSlowlyIsNotStalled() throws {
    var configuration = ServerConfiguration()
    configuration.sendBufferBytes = 8 << 10
    configuration.stallDeadline = .milliseconds(400)
    let handle: @Sendable (Exchange) -> Void = { exchange in
      guard exchange.request.path == "/large" else {
        // The reader's clock.
        return exchange.after(.milliseconds(60)) { hello(exchange) }
      }
      exchange.respond(status: 200, body: [UInt8](repeating: 1, count: 2 << 20))
    }
    try withServer(configuration, handle: handle) { server in
      let client = try TestClient(server, receiveBuffer: 8 << 10)
      try client.send(.get("/large"))
      _ = try client.receive(through: "\r\n\r\n")
      let clock = try TestClient(server)
      var received = 0
      for _ in 0..<12 {
        received += try client.receive(count: 32 << 10).count
        try clock.send(.get())
        _ = try clock.response()
      }
      received += try client.receive(count: (2 << 20) - received).count
      #expect(received == 2 << 20)
    }
  }

  @Test func G8_whatAClientSendsDuringAReplyIsBounded() throws {
    let exchanges = Notes<Exchange>()
    try withServer(handle: { exchanges.add($0) }) { server in
      let client = try TestClient(server)
      try client.send(.get())
      eventually("the request") { exchanges.count == 1 }
      let sent = client.sendUntilFull(64 << 20)
      #expect(sent < 32 << 20)
      let exchange = exchanges.all[0]
      exchange.loop.call { hello(exchange) }
      #expect(try client.response().body == "hello world")
      // What it sent was no request.
      #expect(try client.receiveAll().hasPrefix("HTTP/1.1 4"))
    }
  }
}
