// SPDX-License-Identifier: Apache-2.0

/// The rounds of a tool loop, what each used and what it cost; without a loop the answer is the one round.
extension Accumulator {
  /// What a round of a tool loop has of its own.
  struct RoundAccount: Sendable {
    var usage: Box<Usage>?
    var cost: Box<Cost>?
    /// It has an answer: its counts are the last.
    var isOver = false
    /// How many of these the rounds before it had.
    var warnings = 0
    var failedAttempts = 0
    var chunks = 0
  }

  /// The round that runs, by itself; without rounds, the answer.
  package var ownPartial: PartialResponse {
    guard !partial.rounds.isEmpty else { return partial }
    var own = partial
    own.rounds = []
    own.usageBox = round.usage
    own.costBox = round.cost
    own.warnings.removeFirst(round.warnings)
    own.failedAttempts.removeFirst(round.failedAttempts)
    own.chunkCount -= round.chunks
    return own
  }

  /// The answer so far was a round; the next one builds an answer of its own.
  mutating func beginRound() {
    let done = ownPartial
    restart()
    partial.rounds.append(done)
    tokens = TokenTally()
    round = RoundAccount(
      warnings: partial.warnings.count, failedAttempts: partial.failedAttempts.count, chunks: partial.chunkCount)
    report(nil)
  }

  /// A report of the usage; nil for none any more.
  mutating func report(_ usage: Box<Usage>?) {
    round.usage = usage
    guard !partial.rounds.isEmpty else { return partial.usageBox = usage }
    partial.usage = Usage.sum(partial.rounds.compactMap(\.usage) + [usage?.value].compactMap(\.self))
  }

  /// The last of the counts (rules U4, U5): a finish that says them itself comes from a run that ended before.
  mutating func close(_ missing: Int?, usage: Box<Usage>? = nil, cost: Box<Cost>? = nil) {
    round.isOver = true
    if let usage {
      report(usage)
    } else if let missing {
      report(Box((round.usage?.value ?? Usage()).estimating(missing)))
    }
    round.cost = cost ?? price
    guard !partial.rounds.isEmpty else { return partial.costBox = round.cost }
    partial.cost = Cost.sum(partial.rounds.map(\.cost) + [round.cost?.value])
  }

  private var price: Box<Cost>? {
    guard let pricing, round.usage != nil else { return nil }
    // An answer is much to copy.
    return (partial.rounds.isEmpty ? pricing(partial) : pricing(ownPartial)).map(Box.init)
  }
}
