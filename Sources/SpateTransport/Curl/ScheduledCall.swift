// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import SpateEventLoop
  internal import Synchronization

  /// A closure that runs once on the loop's thread, later, unless it is cancelled first.
  ///
  /// `@unchecked Sendable`: `over` is atomic; every `var` is set before the call is posted to the loop and touched by
  /// the loop's thread alone from then on.
  final class ScheduledCall: Transfer, @unchecked Sendable {
    private let transport: CurlTransport
    private let over = Atomic(false)
    private var timer: LoopTimer?
    /// Its place in the transport's list while it is armed.
    @exclusivity(unchecked) var place: Int?
    private var body: (@Sendable () -> Void)?
    /// A call waits for it, which would wait for ever.
    private let runsAtStop: Bool

    init(transport: CurlTransport, runsAtStop: Bool = false, _ body: @escaping @Sendable () -> Void) {
      self.transport = transport
      self.runsAtStop = runsAtStop
      self.body = body
    }

    /// A timer can not be paused.
    func resume() {}

    /// It ran, or will not run any more.
    var isOver: Bool { over.load(ordering: .relaxed) }

    func cancel() {
      guard !over.exchange(true, ordering: .relaxed) else { return }
      transport.performSoon { self.forget() }
    }

    // MARK: The loop's thread

    func arm(_ timer: LoopTimer, after delay: Duration) {
      self.timer = timer
      timer.fire = { [unowned self] in fire() }
      timer.arm(after: delay)
    }

    /// Drops what it holds, whether it ran or not.
    func forget() {
      over.store(true, ordering: .relaxed)
      body = nil
      transport.forget(self, timer.take())
    }

    /// The transport was stopped: no timer fires any more.
    func stop() { if runsAtStop { fire() } else { forget() } }

    private func fire() {
      guard !over.exchange(true, ordering: .relaxed) else { return }
      let body = body
      forget()
      body?()
    }
  }
#endif
