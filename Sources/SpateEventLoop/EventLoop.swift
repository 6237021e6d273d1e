// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  internal import CEvent
  @_spi(Internals) internal import SpateCore
  internal import Synchronization

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #else
    internal import Darwin
  #endif

  /// A libevent loop on a thread of its own.
  ///
  /// Everything that touches the base runs on that thread: other threads only append to a queue and, when the loop may
  /// be asleep, write one byte to a socket pair. So the base needs no locks. A *turn* is one wait, the callbacks of
  /// what was ready, the turn-end hooks, then the queue, or as much of it as one turn takes. Queued work never runs inside
  /// a libevent callback, so nothing re-enters libcurl or libevent.
  ///
  /// `@unchecked Sendable`: `queue` is a lock; every other stored property is set in `init` or touched by the loop
  /// thread alone.
  package final class EventLoop: @unchecked Sendable {

    /// Nil when there is no loop: see ``failure``.
    let base: OpaquePointer?
    /// Why there is no loop, when the system has no descriptors or threads left: nothing will run on it.
    package private(set) var failure: String?
    private let queue = Lock(LoopQueue())
    /// What is added to each delay, for a clock that shows the last tick: no timer may come early.
    let timerSlack: Duration
    private let waker: LoopWaker?
    /// For joining: written in `init`, never read by the loop's thread.
    private var handle: pthread_t?
    private var running = true
    @exclusivity(unchecked) private var taken = TakenWork()
    /// The tasks that what came over a socket has woken: they go first, or a reader would wait behind all the calls that
    /// begin at the moment.
    @exclusivity(unchecked) private var readers: [(UnownedJob, LoopExecutor)] = []
    /// The loop's thread, written by itself when it starts.
    private let thread = Atomic<UInt>(0)
    /// The loop's thread is at the sockets, or at what they brought. Written by it alone.
    private let servesSockets = Atomic(false)
    @exclusivity(unchecked) private var turnEnds: [() -> Void] = []

    /// Starts the loop's thread. Without the means for it there is a loop that runs nothing, and ``failure`` says why.
    ///
    /// Without `hasPreciseTimers` timers come later, by two ticks of the kernel's clock at most (8 ms), and a turn costs a
    /// call of the system less.
    package init(hasPreciseTimers: Bool = true) {
      timerSlack = hasPreciseTimers ? .zero : Self.tick
      waker = LoopWaker()
      // libevent ends the process when it can not open its own descriptors: so it is asked only when there are some.
      base = waker?.canOpenBase() == true ? Self.makeBase(hasPreciseTimers) : nil
      guard base != nil else {
        failure = "no file descriptors are left"
        queue.withLock { $0.stopped = true }
        return
      }
      start()
    }

    private static var tick: Duration {
      #if os(Linux)
        var tick = timespec()
        clock_getres(CLOCK_MONOTONIC_COARSE, &tick)
        return .seconds(tick.tv_sec) + .nanoseconds(tick.tv_nsec)
      #else
        return .zero
      #endif
    }

    private static func makeBase(_ hasPreciseTimers: Bool) -> OpaquePointer? {
      let config = event_config_new()
      defer { event_config_free(config) }
      event_config_set_flag(config, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
      // With it libevent sets a timer of the kernel's in every turn; without, it reads a coarse clock.
      if hasPreciseTimers { event_config_set_flag(config, Int32(EVENT_BASE_FLAG_PRECISE_TIMER.rawValue)) }
      return event_base_new_with_config(config)
    }

    /// Whether the caller runs on the loop's thread.
    package var isOnLoop: Bool { thread.load(ordering: .relaxed) == Self.currentThread }

    private static var currentThread: UInt {
      #if canImport(Glibc)
        pthread_self()
      #else
        UInt(bitPattern: pthread_self())
      #endif
    }

    /// Runs `body` on the loop's thread, never inside a callback of libevent. Calls run in order, tasks apart from them.
    ///
    /// False after ``stop()``: then `body` never runs.
    @discardableResult
    package func call(_ body: @escaping @Sendable () -> Void) -> Bool {
      push { $0.calls.append(LoopQueue.Call(body: body)) }
    }

    /// Runs a task's next step on the loop's thread; false after ``stop()``.
    func run(_ job: UnownedJob, on executor: LoopExecutor) -> Bool {
      guard servesSockets.load(ordering: .relaxed), isOnLoop else { return push { $0.jobs.append((job, executor)) } }
      readers.append((job, executor))
      return true
    }

    /// Adds a hook that runs at the end of each turn, before queued work. On the loop's thread only.
    package func atTurnEnd(_ body: @escaping () -> Void) { turnEnds.append(body) }

    /// Ends the loop and waits for its thread; on that thread itself it only ends the loop.
    ///
    /// Work queued before it still runs. A second call does nothing.
    package func stop() {
      guard push(last: true, { $0.calls.append(LoopQueue.Call { self.running = false }) }), let handle else { return }
      if isOnLoop { pthread_detach(handle) } else { pthread_join(handle, nil) }
    }

    /// Runs when the loop was stopped and its last timer and watch are gone: the thread itself holds the loop.
    deinit {
      if let base { event_base_free(base) }
      waker?.close()
    }

    // MARK: The loop's thread

    private func start() {
      queue.withLock { $0.awake = true }
      let me = Unmanaged.passRetained(self)
      #if canImport(Darwin)
        let made = pthread_create(
          &handle, nil,
          {
            Unmanaged<EventLoop>.fromOpaque($0).takeRetainedValue().run()
            return nil
          }, me.toOpaque())
      #else
        var thread = pthread_t()
        let made = pthread_create(
          &thread, nil,
          {
            guard let me = $0 else { return nil }
            Unmanaged<EventLoop>.fromOpaque(me).takeRetainedValue().run()
            return nil
          }, me.toOpaque())
        if made == 0 { handle = thread }
      #endif
      guard made != 0 else { return }
      me.release()
      failure = "no thread could be started"
      queue.withLock { $0.stopped = true }
    }

    private func run() {
      // Without one there is no base either, and this thread is not started.
      guard let waker else { return }
      thread.store(Self.currentThread, ordering: .relaxed)
      // A peer that leaves while we write raises SIGPIPE. Blocked on this thread only: the host keeps its own handling.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &signals, nil)

      let wake = SocketWatch(loop: self, descriptor: waker.reader) { _ in waker.empty() }
      wake.update(Readiness(reads: true))
      var isIdle = drain()
      while running {
        servesSockets.store(true, ordering: .relaxed)
        // One pass in any case: without EVLOOP_ONCE libevent goes on for as long as any socket is ready, and some are
        // until what is queued here has run.
        event_base_loop(base, isIdle ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK)
        // Until drain() says otherwise this thread will look at the queue again: wakers need not write.
        queue.withLock { $0.awake = true }
        for hook in turnEnds { hook() }
        servesSockets.store(false, ordering: .relaxed)
        isIdle = drain()
      }
      // What was queued before the end still runs.
      while !drain() {}
      // Another thread may get its number.
      thread.store(0, ordering: .relaxed)
      wake.cancel()
      turnEnds = []
    }

    /// Runs what is queued; false when that is more than one turn takes: a thousand calls that begin at once, or a task that
    /// yields again and again, must not keep the sockets waiting.
    ///
    /// Leaves `awake` false only when the queue was seen empty under the lock; the hooks run after each pass, because
    /// a call may have made something ready (a lost wake-up otherwise).
    private func drain() -> Bool {
      // None is added meanwhile: only sockets wake them.
      for (job, executor) in readers { job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
      readers.empty()
      var left = Self.turnLimit
      while left > 0 {
        if taken.isDone {
          taken.removeAll()
          queue.withLock { queue in
            taken.take(from: &queue)
            queue.awake = !taken.isDone
          }
          if taken.isDone { return true }
        }
        while left > 0, taken.runNext() { left -= 1 }
        for hook in turnEnds { hook() }
      }
      return false
    }

    /// So many of them in one turn.
    private static let turnLimit = 64

    /// Says whether what `add` adds will run. `last` closes the queue under the same lock: nothing can slip in behind it
    /// and be lost.
    @discardableResult
    private func push(last: Bool = false, _ add: (inout LoopQueue) -> Void) -> Bool {
      let (accepted, mustWake) = queue.withLock { queue in
        guard !queue.stopped else { return (false, false) }
        add(&queue)
        queue.stopped = last
        defer { queue.awake = true }
        // The loop's own thread looks at the queue after each callback.
        return (true, !queue.awake && !isOnLoop)
      }
      if mustWake { waker?.wake() }
      return accepted
    }
  }
#endif
