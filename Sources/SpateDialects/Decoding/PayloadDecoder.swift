// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// What one dialect makes of the events in a body; framing, errors of status and endings are ``BodyDecoder``'s.
package protocol PayloadDecoder: Sendable {
  /// How the dialect's streams are cut into frames.
  associatedtype Framing: BodyFraming = SSEFraming

  init(context: ResponseContext)

  /// Where the answer stands, for asking for the rest of it later; nil where that can not be asked for.
  var cursor: StreamCursor? { get }

  /// What follows comes in another response, and may begin with what was read already.
  mutating func resume()

  /// The answer has a finish reason: if the body ends now, it is complete.
  var isComplete: Bool { get }

  /// The provider's own word for why the model stopped, as far as it said one.
  var nativeFinish: String? { get }

  /// Why the answer is none although it ended as it should, if the provider says so in its own way.
  var reportedFailure: SpateError? { get }

  /// How many events were read by a template, and how many without.
  var templateCounts: (hits: Int, misses: Int) { get }

  /// Whether an event is the provider's last word: what ends a body need not be followed by a blank line.
  static func isLastWord(_ data: Span<UInt8>) -> Bool

  /// Whether an event is an error in words instead of JSON (rule S10).
  static func isErrorText(_ data: Span<UInt8>) -> Bool

  /// Decodes one event of a stream; says what it was.
  mutating func event(
    _ data: Span<UInt8>, type: Framing.Label, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep

  /// Decodes a whole answer that came as one JSON document.
  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError)

  /// Appends what was held back, and the finish event. `isTerminated`: the provider's last word was read.
  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent])

  /// Appends what was held back of an answer that failed: text only, no finish.
  mutating func flush(into events: inout [StreamEvent])
}

extension PayloadDecoder {
  /// None.
  package var cursor: StreamCursor? { nil }

  /// Never asked for without a cursor.
  package mutating func resume() {}

  /// Nothing of its own.
  package var reportedFailure: SpateError? { nil }

  /// It has no template.
  package var templateCounts: (hits: Int, misses: Int) { (0, 0) }

  /// None by itself.
  package static func isLastWord(_ data: Span<UInt8>) -> Bool { false }

  /// `error...`
  package static func isErrorText(_ data: Span<UInt8>) -> Bool {
    guard data.count >= 5, data[0] | 0x20 == UInt8(ascii: "e") else { return false }
    return data.starts(with: "error") || data.starts(with: "Error") || data.starts(with: "ERROR")
  }
}

/// What an event was.
package enum PayloadStep: Sendable {
  /// An event of the protocol.
  case event
  /// An event, and the provider's last word.
  case lastEvent
  /// The mark of the end, such as `[DONE]`: no event.
  case endMark
  /// A sign of life, such as `ping`: no event, and it does not stop the first-byte clock.
  case heartbeat
}

/// The type of a server-sent event, as far as dialects tell them apart.
package enum EventType: Sendable {
  /// None, or one that says no more than the data does.
  case message
  /// `event: error`.
  case error
}
