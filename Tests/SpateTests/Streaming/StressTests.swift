// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import Spate

/// Random interleavings of producer, reader and cancels, from seeds. `SPATE_ITERATIONS=10000` makes them longer.
@Suite(.timeLimit(.minutes(10))) struct StressTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func eventsComeInOrderHoweverTheyInterleave(seed: UInt64) async throws {
    let words = 400
    let transport = PlayedTransport { exchange in
      var random = SeededRandom(seed: seed)
      let body = (0..<words).map { ChatBytes.text("\($0) ") }.joined() + ChatBytes.finish() + ChatBytes.done
      var rest = Array(body.utf8)[...]
      exchange.send(.head())
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...600, using: &random))
        rest = rest.dropFirst(piece.count)
        exchange.send([.body(Array(piece))] + (Bool.random(using: &random) ? [.endOfTurn] : []))
        if Int.random(in: 0..<4, using: &random) == 0 { SerialThread.yield() }
      }
      exchange.end()
    }
    var random = SeededRandom(seed: ~seed)
    let stream = transport.stream()
    var next = 0
    var isFinished = false
    for try await event in stream {
      if case .text(let delta) = event {
        if delta.text != "\(next) " { Issue.record("word \(next) is \(delta.text)") }
        next += 1
      }
      if case .finish = event { isFinished = true }
      if Int.random(in: 0..<8, using: &random) == 0 { await Task.yield() }
    }
    #expect(next == words)
    #expect(isFinished)
    #expect(try await stream.response.text.utf8.count == (0..<words).reduce(0) { $0 + "\($1) ".utf8.count })
  }

  private static let iterations = Environment.process["SPATE_ITERATIONS"].flatMap { Int($0) } ?? 1000

  /// Handles, views and iterators that are dropped at any moment, in any order: every run ends, none is left.
  @Test func L3_L4_dropsAtAnyMomentLeaveNothing() async throws {
    var random = SeededRandom(seed: 13)
    var left: [LifetimeTests.WeakRun] = []
    for iteration in 0..<Self.iterations {
      let isStalled = Bool.random(using: &random)
      let transport = PlayedTransport { exchange in
        exchange.send(.head(), .body(ChatBytes.head))
        for number in 0..<4 { exchange.send(.body(ChatBytes.text("\(number)"))) }
        guard !isStalled else { return }
        exchange.send(.body(ChatBytes.finish() + ChatBytes.done))
        exchange.end()
      }
      let reads = Int.random(in: 0...4, using: &random)
      let delay = Int.random(in: 0...10, using: &random)
      let way = Int.random(in: 0..<5, using: &random)
      do {
        var stream: ResponseStream? = transport.stream()
        if let run = stream?.run { left.append(LifetimeTests.WeakRun(run: run)) }
        switch way {
        case 0:
          // The handle goes first, the iterator after some reads.
          var events = stream?.makeAsyncIterator()
          stream = nil
          for _ in 0..<reads { _ = try await events?.next() }
        case 1:
          // The iterator goes first.
          var chunks = stream?.chunks.makeAsyncIterator()
          for _ in 0..<min(reads, 3) { _ = try await chunks?.next() }
          chunks = nil
        case 2:
          try await stream?.start()
        case 3:
          let task = Task { [stream] in try await stream?.response }
          stream = nil
          for _ in 0..<delay { await Task.yield() }
          task.cancel()
          _ = await task.result
        default: stream?.cancel()
        }
      }
      for exchange in transport.exchanges.now { try await exchange.log.wait { $0.isEnded } }
      transport.exchanges.update { $0 = [] }
      if left.count == 500 || iteration == Self.iterations - 1 {
        let runs = left
        try await eventually { runs.allSatisfy { $0.run == nil } }
        left = []
      }
    }
  }

  /// How a run ended, as its reader saw it.
  enum End: Hashable, Sendable {
    case finished, cancelled, cancellation
  }

  @Test func L2_aCancelAtAnyMomentHasOneOutcomeAndHangsNobody() async throws {
    var random = SeededRandom(seed: 7)
    var ends: [End: Int] = [:]
    for iteration in 0..<Self.iterations {
      let pieces = Int.random(in: 1...12, using: &random)
      let delay = Int.random(in: 0...60, using: &random)
      let way = Int.random(in: 0..<4, using: &random)
      let transport = PlayedTransport { exchange in
        exchange.send(.head())
        for number in 0..<pieces {
          exchange.send(.body(ChatBytes.text("\(number)")))
          SerialThread.yield()
        }
        exchange.send(.body(ChatBytes.finish() + ChatBytes.done))
        exchange.end()
      }
      let stream = transport.stream()
      let reader = Task { () -> End in
        var finishes = 0
        do {
          if way == 3 {
            _ = try await stream.response
            finishes = 1
          } else {
            for try await event in stream { if case .finish = event { finishes += 1 } }
          }
        } catch is CancellationError {
          #expect(finishes == 0 || way == 1 || way == 2, "\(iteration)")
          return .cancellation
        } catch {
          #expect((error as? SpateError)?.code == .cancelled, "\(iteration)")
          #expect(finishes == 0, "\(iteration)")
          return .cancelled
        }
        #expect(finishes == 1, "\(iteration)")
        return .finished
      }
      for _ in 0..<delay { await Task.yield() }
      switch way {
      case 0, 3: stream.cancel()
      case 1: reader.cancel()
      default:
        stream.cancel()
        reader.cancel()
      }
      let end = await reader.value
      ends[end, default: 0] += 1
      // The run's own outcome: one, and the same for everybody from now on.
      let outcome = stream.snapshot.outcome
      #expect(outcome == .complete || outcome == .cancelled, "\(iteration)")
      if end == .finished { #expect(outcome == .complete, "\(iteration)") }
      if end == .cancelled { #expect(outcome == .cancelled, "\(iteration)") }
      let later = await code { try await stream.response }
      #expect(later == (outcome == .complete ? nil : .cancelled), "\(iteration)")
      for exchange in transport.exchanges.now { try await exchange.log.wait { $0.isEnded } }
      #expect(stream.snapshot.outcome == outcome, "\(iteration)")
    }
    // Both sides of the race were seen.
    #expect(ends.keys.count >= 2, "\(ends)")
  }

  @Test func L2_waitersThatAreCancelledAtAnyMomentAreLetGo() async throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<300 {
      let transport = PlayedTransport { exchange in
        exchange.send(.head(), .body(ChatBytes.answer("a")))
        exchange.end()
      }
      let stream = transport.stream()
      let delay = Int.random(in: 0...20, using: &random)
      let waiters = (0..<4).map { number in
        Task { number == 0 ? try await stream.start().status : try await stream.response.text.count }
      }
      for _ in 0..<delay { await Task.yield() }
      for waiter in waiters.shuffled(using: &random).prefix(2) { waiter.cancel() }
      for waiter in waiters { _ = await waiter.result }
      #expect(stream.snapshot.outcome != nil)
    }
  }
}
