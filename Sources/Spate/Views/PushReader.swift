// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) public import SpateCore
internal import Synchronization

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
/// `@unchecked Sendable`: `reader` is touched by who has the turn alone, which `signals` gives to one at a time; what comes back
/// while it is being changed only adds to `signals`. So it goes without the check of exclusive access (docs/decisions/0018).
private final class PushReader: ReaderSignal, @unchecked Sendable {
  private struct Ending: Sendable {
    var waiter: UnsafeContinuation<Void, Never>?
    var failure: (any Error)?
  }

  /// 0: nobody reads, and the signal that finds that has the turn. Else each signal adds to it, so that who reads notices. The
  /// first turn is the caller's; never 0 again after the end.
  private let signals = Atomic(1)
  private let isCancelled = Atomic(false)
  @exclusivity(unchecked) private var reader: EventReader
  private let body: @Sendable ([StreamEvent]) throws -> Void
  private let run: StreamRun
  private let ending = Lock(Ending())

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
      ending.withLock { $0.waiter = waiter }
      goOn()
      return true
    }
    if let failure = ending.withLock({ $0.failure }) { throw failure }
  }

  /// The task was cancelled: `body` is not called any more, least of all by who cancels.
  private func cancel() {
    isCancelled.store(true, ordering: .releasing)
    run.cancel()
  }

  func signal(atTurnEnd: Bool) {
    guard signals.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue == 0 else { return }
    // Whoever ends a stream may hold a lock that `body` wants.
    if atTurnEnd { goOn() } else { Task.detached { self.goOn() } }
  }

  /// Reads what there is. Only who has the turn calls it.
  private func goOn() {
    do {
      while true {
        let seen = signals.load(ordering: .acquiring)
        switch try reader.poll(self) {
        case .ready: if reader.isReady { try give() }
        case .waiting:
          // A signal that came meanwhile is for who reads.
          if signals.compareExchange(expected: seen, desired: 0, ordering: .acquiringAndReleasing).exchanged { return }
        case .over: return end(nil)
        }
      }
    } catch { end(error) }
  }

  private func give() throws {
    do {
      // The run has ended by then; what it still held is not wanted.
      if isCancelled.load(ordering: .acquiring) { throw CancellationError() }
      try body(reader.events)
    } catch {
      reader.abandon()
      throw error
    }
  }

  private func end(_ error: (any Error)?) {
    ending.withLock { ending in
      // How it failed is the same for whoever reads; who cancelled its task is told so.
      ending.failure = error == nil ? nil : isCancelled.load(ordering: .acquiring) ? CancellationError() : error
      return ending.waiter.take()
    }?.resume()
  }
}
