// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// A request that a simulator got. Values of header fields are not kept: one of them may be a key.
public struct ReceivedRequest: Sendable, Hashable {
  /// `POST`, ...
  public var method: String
  /// Without the query.
  public var path: String
  /// The names of the header fields, in order, as they were sent.
  public var fieldNames: [String]
  /// The body.
  public var body: [UInt8]
  /// The model that it asks for; nil for a request that is none for an answer.
  public var model: String?
  /// When it had come, counted from the simulator's start.
  public var arrival = Duration.zero
  /// How many bytes of a ``Script``'s words, in UTF-8, its answer has in whole frames; nil where the answer is no script.
  /// More than the client got if it left early.
  public var sentText: Int?
  /// The client left before the answer was over.
  public var clientLeft = false
}

/// The requests so far, or of many the last ones.
final class RequestLog: Sendable {
  private struct State: Sendable {
    var requests: [ReceivedRequest] = []
    /// How many were let go of.
    var dropped = 0
    var bytes = 0
    /// How many answers of each series were given.
    var turns: [String: Int] = [:]
  }

  private static let countLimit = 4096
  private static let byteLimit = 64 << 20

  private let state = Lock(State())
  private let start = ContinuousClock.now

  var requests: [ReceivedRequest] { state.withLock { $0.requests } }

  /// Gives the number of the request.
  func add(_ request: ReceivedRequest) -> Int {
    var request = request
    request.arrival = ContinuousClock.now - start
    return state.withLock { state in
      if state.requests.count >= Self.countLimit || state.bytes > Self.byteLimit {
        // Half of them at a time: each is moved once on the whole.
        let half = (state.requests.count + 1) / 2
        state.requests.removeSubrange(..<half)
        state.dropped += half
        state.bytes = state.requests.reduce(0) { $0 + $1.body.count }
      }
      state.requests.append(request)
      state.bytes += request.body.count
      return state.dropped + state.requests.count - 1
    }
  }

  func clientLeft(_ number: Int) { change(number) { $0.clientLeft = true } }

  /// What a request asked for, and what it gets.
  func note(_ number: Int, model: String, sentText: Int?) {
    change(number) { ($0.model, $0.sentText) = (model, sentText) }
  }

  private func change(_ number: Int, _ body: (inout ReceivedRequest) -> Void) {
    state.withLock { state in
      let place = number - state.dropped
      if state.requests.indices.contains(place) { body(&state.requests[place]) }
    }
  }

  /// How often this name was asked for before.
  func turn(of name: String) -> Int {
    state.withLock { state in
      let turn = state.turns[name, default: 0]
      state.turns[name] = turn + 1
      return turn
    }
  }
}
