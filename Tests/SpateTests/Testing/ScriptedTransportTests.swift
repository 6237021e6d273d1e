// SPDX-License-Identifier: Apache-2.0

import Spate
import Testing

/// The transport for users' tests, used as they would: by its public interface alone.
@Suite(.timeLimit(.minutes(10))) struct ScriptedTransportTests {
  func client(_ transport: ScriptedTransport) -> Client {
    Client(
      provider: .compatible(baseURL: "http://localhost/v1"), recovery: .none, environment: .fixed([:]),
      transport: transport)
  }

  @Test func theExampleOfItsDocumentation() async throws {
    let transport = ScriptedTransport(.text("Hello", " world"), .status(429, body: "slow down"))
    let client = client(transport)
    let response = try await client.stream("Hi", model: "m").response
    #expect(response.text == "Hello world")
    #expect(response.outcome == .complete)
    #expect(transport.requests.count == 1)
    #expect(transport.requests.first?.url == "http://localhost/v1/chat/completions")
    #expect(await code { try await client.stream("Hi", model: "m").response } == .rateLimit)
    // The last answer is given again.
    #expect(await code { try await client.stream("Hi", model: "m").response } == .rateLimit)
    #expect(transport.requests.count == 3)
  }

  @Test func pausesTakeVirtualTimeOnly() async throws {
    let transport = ScriptedTransport(.text("a", "b", "c", pace: .seconds(50)))
    #expect(try await client(transport).stream("Hi", model: "m").response.text == "abc")
    #expect(transport.now == .seconds(150))
  }

  @Test func manyStreamsShareTheClock() async throws {
    let transport = ScriptedTransport { _, number in .text("a", "b", pace: .seconds(number + 1)) }
    let client = client(transport)
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await client.stream("Hi", model: "m").response.text } }
      for try await text in group { #expect(text == "ab") }
    }
    #expect(transport.runningCount == 0)
    #expect(transport.timerCount == 0)
  }

  @Test func failuresOfTheNetworkAreAnswersToo() async throws {
    let transport = ScriptedTransport(
      .failure(TransportError(.dns, "no such host")),
      ScriptedAnswer([.head(200), .body("data: {}\n\n"), .failure(TransportError(.truncated, "cut"))]))
    let client = client(transport)
    #expect(await code { try await client.stream("Hi", model: "m").response } == .dns)
    #expect(await code { try await client.stream("Hi", model: "m").response } == .truncated)
  }

  @Test func theAnswerMayDependOnTheRequest() async throws {
    let transport = ScriptedTransport { request, _ in
      String(decoding: request.body, as: UTF8.self).contains("weather") ? .text("Rain") : .text("Hello")
    }
    let client = client(transport)
    #expect(try await client.stream("How is the weather?", model: "m").response.text == "Rain")
    #expect(try await client.stream("Hi", model: "m").response.text == "Hello")
  }

  @Test func aHungAnswerEndsByTheClockOrACancel() async throws {
    let transport = ScriptedTransport(ScriptedAnswer([.head(200), .hang]))
    let client = client(transport)
    let waiting = client.stream("Hi", model: "m")
    let response = Task { try await waiting.response }
    await transport.waitForRequests(1)
    await transport.advance(by: .seconds(120))
    #expect(await code { try await response.value } == .timeout)
    let stopped = client.stream("Hi", model: "m")
    try await stopped.start()
    stopped.cancel()
    #expect(await code { try await stopped.response } == .cancelled)
    try await eventually { transport.runningCount == 0 }
  }

  @Test func timersFireInOrderAndNotAfterACancel() async {
    let transport = ScriptedTransport()
    let fired = Watched<[Int]>([])
    _ = transport.schedule(after: .seconds(2)) { fired.update { $0.append(2) } }
    _ = transport.schedule(after: .seconds(1)) { fired.update { $0.append(1) } }
    _ = transport.schedule(after: .seconds(1)) { fired.update { $0.append(11) } }
    transport.schedule(after: .seconds(1)) { fired.update { $0.append(0) } }.cancel()
    await transport.advance(by: .milliseconds(1999))
    #expect(fired.now == [1, 11])
    await transport.advance(by: .milliseconds(1))
    #expect(fired.now == [1, 11, 2])
    #expect(transport.timerCount == 0)
  }

  // MARK: A test whose time is over

  @Test func aCancelEndsTheWaitForRequests() async throws {
    let transport = ScriptedTransport(.text("a"))
    let waiting = Task { await transport.waitForRequests(2) }
    _ = try await client(transport).stream("Hi", model: "m").response
    waiting.cancel()
    await waiting.value
    // Who is cancelled before waits neither.
    await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await transport.waitForRequests(2)
    }.value
    #expect(transport.requests.count == 1)
    _ = try await client(transport).stream("Hi", model: "m").response
    await transport.waitForRequests(2)
  }

  /// A timer that sets itself again at once: there is always something left to do.
  private func tick(_ transport: ScriptedTransport, _ count: Watched<Int>, until isOver: Watched<Bool>) {
    _ = transport.schedule(after: .zero) {
      count.update { $0 += 1 }
      if !isOver.now { self.tick(transport, count, until: isOver) }
    }
  }

  @Test func aCancelEndsTheWaitForAnAdvance() async throws {
    let transport = ScriptedTransport(.text("a"))
    // A blocking reader moves the transport to a thread of its own: what never ends must not hold one of the pool's.
    func read() throws { _ = try client(transport).stream("Hi", model: "m").blocking.response() }
    try read()
    let (count, isOver) = (Watched(0), Watched(false))
    defer { isOver.update { $0 = true } }
    tick(transport, count, until: isOver)
    let waiting = Task { await transport.advance(by: .seconds(1)) }
    try await count.wait { $0 > 10 }
    waiting.cancel()
    await waiting.value
    isOver.update { $0 = true }
    await transport.advance(by: .seconds(1))
    #expect(transport.timerCount == 0 && transport.now >= .seconds(1))
  }
}
