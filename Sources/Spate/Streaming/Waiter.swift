// SPDX-License-Identifier: Apache-2.0

/// Somebody who waits for a run: a task that is suspended, or whoever a signal wakes.
enum Waiter: Sendable {
  case task(UnsafeContinuation<Void, Never>)
  case signal(any ReaderSignal)

  /// Outside of every lock. `atTurnEnd`: by the transport, where a turn ends, not by who cancels or whoever else it may be.
  func resume(atTurnEnd: Bool = false) {
    switch self {
    case .task(let continuation): continuation.resume()
    case .signal(let signal): signal.signal(atTurnEnd: atTurnEnd)
    }
  }
}

/// Suspends the task until it is resumed, or not at all where `park` says that there is nothing to wait for.
///
/// A task that is on an actor waits there: the plain way would leave it for the pool before each wait. Coming back, the
/// runtime goes by way of the pool in any case: a continuation is resumed there, or where the task prefers to run.
@inline(__always)
func suspend(onCancel: @Sendable () -> Void = {}, park: (UnsafeContinuation<Void, Never>) -> Bool) async {
  let actor: (any Actor)? = #isolation
  if actor != nil { return await suspendOnActor(onCancel: onCancel, park: park) }
  await withTaskCancellationHandler {
    await withUnsafeContinuation { waiter in if !park(waiter) { waiter.resume() } }
  } onCancel: {
    onCancel()
  }
}

private func suspendOnActor(
  _ actor: isolated (any Actor)? = #isolation, onCancel: @Sendable () -> Void,
  park: (UnsafeContinuation<Void, Never>) -> Bool
) async {
  await withTaskCancellationHandler {
    // Only a closure that captures it is isolated to it.
    _ = actor
    await withUnsafeContinuation(isolation: actor) { waiter in if !park(waiter) { waiter.resume() } }
  } onCancel: {
    onCancel()
  }
}

/// What wakes a reader that is no single suspended task: a blocked thread, or a reader of several runs.
///
/// Signals that nobody waits for are kept, several as one: who waits next looks at its runs again.
protocol ReaderSignal: AnyObject, Sendable {
  /// `atTurnEnd`: the caller is the transport, at the end of a turn, where a consumer may run. Otherwise it may be anybody,
  /// and hold any lock.
  func signal(atTurnEnd: Bool)
}
