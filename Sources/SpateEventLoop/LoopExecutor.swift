// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  /// Runs tasks on the loop's thread: what comes over a socket is read without a change of threads.
  ///
  /// A task that holds the thread up holds up every stream, timer and timeout of the loop.
  package final class LoopExecutor: TaskExecutor {
    private let loop: EventLoop

    package init(loop: EventLoop) { self.loop = loop }

    package func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      // A loop that was stopped runs nothing: then the task goes on where it was.
      if !loop.run(job, on: self) { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
  }
#endif
