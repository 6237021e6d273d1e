// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// The reader's side of a run.
extension StreamRun {
  /// True for the one reader of the run.
  func claim(_ reader: RunState.Reader) -> Bool {
    guard case .granted(let paused) = state.withLock({ $0.claim(reader) }) else { return false }
    paused?.resume()
    return true
  }

  /// What there is for a reader.
  enum Arrival {
    case events, waiting, end
  }

  /// The next events, or `all` that wait, in `events`, which must be empty. Throws how the stream failed, once. Where it
  /// says `waiting`, `signal` comes when there is something.
  func arrival(
    into events: inout [StreamEvent], all: Bool, signal: (any ReaderSignal)? = nil
  ) throws(SpateError) -> Arrival {
    open()
    var mayTakeRest = true
    while true {
      let step = state.withLock { state in
        let found = state.take(into: &events, all: all)
        if let signal, case .wait(let rest) = found, rest == nil || !mayTakeRest {
          // It can not refuse: nothing was found under this very lock.
          let isParked = state.park(.signal(signal))
          assert(isParked)
        }
        return found
      }
      switch step {
      case .events(let paused):
        paused?.resume()
        return .events
      case .end: return .end
      case .failure(let error): throw error
      case .wait(let rest?) where mayTakeRest:
        // On its thread the reader would only wait for itself.
        if transport.isOnOwnThread, rest.goOn() { continue }
        if signal == nil { return .waiting }
        mayTakeRest = false
      case .wait: return .waiting
      }
    }
  }

  /// Suspends the reader until there may be something for it. Inlined: what its wait keeps is touched for every read
  /// (docs/decisions/0023).
  @inline(__always) func waitForArrival() async {
    await suspend(onCancel: cancel) { waiter in state.withLock { $0.park(.task(waiter)) } }
  }

  /// Resumes who was parked under this number, if nobody did.
  private func letGo(_ number: Int) { state.withLock { $0.unpark(number) }?.resume() }

  /// Waits until the socket of a run that was cancelled is closed, which does not take long: also in a cancelled task.
  func waitForClose() async {
    await withUnsafeContinuation { waiter in
      if !state.withLock({ $0.park(.task(waiter), until: .close) }) { waiter.resume() }
    }
  }

  /// The next events as ``arrival(into:all:signal:)`` gives them, for a thread that may block; false at the end.
  func next(into events: inout [StreamEvent], all: Bool, signal: BlockingSignal) throws(SpateError) -> Bool {
    try checkMayBlock()
    while true {
      // Whoever blocks in a task may have been cancelled with it.
      if Task.isCancelled { cancel() }
      switch try arrival(into: &events, all: all, signal: signal) {
      case .events: return true
      case .end: return false
      case .waiting: signal.wait()
      }
    }
  }

  /// Waits for the end, blocking the thread.
  func waitForEnd(signal: BlockingSignal) throws(SpateError) {
    try checkMayBlock()
    while state.withLock({ $0.park(.signal(signal), until: .end) }) { signal.wait() }
  }

  /// The transport's own thread would wait for itself.
  private func checkMayBlock() throws(SpateError) {
    guard plan.loop == nil else {
      throw SpateError(
        .badRequest, "tools run in tasks, which a blocked thread may be needed for: read this stream with await")
    }
    (transport as? ScriptedTransport)?.leavePool()
    guard transport.isOnOwnThread else { return }
    throw SpateError(.badRequest, "a blocking read on the transport's own thread would wait for itself: read elsewhere")
  }

  /// Waits for what is no event; throws `CancellationError` when the waiting task is cancelled.
  func wait(until goal: RunState.Goal) async throws {
    let number = state.withLock { $0.nextNumber() }
    await suspend(onCancel: { letGo(number) }) { waiter in
      guard state.withLock({ $0.park(.task(waiter), until: goal, number: number) }) else { return false }
      // The cancel may have come before there was anybody to let go.
      if Task.isCancelled { letGo(number) }
      return true
    }
    if Task.isCancelled, !state.withLock({ $0.isThere(goal) }) { throw CancellationError() }
  }

  // MARK: The reader's alarm

  /// Wakes the reader `delay` from now with an empty batch, unless it sets another alarm before.
  func setAlarm(after delay: Duration) -> any Transfer {
    let number = state.withLock { $0.setAlarm() }
    return transport.schedule(after: delay) { [weak self] in
      self?.state.withLock { $0.ring(number) }?.resume()
    }
  }

  /// No alarm is wanted any more.
  func clearAlarm() { _ = state.withLock { $0.setAlarm() } }

  // MARK: What the reader is like

  /// The reader shows words that it can not take back: an answer is not begun again once it has any.
  func keepWords() { state.withLock { $0.keepWords() } }

  /// Asks for the provider's own events among the others; false when the response has begun without them.
  func includeNative() -> Bool { state.withLock { $0.includeNative() } }
}
