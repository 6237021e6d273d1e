// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateTransport

/// The clocks of a run, and its reader's alarm: timers of the transport, never a sleeping task.
extension StreamRun {
  /// The reader has caught up.
  func goOn(_ paused: any Transfer) {
    note { $0.resume(at: $1) }
    paused.resume()
  }

  /// Tells the clocks what happens.
  func note(_ change: (inout StreamClocks, Duration) -> Void) {
    guard let now = transport?.now else { return }
    set(
      state.withLock { state in
        change(&state.clocks, now)
        return state.clocks.nextAlarm()
      })
  }

  func set(_ alarm: StreamClocks.Alarm?) {
    guard let alarm, let transport else { return }
    // Keeps the run alive for as long as it is not cancelled, which every end of a run does.
    let timer = transport.schedule(after: alarm.at - transport.now) { self.ring(alarm) }
    // The reader's thread and the transport's may both set one: the later alarm counts.
    state.withLock { $0.keep(timer, for: alarm) }?.cancel()
  }

  /// On the transport's thread.
  private func ring(_ alarm: StreamClocks.Alarm) {
    guard let now = transport?.now else { return }
    switch state.withLock({ $0.clocks.ring(alarm, at: now) }) {
    case .nothing: break
    case .again(let next): set(next)
    case .timeout(let phase, let limit): breakOff(SpateError(timeout: phase, after: limit))
    }
  }

  // MARK: The reader's alarm

  /// Wakes the reader `delay` from now with an empty batch, unless it sets another alarm before.
  func setAlarm(after delay: Duration) -> (any Transfer)? {
    guard let transport else { return nil }
    let number = state.withLock { $0.setAlarm() }
    return transport.schedule(after: delay) { [weak self] in
      self?.state.withLock { $0.ring(number) }?.resume()
    }
  }

  /// No alarm is wanted any more.
  func clearAlarm() { _ = state.withLock { $0.setAlarm() } }
}
