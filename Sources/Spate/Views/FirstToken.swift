// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

extension ResponseStream {
  /// The same stream, which calls `body` once: with the first piece of the answer, or at the end if none comes.
  ///
  /// ```swift
  /// spinner.start()
  /// try await client.stream("Think", model: "o3").onFirstToken { spinner.stop() }.print()
  /// ```
  ///
  /// For spinners. Words, thoughts, refusals, tool calls and sound count. It is called by who reads, before the piece is
  /// handed out; never by the transport. Also when the stream fails.
  public func onFirstToken(_ body: @escaping @Sendable () -> Void) -> ResponseStream {
    tapped(by: FirstTokenTap(body))
  }
}

/// Calls a closure once.
final class FirstTokenTap: EventTap {
  private let body: Lock<(@Sendable () -> Void)?>

  init(_ body: @escaping @Sendable () -> Void) { self.body = Lock(body) }

  func see(_ events: [StreamEvent]) {
    let isToken = events.contains { event in
      switch event {
      case .text, .reasoning, .refusal, .toolInputStart, .toolInputDelta, .toolCall, .audio: true
      default: false
      }
    }
    if isToken { end() }
  }

  func end() { body.withLock { $0.take() }?() }
}
