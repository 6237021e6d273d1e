// SPDX-License-Identifier: Apache-2.0

@preconcurrency internal import Dispatch
internal import Spate
@_spi(Internals) internal import SpateCore

/// Turns on stderr while nothing has come yet. Only where a person looks at stderr, on a terminal that can clear a line.
final class Spinner: Sendable {
  private struct State {
    var label = "waiting"
    var turn = 0
    var isVisible = false
    var isStopped = false
    var timer: (any DispatchSourceTimer)?
  }

  private let state = Lock(State())

  /// Nil where it would only be noise.
  static func start() -> Spinner? {
    guard StandardStream.error.isTerminal, Environment.process["TERM"] != "dumb" else { return nil }
    let spinner = Spinner()
    let timer = DispatchSource.makeTimerSource()
    // Who answers at once needs none.
    timer.schedule(deadline: .now() + .milliseconds(300), repeating: .milliseconds(100))
    timer.setEventHandler { [weak spinner] in spinner?.turn() }
    spinner.state.withLock { $0.timer = timer }
    timer.activate()
    return spinner
  }

  /// What is being waited for.
  func show(_ label: String) { state.withLock { $0.label = label } }

  /// Clears its line; nothing of it is written after that.
  func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      state.timer?.cancel()
      state.timer = nil
      if state.isVisible { StandardStream.error.write("\r\u{1B}[K") }
    }
  }

  private func turn() {
    state.withLock { state in
      guard !state.isStopped else { return }
      let frames = ["|", "/", "-", "\\"]
      state.turn += 1
      state.isVisible = true
      StandardStream.error.write("\r\u{1B}[K\(frames[state.turn % frames.count]) \(state.label)")
    }
  }
}
