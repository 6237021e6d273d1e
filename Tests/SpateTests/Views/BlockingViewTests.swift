// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `stream.blocking`: S6, S13.
@Suite(.timeLimit(.minutes(10))) struct BlockingViewTests {
  /// What a synchronous loop sees.
  private func labels(_ stream: ResponseStream) -> [String] {
    var labels: [String] = []
    for result in stream.blocking {
      switch result {
      case .success(let event): labels.append(event.label)
      case .failure(let error): labels.append("error:\(error.code)")
      }
    }
    return labels
  }

  @Test(arguments: [1, 30, 1 << 20]) func givesEveryEvent(size: Int) {
    let transport = PlayedTransport.answering(ChatBytes.answer("a", "b"), size: size)
    #expect(labels(transport.stream()) == ["start", "text:a", "text:b", "usage", "finish:stop"])
  }

  @Test func S6_aSynchronousLoopOverTheWords() throws {
    func read() throws -> String {
      var text = ""
      for word in PlayedTransport.answering(ChatBytes.answer("Hel", "lo"), size: 5).stream().blocking.text {
        text += try word.get()
      }
      return text
    }
    #expect(try read() == "Hello")
  }

  @Test func itsLastElementIsTheFailure() {
    let cut = PlayedTransport.answering(ChatBytes.text("a"))
    #expect(labels(cut.stream()) == ["start", "text:a", "error:truncated"])
    #expect(labels(PlayedTransport.answering("", status: 401).stream()) == ["error:auth"])
    #expect(labels(PlayedTransport().client.stream("Hi", model: "")) == ["error:bad_request"])
  }

  @Test func afterTheFailureThereIsNothing() {
    func read() -> [Bool] {
      var events = PlayedTransport.answering("", status: 500).stream().blocking.makeIterator()
      return (0..<3).map { _ in events.next() == nil }
    }
    #expect(read() == [false, true, true])
  }

  @Test func forEachRethrows() async throws {
    struct Stop: Error {}
    // swift-format-ignore: ReplaceForEachWithForLoop
    func stop(_ stream: ResponseStream) throws { try stream.blocking.forEach { _ in throw Stop() } }
    func read(_ stream: ResponseStream) throws -> String {
      var text = ""
      // swift-format-ignore: ReplaceForEachWithForLoop
      try stream.blocking.text.forEach { text += $0 }
      return text
    }
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) }
    let stream = transport.stream()
    #expect(throws: Stop.self) { try stop(stream) }
    try await transport.first.log.wait { $0.cancels == 1 }
    #expect(try read(PlayedTransport.answering(ChatBytes.answer("a", "b")).stream()) == "ab")
    #expect(await code { try read(PlayedTransport.answering(ChatBytes.text("a")).stream()) } == .truncated)
  }

  @Test func theResponseIsThereToo() async throws {
    func read(_ stream: ResponseStream) throws -> String { try stream.blocking.response().text }
    let stream = PlayedTransport.answering(ChatBytes.answer("a", "b")).stream()
    #expect(try read(stream) == "ab")
    // Read already: the same value again.
    #expect(try read(stream) == "ab")
    #expect(await code { try read(PlayedTransport.answering(ChatBytes.text("a")).stream()) } == .truncated)
  }

  @Test func aSecondReaderIsRefused() {
    func read() -> [String] {
      let stream = PlayedTransport.answering(ChatBytes.answer("a")).stream()
      return labels(stream) + labels(stream)
    }
    #expect(read() == ["start", "text:a", "usage", "finish:stop", "error:already_read"])
  }

  @Test func L1_aBreakCancels() async throws {
    func first(_ stream: ResponseStream) { for _ in stream.blocking { break } }
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) }
    let stream = transport.stream()
    first(stream)
    try await transport.first.log.wait { $0.cancels == 1 }
    #expect(stream.snapshot.outcome == .cancelled)
  }

  @Test func L2_aCancelFromAnotherThreadEndsTheWait() async throws {
    let silent = PlayedTransport()
    let stream = silent.stream()
    // Not on the pool: what ends the wait is a task.
    let reading = Task(executorPreference: ThreadExecutor()) { labels(stream) }
    _ = try await silent.first
    stream.cancel()
    #expect(await reading.value == ["error:cancelled"])
  }

  @Test func L2_aCancelledTaskReadsNothing() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    let reading = Task { () -> [String] in
      withUnsafeCurrentTask { $0?.cancel() }
      return labels(stream)
    }
    #expect(await reading.value == ["error:cancelled"])
    #expect(transport.exchanges.now.isEmpty)
  }

  /// As many as the pool has threads, up to two, each blocking one of them before any answer begins. No other test may
  /// block a thread of the pool and wait for a task.
  @Test func twoOfThemDoNotDeadlockThePool() async throws {
    let count = min(2, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let opened = Watched<[PlayedExchange]>([])
    let transport = PlayedTransport { exchange in
      let all = opened.update { opened in
        opened.append(exchange)
        return opened
      }
      guard all.count == count else { return }
      for exchange in all {
        exchange.send(.head(), .body(ChatBytes.answer("a", "b")))
        exchange.end()
      }
    }
    let texts = await withTaskGroup(of: [String].self) { group in
      for _ in 0..<count { group.addTask { labels(transport.stream()) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(texts == Array(repeating: ["start", "text:a", "text:b", "usage", "finish:stop"], count: count))
  }

  @Test func onAScriptedTransportToo() async {
    func read() -> [String] {
      let client = Client(
        provider: .compatible(baseURL: "http://localhost/v1"), recovery: .none, environment: .fixed([:]),
        transport: ScriptedTransport(.text("a", "b", pace: .seconds(1))))
      return labels(client.stream("Hi", model: "m"))
    }
    let texts = await withTaskGroup(of: [String].self) { group in
      for _ in 0..<8 { group.addTask { read() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(texts == Array(repeating: ["start", "text:a", "text:b", "finish:stop"], count: 8))
  }

  #if canImport(CCurl)
    @Test func onTheLoopsOwnThreadItFailsInsteadOfWaitingForItself() async throws {
      let transport = CurlTransport.shared
      let seen = Watched<[String]>([])
      let client = Client(
        provider: .compatible(baseURL: "http://127.0.0.1:1/v1"), recovery: .none, environment: .fixed([:]),
        transport: transport)
      let stream = client.stream("Hi", model: "m")
      let other = client.stream("Hi", model: "m")
      _ = transport.schedule(after: .zero) {
        let labels = labels(stream)
        let response = Result { () throws(SpateError) in try other.blocking.response() }
        var all = labels
        if case .failure(let error) = response { all.append("error:\(error.code)") }
        seen.update { $0 = all }
      }
      try await seen.wait { $0.count == 2 }
      #expect(seen.now == ["error:bad_request", "error:bad_request"])
      #expect(!transport.isOnOwnThread)
    }
  #endif
}

/// A synchronous loop over everything.
func readBlocking(_ stream: ResponseStream) throws {
  for result in stream.blocking { _ = try result.get() }
}
