// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A clock that moves only when there is nothing left to do, and what is to be done by it.
///
/// Entries run one after the other, in the order of their times and then of their coming, on a task that lives as long
/// as there are any; on a thread once readers block, who may hold all threads of the pool.
final class VirtualTime: Sendable {
  fileprivate struct Entry: Sendable {
    let at: Duration
    let number: Int
    let isTimer: Bool
    let body: @Sendable () -> Void
  }

  fileprivate struct State: Sendable {
    var now = Duration.zero
    /// So far the clock may go for timers alone.
    var goal = Duration.zero
    /// The next is the last.
    var entries: [Entry] = []
    var timerCount = 0
    var lastNumber = 0
    var isRunning = false
    var needsThread = false
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Lock(State())

  var now: Duration { state.withLock { $0.now } }

  var timerCount: Int { state.withLock { $0.timerCount } }

  /// Runs `body` later; a timer does not make the clock go by itself, anything else does.
  @discardableResult
  func add(after delay: Duration = .zero, isTimer: Bool = false, _ body: @escaping @Sendable () -> Void) -> Int {
    let (number, mustRun) = state.withLock { state in
      state.lastNumber += 1
      let entry = Entry(at: state.now + max(delay, .zero), number: state.lastNumber, isTimer: isTimer, body: body)
      if isTimer { state.timerCount += 1 }
      state.insert(entry)
      defer { state.isRunning = true }
      return (entry.number, !state.isRunning)
    }
    if mustRun { start() }
    return number
  }

  /// Forgets what has not run yet.
  func remove(_ number: Int) {
    state.withLock { state in
      guard let index = state.entries.firstIndex(where: { $0.number == number }) else { return }
      if state.entries.remove(at: index).isTimer { state.timerCount -= 1 }
    }
  }

  /// From now on, entries run on a thread of their own.
  func leavePool() { state.withLock { $0.needsThread = true } }

  /// Returns when all that is due by then has run, or the waiting task is cancelled.
  func advance(by duration: Duration) async {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (mustRun, mustWait) = state.withLock { state in
          state.goal = max(state.goal, state.now) + duration
          let mustWait = !Task.isCancelled
          if mustWait { state.waiters[number] = continuation }
          defer { state.isRunning = true }
          return (!state.isRunning, mustWait)
        }
        if mustRun { start() }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
    }
  }

  private func start() {
    guard state.withLock({ $0.needsThread }) else {
      Task.detached { self.work() }
      return
    }
    let me = Unmanaged.passRetained(self)
    #if canImport(Darwin)
      var thread: pthread_t?
      let made = pthread_create(
        &thread, nil,
        {
          Unmanaged<VirtualTime>.fromOpaque($0).takeRetainedValue().run()
          return nil
        }, me.toOpaque())
    #else
      var thread = pthread_t()
      let made = pthread_create(
        &thread, nil,
        { me in
          if let me { Unmanaged<VirtualTime>.fromOpaque(me).takeRetainedValue().run() }
          return nil
        }, me.toOpaque())
    #endif
    guard made != 0 else { return }
    // No more threads: a task does it as well, as long as nobody blocks.
    me.release()
    Task.detached { self.work() }
  }

  private func run() {
    pthread_detach(pthread_self())
    work()
  }

  private func work() { while let body = next() { body() } }

  /// Nil when there is nothing to do.
  private func next() -> (@Sendable () -> Void)? {
    let (entry, waiters): (Entry?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
      if let entry = state.takeDue() { return (entry, []) }
      state.now = max(state.now, state.goal)
      state.isRunning = false
      defer { state.waiters = [:] }
      return (nil, Array(state.waiters.values))
    }
    for waiter in waiters { waiter.resume() }
    return entry?.body
  }
}

extension VirtualTime.State {
  fileprivate mutating func insert(_ entry: VirtualTime.Entry) {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      // Of equal times the one that came last is farthest from the end.
      if entries[middle].at > entry.at { low = middle + 1 } else { high = middle }
    }
    entries.insert(entry, at: low)
  }

  fileprivate mutating func takeDue() -> VirtualTime.Entry? {
    guard let next = entries.last else { return nil }
    guard next.at <= max(now, goal) || timerCount < entries.count else { return nil }
    entries.removeLast()
    if next.isTimer { timerCount -= 1 }
    now = max(now, next.at)
    return next
  }
}
