// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateEventLoop
import SpateServer
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite struct ServerStopTests {
  @Test func closesEveryConnectionAndTellsHandlers() throws {
    let reasons = Notes<CloseReason>()
    let server = HTTPServer { exchange in
      exchange.begin(status: 200)
      exchange.onClose = { reasons.add($0) }
    }
    try server.start()
    let clients = try (0..<10).map { _ in try TestClient(server) }
    for client in clients.prefix(5) {
      try client.send(.get())
      _ = try client.receive(through: "\r\n\r\n")
    }
    eventually("ten connections") { server.counters.open == 10 }
    server.stop()
    #expect(reasons.all == Array(repeating: .serverStopped, count: 5))
    for client in clients { #expect(try client.receiveAll() == "") }
    #expect(throws: TestClient.Failure.self) { try TestClient(server) }
    #expect((server.counters.open, server.counters.accepted, server.counters.requests) == (0, 10, 5))
    server.stop()
  }

  @Test func serversShareAGivenLoop() throws {
    let loop = EventLoop()
    defer { loop.stop() }
    let servers = (0..<3).map { _ in HTTPServer(loop: loop, handle: hello) }
    for server in servers { try server.start() }
    for (number, server) in servers.enumerated() {
      let client = try TestClient(server)
      try client.send(.get())
      #expect(try client.response().body == "hello world")
      if number == 2 {
        let done = Notes<Bool>()
        loop.call {
          server.stop()
          done.add(true)
        }
        eventually("a stop on the loop") { done.count == 1 }
      } else {
        server.stop()
      }
      #expect(try client.receiveAll() == "")
    }
  }

  @Test func stopsAlsoAfterItsLoopDid() throws {
    let loop = EventLoop()
    let server = HTTPServer(loop: loop, handle: hello)
    try server.start()
    loop.stop()
    server.stop()
  }

  /// In a process of its own: other tests open descriptors too.
  @Test func descriptorsReturnToTheBaseline() async {
    await #expect(processExitsWith: .success) {
      try cycle()
      let baseline = openDescriptors()
      for _ in 0..<20 { try cycle() }
      #expect(openDescriptors() == baseline)
    }
  }

  /// Runs out of descriptors on purpose, in a process of its own.
  @Test func servesAgainAfterDescriptorsRanOut() async {
    await #expect(processExitsWith: .success) {
      try withServer(handle: hello) { server in
        var limit = rlimit(rlim_cur: 64, rlim_max: 64)
        #if canImport(Glibc)
          setrlimit(__rlimit_resource_t(7), &limit)
        #else
          setrlimit(RLIMIT_NOFILE, &limit)
        #endif
        var clients: [TestClient] = []
        do {
          while clients.count < 64 { clients.append(try TestClient(server)) }
        } catch {}
        #expect(clients.count > 10)
        // The clients hold half of them and those that wait for the server's half can be answered once some leave.
        clients.removeFirst(clients.count - 2)
        for client in clients {
          try client.send(.get())
          #expect(try client.response().body == "hello world")
        }
      }
    }
  }
}

/// A server's whole life with connections in every state.
private func cycle() throws {
  let server = HTTPServer { exchange in
    exchange.begin(status: 200)
    exchange.write([UInt8](repeating: 0, count: exchange.request.path == "/large" ? 4 << 20 : 1))
    exchange.after(.seconds(100)) { exchange.finish() }
  }
  try server.start()
  let clients = try (0..<8).map { _ in try TestClient(server) }
  for (number, client) in clients.enumerated() {
    switch number {
    case 0: break
    case 1: try client.send("GET /")
    case 2: try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab")
    case 3: try client.send("nonsense\r\n\r\n")
    case 4: try client.send(.get("/large"))
    case 5:
      try client.send(.get())
      _ = try client.receive(through: "\r\n\r\n")
      client.reset()
    default:
      try client.send(.get() + .get())
      _ = try client.receive(through: "\r\n\r\n")
    }
  }
  eventually("all are accepted") { server.counters.accepted == 8 }
  server.stop()
}

private func openDescriptors() -> Int {
  (0..<1024).count(where: { fcntl($0, F_GETFD) != -1 })
}
