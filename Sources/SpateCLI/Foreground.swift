// SPDX-License-Identifier: Apache-2.0

internal import Spate

/// Runs what suspends, to the end of the process.
///
/// On Linux on the transport's own thread: there is one stream, so nobody is held up by what is done with it, and the
/// threads of a pool, which an asynchronous `main` would start, are only where a spinner turns (docs/decisions/0017).
enum Foreground {
  /// Ends the process with what `body` returns. The first thread waits for Ctrl-C meanwhile.
  static func run(_ body: @escaping @Sendable () async throws(UsageError) -> ExitStatus) -> Never {
    // Before the transport starts its thread, which inherits it.
    Interrupt.shared.claim()
    let job: @Sendable () async -> Void = {
      do throws(UsageError) { Main.end(try await body()) } catch { Main.end(error) }
    }
    #if os(Linux)
      Task.detached(executorPreference: CurlTransport.shared.taskExecutor, operation: job)
    #else
      Task.detached(operation: job)
    #endif
    Interrupt.shared.wait()
  }
}
