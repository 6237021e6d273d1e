// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// Everything that a run needs to make its requests, one after the other.
struct CallPlan: Sendable {
  /// What an attempt goes on with.
  struct Continuation: Sendable {
    /// What of the answer has come.
    var partial: PartialResponse
    /// Knows where a response broke off that the provider has kept.
    var resumable: (any ResponseDecoder)?
  }

  /// What its requests are.
  enum Asking: Sendable {
    case question(Question)
    /// Made already, for the one target.
    case call(PreparedCall)
  }

  /// How the caller's tools are run; nil when there are none to run.
  var loop: ToolLoop?
  /// So many of the targets are asked at once, and the first to give a word answers.
  var racerCount = 1
  /// By whom the request may be answered, in the order in which they are asked. Never empty.
  let targets: [Candidate]
  let recovery: Recovery
  let timeouts: Timeouts
  let client: Client
  let asking: Asking
  /// What is asked first, where tools are run.
  var firstRound: RoundRequest?

  /// Fetches what its requests hold, and then says so.
  typealias Fetch = @Sendable (_ transport: any Transport, _ done: @escaping @Sendable () -> Void) -> any Transfer

  /// What has to be fetched before a round's requests; a call without a loop is one round.
  func fetch(for round: RoundRequest?) -> Fetch? {
    guard case .question(let question) = asking else { return nil }
    return question.fetchMedia(for: targets, in: round)
  }

  /// The request for one of the targets; in a tool loop, that of a round.
  func prepare(
    _ target: Int, in round: RoundRequest?, continuing continuation: Continuation?
  ) throws(SpateError) -> PreparedCall {
    switch asking {
    case .question(let question): try question.call(to: targets[target], in: round, continuing: continuation)
    case .call(let call): call
    }
  }
}
