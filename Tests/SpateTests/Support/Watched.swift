// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore

/// A value that tests wait on until it has become what they need, without giving a thread away.
///
/// Who waits is let go when its task is cancelled: a test's time limit is the watchdog.
final class Watched<Value: Sendable>: Sendable {
  private struct State {
    var value: Value
    var waiters: [Int: (condition: @Sendable (Value) -> Bool, continuation: CheckedContinuation<Void, Never>)] = [:]
    var next = 0

    /// Takes out who waits no longer.
    mutating func ready() -> [CheckedContinuation<Void, Never>] {
      let ready = waiters.filter { $0.value.condition(value) }
      for key in ready.keys { waiters[key] = nil }
      return ready.values.map(\.continuation)
    }
  }

  private let state: Lock<State>

  init(_ value: Value) { state = Lock(State(value: value)) }

  var now: Value { state.withLock { $0.value } }

  @discardableResult
  func update<Result>(_ body: (inout Value) -> Result) -> Result {
    let (result, ready) = state.withLock { state in (body(&state.value), state.ready()) }
    for continuation in ready { continuation.resume() }
    return result
  }

  /// Throws when the waiting task is cancelled.
  func wait(until condition: @escaping @Sendable (Value) -> Bool) async throws {
    let key = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if condition(state.value) || Task.isCancelled { return true }
          state.waiters[key] = (condition, continuation)
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: key) }?.continuation.resume()
    }
    try Task.checkCancellation()
  }
}

/// Gives the processor away until `condition` holds; throws when the test's time limit cancels it.
func eventually(_ condition: () async -> Bool) async throws {
  while await !condition() {
    try Task.checkCancellation()
    await Task.yield()
  }
}
