// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Who keeps a run alive, and who ends it by going away (rules L3, L4).
@Suite(.timeLimit(.minutes(10))) struct LifetimeTests {
  let stalled = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) }

  @Test func L4_droppingTheHandleWithALiveIteratorDoesNotCancel() async throws {
    var stream: ResponseStream? = stalled.stream()
    var events = try #require(stream).makeAsyncIterator()
    stream = nil
    #expect(try await events.next()?.label == "start")
    #expect(try await events.next()?.label == "text:a")
    let exchange = try await stalled.first
    #expect(exchange.log.now.cancels == 0)
    exchange.send(.body(ChatBytes.finish() + ChatBytes.done))
    #expect(try await events.next()?.label == "finish:stop")
    #expect(exchange.log.now.cancels == 0)
  }

  @Test func L4_droppingTheHandleWithALiveViewDoesNotCancel() async throws {
    var words = stalled.stream().text.makeAsyncIterator()
    #expect(try await words.next() == "a")
    #expect(try await stalled.first.log.now.cancels == 0)
    _ = words
  }

  @Test func L4_aLoopOverATemporaryStreamIsRead() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("a", "b"), size: 9)
    var labels: [String] = []
    for try await event in transport.stream() { labels.append(event.label) }
    #expect(labels == ["start", "text:a", "text:b", "usage", "finish:stop"])
    #expect(try await transport.stream().response.text == "ab")
  }

  @Test func L4_droppingEverythingCancels() async throws {
    weak var run: StreamRun?
    do {
      let stream = stalled.stream()
      run = stream.run
      var events = stream.makeAsyncIterator()
      _ = try await events.next()
      #expect(try await stalled.first.log.now.cancels == 0)
    }
    let exchange = try await stalled.first
    try await exchange.log.wait { $0.isEnded }
    #expect(exchange.log.now.cancels == 1)
    try await eventually { run == nil }
  }

  @Test func L4_droppingAStartedUnreadStreamCancels() async throws {
    do {
      let stream = stalled.stream()
      try await stream.start()
    }
    try await stalled.first.log.wait { $0.cancels == 1 && $0.isEnded }
  }

  @Test func L3_droppingAnUnreadStreamLeaksNothing() {
    weak var run: StreamRun?
    do {
      let transport = PlayedTransport()
      let stream = transport.stream()
      run = stream.run
      #expect(run != nil)
      _ = stream.makeAsyncIterator()
      _ = stream.text.makeAsyncIterator()
      #expect(transport.exchanges.now.isEmpty)
    }
    #expect(run == nil)
  }

  @Test func L3_aFailedStreamLeaksNothing() async {
    weak var run: StreamRun?
    do {
      let stream = PlayedTransport().client.stream("Hi", model: "")
      run = stream.run
      #expect(await code { try await stream.response } == .badRequest)
    }
    #expect(run == nil)
  }

  @Test(arguments: [ChatBytes.answer("Hi"), ChatBytes.text("cut"), "<html>", ""])
  func L3_anEndedStreamLeaksNothing(body: String) async throws {
    weak var run: StreamRun?
    let transport = PlayedTransport.answering(body)
    do {
      let stream = transport.stream()
      run = stream.run
      _ = try? await stream.response
    }
    try await transport.first.log.wait { $0.isEnded }
    transport.exchanges.update { $0 = [] }
    try await eventually { run == nil }
    #expect(transport.timers.now.isEmpty)
  }

  @Test func L3_aCancelledStreamLeaksNothing() async throws {
    weak var run: StreamRun?
    do {
      let stream = stalled.stream()
      run = stream.run
      let task = Task { try await stream.response }
      try await stalled.first.log.wait { $0.pieces == 1 }
      task.cancel()
      _ = try? await task.value
    }
    try await stalled.first.log.wait { $0.isEnded }
    try await eventually { run == nil }
  }

  @Test func anUnreadIteratorThatGoesAwayDoesNotCancel() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("Hi"))
    let stream = transport.stream()
    do { _ = stream.makeAsyncIterator() }
    #expect(try await stream.text.all() == ["Hi"])
  }

  @Test func aRefusedIteratorThatGoesAwayDoesNotCancel() async throws {
    let stream = stalled.stream()
    var events = stream.makeAsyncIterator()
    _ = try await events.next()
    do {
      var second = stream.makeAsyncIterator()
      #expect(await code { try await second.next() } == .alreadyRead)
    }
    #expect(try await stalled.first.log.now.cancels == 0)
    #expect(try await events.next()?.label == "text:a")
  }

  @Test func L3_hundredsOfStreamsLeaveNothing() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("a", "b"))
    var runs: [WeakRun] = []
    for number in 0..<500 {
      let stream = transport.stream()
      runs.append(WeakRun(run: stream.run))
      switch number % 4 {
      case 0: _ = try await stream.response
      case 1: for try await _ in stream { break }
      case 2: stream.cancel()
      default: break
      }
    }
    try await eventually { transport.exchanges.now.allSatisfy { $0.log.now.isEnded } }
    let left = runs
    try await eventually { left.allSatisfy { $0.run == nil } }
  }

  struct WeakRun: Sendable {
    weak let run: StreamRun?
  }
}
