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
  /// `body` runs where the events become known, which is the transport's own thread, or the pool for what an end from
  /// elsewhere leaves; never twice at a time. Until it returns, that thread serves no other stream and no timeout: it should do
  /// little, and must not block.
  ///
  /// Throws what the stream throws, and `CancellationError` when the task was cancelled. An error of `body` ends the stream.
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
    if Task.isCancelled { reader.abandon() } else { try reader.begin() }
    try Task.checkCancellation()
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

  func signal() {
    let isMine = state.withLock { state in
      state.isSignaled = state.isTaken
      defer { state.isTaken = true }
      return !state.isTaken
    }
    guard isMine else { return }
    // Whoever ends a stream may hold a lock that `body` wants.
    if run.transport.isOnOwnThread { goOn() } else { Task.detached { self.goOn() } }
  }

  /// Reads what there is. Only who has the turn calls it.
  private func goOn() {
    do {
      while true {
        let isCancelled = state.withLock { state in
          state.isSignaled = false
          return state.isCancelled
        }
        if isCancelled {
          reader.abandon()
          throw CancellationError()
        }
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
    do { try body(reader.events) } catch {
      reader.abandon()
      throw error
    }
  }

  private func end(_ error: (any Error)?) {
    state.withLock { state in
      state.failure = error
      return state.waiter.take()
    }?.resume()
  }
}
