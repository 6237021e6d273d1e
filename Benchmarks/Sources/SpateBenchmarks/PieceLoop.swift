// SPDX-License-Identifier: Apache-2.0

import Spate
import Synchronization

/// A transport without sockets that runs its readers as well, all on the thread that calls ``run(_:)``: nothing is measured
/// but what this program does, no change of threads and no waking of another.
///
/// Of sockets' loops it has the order: whoever can go on goes on, then the next piece of the body comes.
final class PieceLoop: Transport, TaskExecutor {
  private struct State: Sendable {
    var jobs: [UnownedJob] = []
    var sink: (any ByteSink)?
    var isPaused = false
  }

  private let state = Mutex(State())
  private let pieces: [[UInt8]]

  /// Answers one request with these pieces of a body.
  init(_ pieces: [[UInt8]]) { self.pieces = pieces }

  /// Runs `body`, whose task stays on this thread, to its end.
  func run(_ body: @escaping @Sendable () async throws -> Void) throws {
    let result = Mutex<Result<Void, any Error>?>(nil)
    Task.detached(executorPreference: self) {
      do {
        try await body()
        result.withLock { $0 = .success(()) }
      } catch {
        result.withLock { $0 = .failure(error) }
      }
    }
    var (jobs, rest): ([UnownedJob], ArraySlice<[UInt8]>) = ([], pieces[...])
    while true {
      if let result = result.withLock({ $0 }) {
        // Who waits for an end that has not come holds the loop.
        state.withLock { $0.sink.take() }?.end(.success(()))
        return try result.get()
      }
      state.withLock { swap(&$0.jobs, &jobs) }
      for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
      if jobs.isEmpty { play(&rest) }
      jobs.removeAll(keepingCapacity: true)
    }
  }

  private func play(_ pieces: inout ArraySlice<[UInt8]>) {
    guard let sink = state.withLock({ $0.isPaused ? nil : $0.sink }) else { fatalError("nobody can go on") }
    guard let piece = pieces.popFirst() else {
      state.withLock { $0.sink = nil }
      return sink.end(.success(()))
    }
    if case .pause = sink.body(piece.span) { state.withLock { $0.isPaused = true } }
    sink.turnEnded()
  }

  // MARK: TaskExecutor

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
  }

  // MARK: Transport

  func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer {
    sink.head(HTTPHead(status: 200, fields: ["content-type": "text/event-stream"]))
    state.withLock { $0.sink = sink }
    return Exchange(loop: self)
  }

  /// Time stands still.
  var now: Duration { .zero }

  /// Therefore no timer fires.
  func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer { Exchange(loop: self) }

  private struct Exchange: Transfer {
    let loop: PieceLoop

    func resume() { loop.state.withLock { $0.isPaused = false } }

    func cancel() {}
  }
}
