// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateTransport

/// Its clocks: timers of the transport, never a sleeping task.
extension Attempt {
  /// Tells the clocks what happens.
  func note(_ change: (inout StreamClocks, Duration) -> Void) {
    let now = run.transport.now
    set(
      state.withLock { state in
        change(&state.clocks, now)
        return state.clocks.nextAlarm()
      })
  }

  func set(_ alarm: StreamClocks.Alarm?) {
    guard let alarm else { return }
    let transport = run.transport
    // Keeps the attempt alive for as long as it is not cancelled, which every end of it does.
    let timer = transport.schedule(after: alarm.at - transport.now) { self.ring(alarm) }
    // The reader's thread and the transport's may both set one: the later alarm counts.
    state.withLock { $0.keep(timer, for: alarm) }?.cancel()
  }

  /// On the transport's thread.
  private func ring(_ alarm: StreamClocks.Alarm) {
    _ = goOn()
    let now = run.transport.now
    switch state.withLock({ $0.clocks.ring(alarm, at: now) }) {
    case .nothing: break
    case .again(let next): set(next)
    case .timeout(let phase, let limit): breakOff(SpateError(timeout: phase, after: limit))
    }
  }
}
