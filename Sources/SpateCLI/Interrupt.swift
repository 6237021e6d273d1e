// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Ctrl-C: the first stops the stream and keeps what came, the second ends the process at once (rule L10).
///
/// Claimed when a stream begins: until then, and in commands that wait without suspending, Ctrl-C ends the process as
/// usual. From then on the signal is blocked in every thread, and the first one waits for it. A process that was started
/// with the signal ignored, as shells do in the background, goes on ignoring it.
final class Interrupt: Sendable {
  private struct State {
    var count = 0
    var stop: (@Sendable () -> Void)?
  }

  /// Of the process.
  static let shared = Interrupt()

  private let state = Lock(State())
  private let isIgnored: Bool

  private init() {
    var action = sigaction()
    sigaction(SIGINT, nil, &action)
    #if canImport(Darwin)
      let handler = unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
    #else
      let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    #endif
    isIgnored = handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Keeps the signal for ``wait()``. Before any other thread is started: they inherit it.
  func claim() {
    guard !isIgnored else { return }
    var signals = Self.signals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits for Ctrl-C until the process ends.
  func wait() -> Never {
    var signals = Self.signals
    while true {
      var signal: Int32 = 0
      guard !isIgnored else {
        pause()
        continue
      }
      guard sigwait(&signals, &signal) == 0 else { continue }
      let (count, stop) = state.withLock { state in
        state.count += 1
        return (state.count, state.stop)
      }
      guard let stop else { Self.end() }
      guard count == 1 else { _exit(ExitStatus.interrupted.rawValue) }
      stop()
    }
  }

  /// Ends as by the signal itself, so that a loop of a shell around it ends too.
  private static func end() -> Never {
    signal(SIGINT, SIG_DFL)
    var signals = Self.signals
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(SIGINT)
    _exit(ExitStatus.interrupted.rawValue)
  }

  private static var signals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    return signals
  }

  /// Whether Ctrl-C was pressed.
  var isPressed: Bool { state.withLock { $0.count > 0 } }

  /// What the first Ctrl-C does; without it the first one ends the process.
  func stops(_ body: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      state.stop = body
      return state.count > 0
    }
    if isLate { body() }
  }
}
