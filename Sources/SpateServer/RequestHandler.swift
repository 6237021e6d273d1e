// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  /// Answers requests.
  package protocol RequestHandler: Sendable {
    /// Called on the loop's thread for each request, one at a time on a connection. It must not block: answer at once,
    /// or keep `exchange` and answer later from a timer, a callback or ``EventLoop/call(_:)``.
    func handle(_ exchange: Exchange)
  }

  struct ClosureHandler: RequestHandler {
    let body: @Sendable (Exchange) -> Void

    func handle(_ exchange: Exchange) { body(exchange) }
  }
#endif
