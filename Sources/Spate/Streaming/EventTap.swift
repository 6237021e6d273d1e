// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Sees what a reader gets, where the reader gets it (its executor or thread, or the transport's), before the reader does: a
/// batch at a time.
protocol EventTap: Sendable {
  /// The next events. What it throws ends the stream.
  func see(_ events: [StreamEvent]) throws(SpateError)

  /// Words that it has seen can not be taken back: they may be written somewhere.
  var keepsWords: Bool { get }

  /// The reader is at the end of the answer or of its failure, or was dropped before. May come more than once.
  func end() throws(SpateError)
}

extension EventTap {
  var keepsWords: Bool { false }
}
