// SPDX-License-Identifier: Apache-2.0

/// What of an answer no report of the provider's counts (rule U4).
///
/// It is told what the message is built of, so that nothing is counted that is not in it (rule U7).
struct TokenTally: Sendable {
  /// Bytes of words, thoughts, refusals and arguments.
  private var byteCount = 0
  /// How many of them came in pieces: decoders hold calls back that come whole, also behind a report that counts them.
  private var pieceBytes = 0
  /// Both at the last report of what was written.
  private var reported: (bytes: Int, pieces: Int)?

  /// A piece of the answer.
  @inline(__always) mutating func count(piece: String) {
    byteCount += piece.utf8.count
    pieceBytes += piece.utf8.count
  }

  /// The arguments of a call that came whole.
  mutating func count(whole: String) { byteCount += whole.utf8.count }

  /// A report counts what came before it.
  mutating func report(_ usage: Usage) {
    if usage.output != nil { reported = (byteCount, pieceBytes) }
  }

  /// The estimate for an answer that was cut, cancelled or failed; nil when the last report counts all that came.
  var missingAfterCut: Int? {
    let missing = byteCount - (reported?.bytes ?? 0)
    return missing > 0 ? TokenEstimate.tokens(ofBytes: missing) : nil
  }

  /// The estimate for an answer that the provider ended. Its last report is the last one, unless there is none or it
  /// came before the first piece: Anthropic's first one does.
  var missingAfterFinish: Int? {
    guard let reported, reported.pieces > 0 || pieceBytes == 0 else { return missingAfterCut }
    return nil
  }
}

extension Usage {
  func estimating(_ output: Int) -> Usage {
    var usage = self
    usage.estimatedOutput = output
    return usage
  }
}
