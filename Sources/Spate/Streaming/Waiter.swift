// SPDX-License-Identifier: Apache-2.0

/// Somebody who waits for a run: a task that is suspended, or whoever a signal wakes.
enum Waiter: Sendable {
  case task(UnsafeContinuation<Void, Never>)
  case signal(any ReaderSignal)

  /// Outside of every lock.
  func resume() {
    switch self {
    case .task(let continuation): continuation.resume()
    case .signal(let signal): signal.signal()
    }
  }
}

/// What wakes a reader that is no single suspended task: a blocked thread, or a reader of several runs.
///
/// Signals that nobody waits for are kept, several as one: who waits next looks at its runs again.
protocol ReaderSignal: AnyObject, Sendable {
  func signal()
}
