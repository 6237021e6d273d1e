// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A thread that does one job after the other, until it is let go.
///
/// Not a dispatch queue: the thread sanitizer does not see what happens before what in one.
final class SerialThread: Sendable {
  /// `@unchecked Sendable`: everything is touched under the mutex.
  private final class Jobs: @unchecked Sendable {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    var waiting: [@Sendable () -> Void] = []
    var isOver = false
    var thread: pthread_t?

    init() {
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(changed, nil)
    }

    deinit {
      pthread_cond_destroy(changed)
      pthread_mutex_destroy(mutex)
      changed.deallocate()
      mutex.deallocate()
    }

    func withLock<Result>(_ body: (Jobs) -> Result) -> Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return body(self)
    }

    func work() {
      withLock { $0.thread = pthread_self() }
      while true {
        let jobs: [@Sendable () -> Void]? = withLock { jobs in
          while jobs.waiting.isEmpty && !jobs.isOver { pthread_cond_wait(jobs.changed, jobs.mutex) }
          defer { jobs.waiting = [] }
          return jobs.waiting.isEmpty ? nil : jobs.waiting
        }
        guard let jobs else { return }
        for job in jobs { job() }
      }
    }
  }

  private let jobs = Jobs()

  init() {
    let jobs = jobs
    detachThread { jobs.work() }
  }

  /// What was asked for is still done.
  deinit {
    jobs.withLock { jobs in
      jobs.isOver = true
      _ = pthread_cond_signal(jobs.changed)
    }
  }

  func run(_ job: @escaping @Sendable () -> Void) {
    jobs.withLock { jobs in
      jobs.waiting.append(job)
      _ = pthread_cond_signal(jobs.changed)
    }
  }

  /// Whether the caller is one of its jobs.
  var isCurrent: Bool { jobs.withLock { jobs in jobs.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false } }
}

extension SerialThread {
  /// Gives the processor away.
  static func yield() { sched_yield() }
}

/// Runs tasks on a thread of its own.
final class ThreadExecutor: TaskExecutor {
  private let thread = SerialThread()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    thread.run { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Runs actors on a thread of its own.
final class ThreadSerialExecutor: SerialExecutor {
  private let thread = SerialThread()

  /// Whether the caller is one of its jobs.
  var isCurrent: Bool { thread.isCurrent }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    thread.run { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
