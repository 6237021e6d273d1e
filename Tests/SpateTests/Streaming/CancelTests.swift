// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Cancelling: from every side, in every state (rules L1, L2; trust.md 1.6).
@Suite(.timeLimit(.minutes(10))) struct CancelTests {
  /// A transport that has sent the words `a` and `b` in one piece and then says nothing more.
  let stalled = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a") + ChatBytes.text("b"))) }

  @Test func L1_anEarlyBreakCancelsAndKeepsThePartial() async throws {
    let stream = stalled.stream()
    for try await word in stream.text where word == "a" { break }
    let exchange = try await stalled.first
    #expect(exchange.log.now.cancels == 1)
    do {
      _ = try await stream.response
      Issue.record("it did not throw")
    } catch let error as SpateError {
      #expect(error.code == .cancelled)
      #expect(error.partial?.text == "ab")
      #expect(error.outcome == .cancelled)
    }
    #expect(stream.snapshot.text == "ab")
    #expect(stream.snapshot.outcome == .cancelled)
    try await exchange.log.wait { $0.isEnded }
    #expect(await code { try await stream.response } == .cancelled)
  }

  @Test func L1_anErrorInTheLoopsBodyCancels() async throws {
    struct Stop: Error {}
    let stream = stalled.stream()
    await #expect(throws: Stop.self) {
      for try await _ in stream { throw Stop() }
    }
    #expect(try await stalled.first.log.now.cancels == 1)
  }

  @Test func L1_aCancelledReaderThrowsCancellationErrorAndCancels() async throws {
    let stream = stalled.stream()
    let reader = Reader()
    let task = Task { try await reader.read(stream) }
    try await reader.labels.wait { $0.count == 3 }
    task.cancel()
    #expect(await isCancellation { try await task.value })
    #expect(try await stalled.first.log.now.cancels == 1)
    #expect(await code { try await stream.response } == .cancelled)
  }

  @Test func L1_aReaderIsCancelledAmidABatch() async throws {
    let stream = stalled.stream()
    let task = Task { () async throws -> Void in
      var events = stream.makeAsyncIterator()
      #expect(try await events.next()?.label == "start")
      withUnsafeCurrentTask { $0?.cancel() }
      #expect(await isCancellation { try await events.next() })
      #expect(try await events.next() == nil)
    }
    try await task.value
    #expect(try await stalled.first.log.now.cancels == 1)
    #expect(stream.snapshot.text == "ab")
  }

  @Test func L2_aTaskCancelledBeforeTheFirstReadSendsNothing() async throws {
    for read in [
      { @Sendable (stream: ResponseStream) in _ = try await stream.all() },
      { @Sendable (stream: ResponseStream) in _ = try await stream.text.all() },
      { @Sendable (stream: ResponseStream) in _ = try await stream.response },
    ] {
      let transport = PlayedTransport()
      let stream = transport.stream()
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await read(stream)
      }
      #expect(await isCancellation { try await task.value })
      #expect(transport.exchanges.now.isEmpty)
      #expect(stream.snapshot.outcome == .cancelled)
    }
  }

  @Test func L2_aTaskCancelledWhileWaitingForTheFirstByteEnds() async throws {
    let silent = PlayedTransport()
    let stream = silent.stream()
    let task = Task { try await stream.all() }
    let exchange = try await silent.first
    task.cancel()
    #expect(await isCancellation { try await task.value })
    #expect(exchange.log.now.cancels == 1)
  }

  @Test func L2_aTaskCancelledWhileWaitingInResponseCancelsWhatItReads() async throws {
    let stream = stalled.stream()
    let task = Task { try await stream.response }
    let exchange = try await stalled.first
    try await exchange.log.wait { $0.pieces == 1 }
    task.cancel()
    #expect(await isCancellation { try await task.value })
    try await exchange.log.wait { $0.cancels == 1 }
    #expect(stream.snapshot.text == "ab")
    #expect(await code { try await stream.response } == .cancelled)
  }

  @Test func whoOnlyWaitsForTheResponseDoesNotCancelTheReader() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) }
    let stream = transport.stream()
    let reader = Reader()
    let reading = Task { try await reader.read(stream) }
    try await reader.labels.wait { $0.count == 2 }
    let waiting = Task { try await stream.response }
    await Task.yield()
    waiting.cancel()
    #expect(await isCancellation { try await waiting.value })
    let exchange = try await transport.first
    #expect(exchange.log.now.cancels == 0)
    exchange.send(.body(ChatBytes.finish() + ChatBytes.done))
    exchange.end()
    try await reading.value
    #expect(reader.labels.now == ["start", "text:a", "finish:stop"])
  }

  @Test func aCancelFromAnotherTaskThrowsCancelledOnce() async throws {
    let stream = stalled.stream()
    let reader = Reader()
    let task = Task { await code { try await reader.read(stream) } }
    try await reader.labels.wait { $0.count == 3 }
    stream.cancel()
    #expect(await task.value == .cancelled)
    let exchange = try await stalled.first
    #expect(exchange.log.now.cancels == 1)
    try await exchange.log.wait { $0.isEnded }
    #expect(reader.labels.now == ["start", "text:a", "text:b"])
    #expect(stream.snapshot.outcome == .cancelled)
  }

  @Test func aCancelBeforeTheStartSendsNothing() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    stream.cancel()
    var events = stream.makeAsyncIterator()
    #expect(await code { try await events.next() } == .cancelled)
    #expect(try await events.next() == nil)
    #expect(await code { try await stream.response } == .cancelled)
    #expect(transport.exchanges.now.isEmpty)
  }

  @Test func aSecondCancelDoesNothing() async throws {
    let stream = stalled.stream()
    let task = Task { await code { try await stream.response } }
    let exchange = try await stalled.first
    stream.cancel()
    stream.cancel()
    #expect(await task.value == .cancelled)
    try await exchange.log.wait { $0.isEnded }
    stream.cancel()
    #expect(exchange.log.now.cancels == 1)
  }

  @Test func anEndedStreamStaysAsItIs() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("Hi"))
    let stream = transport.stream()
    let response = try await stream.response
    let snapshot = stream.snapshot
    stream.cancel()
    #expect(try await stream.response == response)
    #expect(stream.snapshot == snapshot)
    #expect(snapshot.outcome == .complete)

    let failed = PlayedTransport.answering("", status: 500).stream()
    #expect(await code { try await failed.response } == .server)
    failed.cancel()
    #expect(await code { try await failed.response } == .server)
  }

  @Test func anUnreadFinishSurvivesACancel() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("Hi"))
    let stream = transport.stream()
    try await stream.start()
    try await eventually { stream.snapshot.outcome != nil }
    stream.cancel()
    #expect(try await stream.all().map(\.label) == ["start", "text:Hi", "usage", "finish:stop"])
    #expect(try await stream.response.outcome == .complete)
  }

  @Test func whatHadComeIsReadBeforeTheCancel() async throws {
    let stream = stalled.stream()
    try await stream.start()
    try await eventually { stream.snapshot.text == "ab" }
    stream.cancel()
    var labels: [String] = []
    var events = stream.makeAsyncIterator()
    let thrown = await code { while let event = try await events.next() { labels.append(event.label) } }
    #expect(thrown == .cancelled)
    #expect(labels == ["start", "text:a", "text:b"])
  }

  @Test func theReaderMayCancelFromWithinItsLoop() async throws {
    let stream = stalled.stream()
    var labels: [String] = []
    let thrown = await code {
      for try await event in stream {
        labels.append(event.label)
        stream.cancel()
      }
    }
    #expect(thrown == .cancelled)
    #expect(labels.first == "start")
    #expect(try await stalled.first.log.now.cancels == 1)
  }

  @Test func L2_everyWaiterIsLetGoByOneCancel() async throws {
    let silent = PlayedTransport()
    let stream = silent.stream()
    try await withThrowingTaskGroup(of: SpateError.Code?.self) { group in
      group.addTask { await code { try await stream.all() } }
      for _ in 0..<5 {
        group.addTask { await code { try await stream.response } }
        group.addTask { await code { try await stream.start() } }
      }
      let exchange = try await silent.first
      stream.cancel()
      var codes: [SpateError.Code?] = []
      for try await code in group { codes.append(code) }
      // Who came second as a reader is told so; everybody else hears of the cancel.
      #expect(codes.count == 11)
      #expect(codes.allSatisfy { $0 == .cancelled || $0 == .alreadyRead })
      #expect(codes.filter { $0 == .alreadyRead }.count <= 1)
      try await exchange.log.wait { $0.isEnded }
    }
  }

  @Test func aBreakAtTheFinishEventLeavesTheAnswerWhole() async throws {
    for size in [1, 30, 1 << 20] {
      let transport = PlayedTransport.answering(ChatBytes.answer("Hi"), size: size)
      let stream = transport.stream()
      for try await event in stream {
        if case .finish = event { break }
      }
      #expect(try await stream.response.text == "Hi")
      #expect(stream.snapshot.outcome == .complete)
    }
  }

  @Test func nothingIsDeliveredAfterACancel() async throws {
    let stream = stalled.stream()
    var events = stream.makeAsyncIterator()
    _ = try await events.next()
    let exchange = try await stalled.first
    stream.cancel()
    exchange.send(.body(ChatBytes.answer("late")))
    exchange.end()
    try await exchange.log.wait { $0.isEnded }
    #expect(stream.snapshot.text == "ab")
    #expect(stream.snapshot.outcome == .cancelled)
  }
}
