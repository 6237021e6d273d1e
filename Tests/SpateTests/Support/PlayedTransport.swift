// SPDX-License-Identifier: Apache-2.0

import Spate

/// A network that a test plays: no sockets, a thread of its own, and a clock that stands still.
final class PlayedTransport: Transport {
  /// Everything that was asked for.
  let exchanges = Watched<[PlayedExchange]>([])
  /// The timers that were set and not cancelled.
  let timers = Watched<[PlayedTimer]>([])
  let thread = SerialThread()
  /// What sinks have put off until the test lets them go on.
  let putOff = Watched<[@Sendable () -> Void]>([])
  private let canPutOff: Bool
  private let onStart: @Sendable (PlayedExchange) -> Void

  /// `onStart` plays each exchange, on the transport's thread; without one the test does. `canPutOff`: until ``goOn()``.
  init(canPutOff: Bool = false, onStart: @escaping @Sendable (PlayedExchange) -> Void = { _ in }) {
    self.canPutOff = canPutOff
    self.onStart = onStart
  }

  func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer {
    let exchange = PlayedExchange(request: request, sink: sink, thread: thread)
    exchanges.update { $0.append(exchange) }
    let onStart = onStart
    thread.run { onStart(exchange) }
    return exchange
  }

  var now: Duration { .zero }

  func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
    let timer = PlayedTimer(delay: delay, transport: self, body)
    timers.update { $0.append(timer) }
    return timer
  }

  func afterTurn(_ body: @escaping @Sendable () -> Void) -> Bool {
    if canPutOff { putOff.update { $0.append(body) } }
    return canPutOff
  }

  var isOnOwnThread: Bool { thread.isCurrent }

  /// Goes on with what was put off.
  func goOn() {
    let bodies = putOff.update { bodies in
      defer { bodies = [] }
      return bodies
    }
    for body in bodies { thread.run(body) }
  }

  /// The first exchange, as soon as there is one.
  var first: PlayedExchange {
    get async throws {
      try await exchanges.wait { !$0.isEmpty }
      return exchanges.now[0]
    }
  }

  /// Lets every timer fire.
  func fireTimers() {
    let due = timers.update { timers in
      defer { timers = [] }
      return timers
    }
    for timer in due { thread.run { timer.body() } }
  }
}

/// A timer that fires when the test says so.
final class PlayedTimer: Transfer {
  let delay: Duration
  let body: @Sendable () -> Void
  private let transport: PlayedTransport

  init(delay: Duration, transport: PlayedTransport, _ body: @escaping @Sendable () -> Void) {
    self.delay = delay
    self.body = body
    self.transport = transport
  }

  func resume() {}

  func cancel() { transport.timers.update { $0.removeAll { $0 === self } } }
}
