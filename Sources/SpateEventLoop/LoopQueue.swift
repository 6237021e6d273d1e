// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  @_spi(Internals) internal import SpateCore

  /// What waits to run on a loop, from any thread. Behind a lock.
  struct LoopQueue {
    /// In a type of its own: an array of closures wraps each in another one.
    struct Call {
      let body: @Sendable () -> Void
    }

    var calls: [Call] = []
    /// Tasks that run on the loop, without a closure around each.
    var jobs: [(UnownedJob, LoopExecutor)] = []
    /// Set while the loop thread is sure to look at `calls` before it sleeps: no byte needs to be written.
    var awake = false
    var stopped = false
  }

  /// What was taken out of the queue, and how far it has run; kept for its storage. On the loop's thread only.
  ///
  /// What it runs must not come back to it: whatever that asks for goes into the queue. Only ``EventLoop`` turns use it, and
  /// those never run inside one another.
  struct TakenWork {
    private var calls: [LoopQueue.Call] = []
    private var jobs: [(UnownedJob, LoopExecutor)] = []
    private var nextCall = 0
    private var nextJob = 0

    var isDone: Bool { nextCall == calls.count && nextJob == jobs.count }

    /// Forgets what has run.
    mutating func removeAll() {
      calls.empty()
      jobs.empty()
      (nextCall, nextJob) = (0, 0)
    }

    /// Takes all that waits, once everything that was taken before has run and is forgotten.
    mutating func take(from queue: inout LoopQueue) {
      swap(&queue.calls, &calls)
      swap(&queue.jobs, &jobs)
    }

    /// Runs the next call, or the next task's step where there are no calls; false when all has run.
    mutating func runNext() -> Bool {
      if nextCall < calls.count {
        let call = calls[nextCall]
        nextCall += 1
        call.body()
      } else if nextJob < jobs.count {
        let (job, executor) = jobs[nextJob]
        nextJob += 1
        job.runSynchronously(on: executor.asUnownedTaskExecutor())
      } else {
        return false
      }
      return true
    }
  }
#endif
