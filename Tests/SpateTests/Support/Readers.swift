// SPDX-License-Identifier: Apache-2.0

import Spate

/// An actor that reads streams and notes what it has read.
actor Reader {
  nonisolated let labels = Watched<[String]>([])

  func read(_ stream: ResponseStream) async throws {
    var events = stream.makeAsyncIterator()
    while let event = try await events.next(isolation: self) {
      self.preconditionIsolated()
      labels.update { $0.append(event.label) }
    }
  }
}

/// Runs tasks on a thread of its own and notes, for each job, which call of a sink of `transport` gave it.
///
/// A continuation that is resumed is one job: so the resumptions of a task can be counted. (A task executor, because a
/// continuation of an actor comes back to it by way of the global one.)
final class CountingExecutor: TaskExecutor {
  /// What called ``PlayedExchange``'s sink when a job came from the transport's thread.
  let callers = Watched<[String]>([])
  /// All jobs.
  let jobCount = Watched(0)
  private let thread = SerialThread()
  private let transport: PlayedTransport

  init(transport: PlayedTransport) { self.transport = transport }

  func enqueue(_ job: consuming ExecutorJob) {
    jobCount.update { $0 += 1 }
    if transport.thread.isCurrent {
      let call = transport.exchanges.now.lazy.compactMap(\.log.now.call).first ?? "no call"
      callers.update { $0.append(call) }
    }
    let job = UnownedJob(job)
    thread.run { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Every job given so far has run until it waits.
  func settle() async {
    await withCheckedContinuation { continuation in thread.run { continuation.resume() } }
  }

  /// Reads `stream` on this executor; `labels` gets what it reads.
  func read(_ stream: ResponseStream, into labels: Watched<[String]> = Watched([])) -> Task<Void, any Error> {
    Task(executorPreference: self) {
      for try await event in stream { labels.update { $0.append(event.label) } }
    }
  }
}
