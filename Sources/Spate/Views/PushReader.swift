// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) public import SpateCore

extension ResponseStream {
  /// Calls `body` with the events as they come together, mostly what one read of the socket brought, and returns after
  /// the last of them.
  ///
  /// ```swift
  /// try await stream.forEachBatch { batch in
  ///   for event in batch { if case .text(let delta) = event { output.write(delta.text) } }
  /// }
  /// ```
  ///
  /// The cheapest way to read, for programs that hand on what comes: the task is suspended once, not once for each read.
  ///
  /// `body` runs on the transport's own thread, never twice at a time; what has come before the call is given by the caller, and what
  /// is left when somebody cancels the stream by the pool. It is no part of the caller's task: task-local values and
  /// `Task.isCancelled` are not those of the caller. Until it returns, the transport serves no other stream and no timeout: it should
  /// do little, and must not block.
  ///
  /// Throws what the stream throws, and `CancellationError` when the task was cancelled, after which `body` is not called
  /// again. An error of `body` ends the stream.
  public func forEachBatch(_ body: @escaping @Sendable ([StreamEvent]) throws -> Void) async throws {
    try await PushReader(self, body).run()
  }
}

/// Reads a stream for a closure, on the thread that has the events.
///
/// `@unchecked Sendable`: `reader` is touched by who has the turn alone, which `state` gives to one at a time.
private final class PushReader: ReaderSignal, @unchecked Sendable {
  private struct State: Sendable {
    /// Somebody reads. Stays so at the end: then nobody reads any more.
    var isTaken = false
    /// There was a signal meanwhile.
    var isSignaled = false
    var isCancelled = false
    var waiter: UnsafeContinuation<Void, Never>?
    var failure: (any Error)?
  }

  private let state = Lock(State())
  private var reader: EventReader
  private let body: @Sendable ([StreamEvent]) throws -> Void
  private let run: StreamRun

  init(_ stream: ResponseStream, _ body: @escaping @Sendable ([StreamEvent]) throws -> Void) {
    reader = EventReader(stream)
    run = stream.run
    self.body = body
  }

  func run() async throws {
    try reader.begin()
    if Task.isCancelled {
      reader.abandon()
      throw CancellationError()
    }
    await suspend(onCancel: cancel) { waiter in
      state.withLock { state in
        state.waiter = waiter
        state.isTaken = true
      }
      goOn()
      return true
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// The task was cancelled: `body` is not called any more, least of all by who cancels.
  private func cancel() {
    state.withLock { $0.isCancelled = true }
    run.cancel()
  }

  func signal(atTurnEnd: Bool) {
    let isMine = state.withLock { state in
      state.isSignaled = state.isTaken
      defer { state.isTaken = true }
      return !state.isTaken
    }
    guard isMine else { return }
    // Whoever ends a stream may hold a lock that `body` wants.
    if atTurnEnd { goOn() } else { Task.detached { self.goOn() } }
  }

  /// Reads what there is. Only who has the turn calls it.
  private func goOn() {
    do {
      while true {
        state.withLock { $0.isSignaled = false }
        switch try reader.poll(self) {
        case .ready: if reader.isReady { try give() }
        case .waiting:
          let isDone = state.withLock { state in
            state.isTaken = state.isSignaled
            return !state.isTaken
          }
          if isDone { return }
        case .over: return end(nil)
        }
      }
    } catch { end(error) }
  }

  private func give() throws {
    do {
      // The run has ended by then; what it still held is not wanted.
      if state.withLock({ $0.isCancelled }) { throw CancellationError() }
      try body(reader.events)
    } catch {
      reader.abandon()
      throw error
    }
  }

  private func end(_ error: (any Error)?) {
    state.withLock { state in
      // How it failed is the same for whoever reads; who cancelled its task is told so.
      state.failure = error == nil ? nil : state.isCancelled ? CancellationError() : error
      return state.waiter.take()
    }?.resume()
  }
}
