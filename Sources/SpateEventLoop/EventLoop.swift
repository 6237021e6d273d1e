// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  internal import CEvent
  internal import SpateCore

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
  /// what was ready, the turn-end hooks, then the queue until it is empty. Queued work never runs inside a libevent
  /// callback, so nothing re-enters libcurl or libevent.
  ///
  /// `@unchecked Sendable`: `queue` is a lock; every other stored property is set in `init` or touched by the loop
  /// thread alone.
  package final class EventLoop: TaskExecutor, @unchecked Sendable {
    enum Item: Sendable {
      case job(UnownedJob)
      case call(@Sendable () -> Void)
    }

    struct Queue {
      var items: [Item] = []
      /// Set while the loop thread is sure to look at `items` before it sleeps: no byte needs to be written.
      var awake = false
      var stopped = false
      /// The loop's thread, written by itself when it starts.
      var thread: pthread_t?
    }

    let base: OpaquePointer
    private let queue = Lock(Queue())
    private let wakeReader: Int32
    private let wakeWriter: Int32
    /// For joining: written in `init`, never read by the loop's thread.
    private var handle: pthread_t?
    private var running = true
    private var spare: [Item] = []
    private var turnEnds: [() -> Void] = []

    /// Starts the loop's thread.
    package init() {
      let config = event_config_new()
      event_config_set_flag(config, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
      // Without it libevent reads a coarse clock and timers come up to 4 ms late.
      event_config_set_flag(config, Int32(EVENT_BASE_FLAG_PRECISE_TIMER.rawValue))
      guard let base = event_base_new_with_config(config) else {
        preconditionFailure("libevent offers no way to wait for sockets on this system")
      }
      event_config_free(config)
      self.base = base

      var ends: [Int32] = [-1, -1]
      #if canImport(Darwin)
        let made = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
      #else
        let made = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
      #endif
      precondition(made == 0, "no file descriptors are left for an event loop")
      wakeReader = ends[0]
      wakeWriter = ends[1]
      for end in ends {
        evutil_make_socket_nonblocking(end)
        evutil_make_socket_closeonexec(end)
      }
      start()
    }

    /// Whether the caller runs on the loop's thread.
    package var isOnLoop: Bool {
      queue.withLock { $0.thread.map { pthread_equal(pthread_self(), $0) != 0 } ?? false }
    }

    /// Runs `body` on the loop's thread, in order of the calls, never inside a callback of libevent.
    ///
    /// False after ``stop()``: then `body` never runs.
    @discardableResult
    package func call(_ body: @escaping @Sendable () -> Void) -> Bool { push(.call(body)) }

    /// Adds a hook that runs at the end of each turn, before queued work. On the loop's thread only.
    package func atTurnEnd(_ body: @escaping () -> Void) { turnEnds.append(body) }

    /// Ends the loop and waits for its thread. Not from the loop's own thread.
    ///
    /// Work queued before it still runs. A second call does nothing.
    package func stop() {
      precondition(!isOnLoop, "an event loop can not wait for itself")
      guard push(.call { self.running = false }, last: true), let handle else { return }
      pthread_join(handle, nil)
    }

    /// Runs when the loop was stopped and its last timer and watch are gone: the thread itself holds the loop.
    deinit {
      event_base_free(base)
      close(wakeReader)
      close(wakeWriter)
    }

    package func enqueue(_ job: consuming ExecutorJob) { push(.job(UnownedJob(job))) }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    // MARK: The loop's thread

    private func start() {
      queue.withLock { $0.awake = true }
      let me = Unmanaged.passRetained(self).toOpaque()
      #if canImport(Darwin)
        pthread_create(
          &handle, nil,
          {
            Unmanaged<EventLoop>.fromOpaque($0).takeRetainedValue().run()
            return nil
          }, me)
      #else
        var thread = pthread_t()
        pthread_create(
          &thread, nil,
          {
            guard let me = $0 else { return nil }
            Unmanaged<EventLoop>.fromOpaque(me).takeRetainedValue().run()
            return nil
          }, me)
        handle = thread
      #endif
    }

    private func run() {
      queue.withLock { $0.thread = pthread_self() }
      // A peer that leaves while we write raises SIGPIPE. Blocked on this thread only: the host keeps its own handling.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &signals, nil)

      let wake = SocketWatch(loop: self, descriptor: wakeReader) { [wakeReader] _ in
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
          while read(wakeReader, bytes.baseAddress, 64) == 64 {}
        }
      }
      wake.update([.read])
      drain()
      while running {
        event_base_loop(base, EVLOOP_ONCE)
        // Until drain() says otherwise this thread will look at the queue again: wakers need not write.
        queue.withLock { $0.awake = true }
        for hook in turnEnds { hook() }
        drain()
      }
      wake.cancel()
      turnEnds = []
    }

    /// Leaves `awake` false only when the queue was seen empty under the lock; the hooks run after each pass, because
    /// a job may have made something ready (a lost wake-up otherwise).
    private func drain() {
      while true {
        queue.withLock { queue in
          swap(&queue.items, &spare)
          queue.awake = !spare.isEmpty
        }
        if spare.isEmpty { return }
        for item in spare {
          switch item {
          case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
          case .call(let body): body()
          }
        }
        spare.removeAll(keepingCapacity: true)
        for hook in turnEnds { hook() }
      }
    }

    /// Says whether `item` will run. `last` closes the queue under the same lock: nothing can slip in behind it and be
    /// lost.
    @discardableResult
    private func push(_ item: Item, last: Bool = false) -> Bool {
      let (accepted, mustWake) = queue.withLock { queue in
        guard !queue.stopped else { return (false, false) }
        queue.items.append(item)
        queue.stopped = last
        defer { queue.awake = true }
        return (true, !queue.awake)
      }
      if mustWake {
        var byte: UInt8 = 1
        _ = write(wakeWriter, &byte, 1)
      }
      return accepted
    }
  }
#endif
