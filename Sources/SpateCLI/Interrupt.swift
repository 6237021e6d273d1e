// SPDX-License-Identifier: Apache-2.0

@preconcurrency internal import Dispatch
internal import SpateCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Ctrl-C: the first stops the stream and keeps what came, the second ends the process at once (rule L10).
///
/// Made when a stream begins: until then, and in commands that wait without suspending, Ctrl-C ends the process as usual.
/// By a dispatch source rather than a blocked signal: the runtime's own threads unblock what we would block. A process
/// that was started with the signal ignored, as shells do in the background, goes on ignoring it.
final class Interrupt: Sendable {
  private struct State {
    var count = 0
    var stop: (@Sendable () -> Void)?
    /// Kept so that it goes on watching.
    var source: (any DispatchSourceSignal)?
  }

  /// Of the process.
  static let shared = Interrupt()

  private let state = Lock(State())

  private init() {
    guard !Self.isIgnored else { return }
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler { [state] in
      let (count, stop) = state.withLock { state in
        state.count += 1
        return (state.count, state.stop)
      }
      guard count == 1, let stop else { _exit(ExitStatus.interrupted.rawValue) }
      stop()
    }
    source.activate()
    state.withLock { $0.source = source }
  }

  private static var isIgnored: Bool {
    var action = sigaction()
    sigaction(SIGINT, nil, &action)
    #if canImport(Darwin)
      return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    #else
      return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        == unsafeBitCast(SIG_IGN, to: Int.self)
    #endif
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
