// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateServer
import Testing

@Suite struct DisconnectTests {
  enum Leaving: CaseIterable, Sendable {
    case close, halfClose, reset

    func callAsFunction(_ client: TestClient) {
      switch self {
      case .close: client.close()
      case .halfClose: client.endSending()
      case .reset: client.reset()
      }
    }
  }

  @Test(arguments: Leaving.allCases) func G10_isNoticedBeforeTheFirstByteOfAReply(_ leave: Leaving) throws {
    let reasons = Notes<CloseReason>()
    try withServer(handle: { $0.onClose = { reasons.add($0) } }) { server in
      let client = try TestClient(server)
      try client.send(.get())
      eventually("the request") { server.counters.requests == 1 }
      #expect(reasons.count == 0)
      leave(client)
      eventually("the notice") { reasons.count == 1 }
      eventually("the close") { server.counters.open == 0 }
    }
    #expect(reasons.all == [.peerLeft])
  }

  @Test(arguments: Leaving.allCases) func G10_isNoticedBetweenChunks(_ leave: Leaving) throws {
    let reasons = Notes<CloseReason>()
    let ticks = Notes<Int>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      exchange.begin(status: 200)
      exchange.write(Array("first".utf8))
      exchange.onClose = { reasons.add($0) }
      exchange.after(.seconds(3600)) { ticks.add(1) }
    }
    try withServer(handle: handle) { server in
      let client = try TestClient(server)
      try client.send(.get())
      _ = try client.receive(through: "first\r\n")
      leave(client)
      eventually("the notice") { reasons.count == 1 }
    }
    #expect(reasons.all == [.peerLeft])
    #expect(ticks.count == 0)
  }

  /// The socket is then ready for writing, which fails and lets go of the connection, and for reading at once.
  @Test(arguments: Leaving.allCases) func L3_aClientThatLeavesWhileItIsOwedBytesIsLetGoOf(_ leave: Leaving) throws {
    let reasons = Notes<CloseReason>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      // First: the client may be gone before the head is sent.
      exchange.onClose = { reasons.add($0) }
      exchange.begin(status: 200)
      exchange.write([UInt8](repeating: 1, count: 16 << 20))
    }
    try withServer(handle: handle) { server in
      for number in 1...5 {
        let client = try TestClient(server, receiveBuffer: 4096)
        try client.send(.get())
        eventually("the request") { server.counters.requests == number }
        leave(client)
        eventually("the close") { reasons.count == number && server.counters.open == 0 }
      }
    }
    #expect(reasons.all == [CloseReason](repeating: .peerLeft, count: 5))
  }

  @Test func everyCallOnALostExchangeDoesNothing() throws {
    let done = Notes<Bool>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      exchange.begin(status: 200)
      exchange.onClose = { [unowned exchange] _ in
        done.add(exchange.write([1]))
        done.add(exchange.writeRaw([1]))
        done.add(exchange.isOpen)
        exchange.respond(status: 200)
        exchange.begin(status: 200)
        exchange.finish()
        exchange.abort()
        exchange.reset()
        exchange.after(.zero) { done.add(true) }
        done.add(exchange.queuedBytes > 0)
      }
    }
    try withServer(handle: handle) { server in
      let client = try TestClient(server)
      try client.send(.get())
      _ = try client.receive(through: "\r\n\r\n")
      client.close()
      eventually("the notice") { done.count == 4 }
    }
    #expect(done.all == [false, false, false, false])
  }

  @Test func isNotToldAfterTheReply() throws {
    let reasons = Notes<CloseReason>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      exchange.onClose = { reasons.add($0) }
      hello(exchange)
    }
    try withServer(handle: handle) { server in
      let client = try TestClient(server)
      try client.send(.get())
      _ = try client.response()
      client.close()
      eventually("the close") { server.counters.open == 0 }
    }
    #expect(reasons.count == 0)
  }

  @Test func aFinishedReplyStillReachesAClientThatHalfClosed() throws {
    var configuration = ServerConfiguration()
    configuration.sendBufferBytes = 8 << 10
    let body = [UInt8](repeating: UInt8(ascii: "y"), count: 2 << 20)
    try withServer(configuration, handle: { $0.respond(status: 200, body: body) }) { server in
      let client = try TestClient(server, receiveBuffer: 8 << 10)
      try client.send(.get())
      client.endSending()
      #expect(try client.receiveAll().utf8.suffix(body.count).elementsEqual(body))
    }
  }

  @Test func timersFireInOrderUntilTheReplyEnds() throws {
    let fired = Notes<Int>()
    let handle: @Sendable (Exchange) -> Void = { exchange in
      exchange.after(.milliseconds(4)) {
        fired.add(2)
        exchange.after(.milliseconds(1)) { fired.add(3) }
        exchange.after(.milliseconds(40)) { fired.add(9) }
        exchange.after(.milliseconds(2)) {
          fired.add(4)
          hello(exchange)
        }
      }
      exchange.after(.zero) { fired.add(1) }
    }
    try withServer(handle: handle) { server in
      let client = try TestClient(server)
      for _ in 0..<2 {
        try client.send(.get())
        _ = try client.response()
      }
    }
    #expect(fired.all == [1, 2, 3, 4, 1, 2, 3, 4])
  }

  @Test func nothingOfAnExchangeOutlivesIt() throws {
    final class Token: Sendable {
      let count: Lock<Int>
      init(_ count: Lock<Int>) {
        self.count = count
        count.withLock { $0 += 1 }
      }
      deinit { count.withLock { $0 -= 1 } }
    }
    let alive = Lock(0)
    let handle: @Sendable (Exchange) -> Void = { exchange in
      // Each closure holds the exchange that holds it.
      let token = Token(alive)
      exchange.onClose = { _ in withExtendedLifetime((exchange, token)) {} }
      exchange.onDrain = { withExtendedLifetime((exchange, token)) {} }
      exchange.after(.seconds(100)) { withExtendedLifetime((exchange, token)) {} }
      exchange.begin(status: 200)
      switch exchange.request.path {
      case "/finish": exchange.finish()
      case "/abort": exchange.abort()
      case "/reset": exchange.after(.zero) { withExtendedLifetime(token) { exchange.reset() } }
      default: break
      }
    }
    try withServer(handle: handle) { server in
      for path in ["/finish", "/abort", "/reset", "/leave", "/stop"] {
        let client = try TestClient(server)
        try client.send(.get(path))
        _ = try client.receive(through: "\r\n\r\n")
        if path == "/stop" { server.stop() }
        client.close()
        eventually("the end of \(path)") { alive.withLock { $0 == 0 } }
      }
    }
  }
}
