// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore

/// What happened to a call, in one line for stderr.
struct RecoveryNote {
  let text: String

  /// Nil for events that are no such news.
  init?(_ event: StreamEvent) {
    switch event {
    case .retry(let retry):
      let next = retry.model.map { "asking \($0)" } ?? "asking again"
      let wait = retry.delay > .zero ? " in \(retry.delay.inSeconds)" : ""
      text = "attempt \(retry.failed.number) failed (\(retry.failed.label)): \(retry.failed.message); \(next)\(wait)"
    case .superseded(let attempt):
      text = "attempt \(attempt.number) (\(attempt.model ?? "?")) is out of the race: \(attempt.message)"
    case .restarted(let restart) where restart.discardedText > 0 || restart.discardedToolCalls > 0:
      text = "the answer begins again: what was printed of it does not count"
    case .resumed(let seam):
      let repeated = seam.overlap > 0 ? "; \(seam.overlap) bytes that came twice are left out" : ""
      text = "the answer was cut and goes on (\(seam.method.rawValue), after \(seam.position) bytes\(repeated))"
    default: return nil
    }
  }

  func tell() { StandardStream.error.write("spate: \(TerminalFilter.line(text))\n") }
}

extension Duration {
  /// `1.25 s`
  fileprivate var inSeconds: String {
    let (seconds, attoseconds) = components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    return "\(Double(milliseconds) / 1000) s"
  }
}
