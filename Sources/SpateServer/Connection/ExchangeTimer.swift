// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  internal import SpateEventLoop

  /// A timer of an exchange, used again for each delay: a paced stream needs one for its whole life.
  final class ExchangeTimer {
    private let loop: EventLoop
    private var timer: LoopTimer?
    private var body: (() -> Void)?

    init(loop: EventLoop) { self.loop = loop }

    /// Whether nothing is scheduled.
    var isFree: Bool { body == nil }

    func set(after delay: Duration, _ body: @escaping () -> Void) {
      self.body = body
      let timer = self.timer ?? LoopTimer(loop: loop) { [unowned self] in fire() }
      self.timer = timer
      timer.arm(after: delay)
    }

    func cancel() {
      body = nil
      timer?.disarm()
      timer = nil
    }

    private func fire() {
      let body = body
      self.body = nil
      body?()
    }
  }
#endif
