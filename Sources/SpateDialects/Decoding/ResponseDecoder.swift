// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Turns the body of one response into events.
///
/// A copyable value without reference state: a copy is a snapshot, so every prefix of a body can be tested in linear
/// time. It does no I/O and knows no clock. Any split of the body gives the same events.
public protocol ResponseDecoder: Sendable {
  /// How many events of the provider's protocol were decoded; heart-beats and `[DONE]` do not count.
  var eventCount: Int { get }

  /// Whether an event of the body came, other than a heart-beat: what stops the first-byte clock.
  var hasBegun: Bool { get }

  /// Decodes the next bytes of the body.
  mutating func feed(_ bytes: Span<UInt8>, into events: inout [StreamEvent]) -> BodyDemand

  /// Where the response stands, for asking for the rest of it later; nil where that can not be asked for. The default.
  var cursor: StreamCursor? { get }

  /// The same decoder for the rest of the response, which another one brings (``Dialect/encodeResume(_:for:)``). What it
  /// has decoded already is not decoded again (rule R9). Nil where that can not be asked for: the default.
  func resumed(for context: ResponseContext) -> (any ResponseDecoder)?

  /// Ends the answer: appends what was held back and last the finish event, or throws why it is no answer. The last call.
  mutating func finish(_ end: BodyEnd, into events: inout [StreamEvent]) throws(SpateError)
}

extension ResponseDecoder {
  /// None.
  public var cursor: StreamCursor? { nil }

  /// None.
  public func resumed(for context: ResponseContext) -> (any ResponseDecoder)? { nil }
}

/// A place in a response that its provider keeps.
public struct StreamCursor: Sendable, Hashable {
  /// The provider's id of the response.
  public var responseID: String
  /// The number of the last event that was read; nil when none was, and all of them are wanted.
  public var lastEvent: Int?

  /// The place after this event.
  public init(responseID: String, lastEvent: Int?) {
    self.responseID = responseID
    self.lastEvent = lastEvent
  }
}

/// Whether a decoder wants more of the body.
public enum BodyDemand: Sendable, Hashable {
  case more
  /// The provider's last word was read, or the answer failed: nothing after it is looked at. Call `finish` now.
  case done
}

/// How a body ended.
public enum BodyEnd: Sendable {
  /// As its framing said, or because the decoder was done.
  case clean
  /// Before that: the reason, which is thrown unless the answer was complete already.
  case broken(SpateError)
}

/// What a decoder must know about the response and the request besides the body.
public struct ResponseContext: Sendable, Hashable {
  /// The HTTP status.
  public var status: Int
  /// The `Content-Type` header.
  public var contentType: String?
  /// The provider's name of an error, where only a header field has it: AWS's `x-amzn-ErrorType`.
  public var errorType: String?
  /// The tokens read, where only a header field may have them: AWS's `x-amzn-bedrock-input-token-count`.
  public var inputTokens: Int?
  /// The tokens written, from AWS's `x-amzn-bedrock-output-token-count`.
  public var outputTokens: Int?
  /// The answers asked for; nil when unknown.
  public var choices: Int?
  /// Who was asked, for errors.
  public var provider: String?
  /// The most bytes of an answer (trust.md 1.5).
  public var bodyLimit = 256 << 20
  /// The most tool calls of an answer.
  public var toolCallLimit = 128
  /// The most bytes of one call's arguments.
  public var toolArgumentsLimit = 4 << 20
  /// Whether each event of the provider's protocol is wanted too, as ``StreamEvent/native(_:)`` before what it means.
  public var includesNative = false
  /// Whether an event may be read by the template of the one before it. It says the same: this is for showing that.
  package var usesTemplates = true
  /// The most bytes of a line and of an event.
  public var eventLimit = 16 << 20

  /// The context of a response with this status.
  public init(status: Int = 200, contentType: String? = nil, choices: Int? = nil, provider: String? = nil) {
    self.status = status
    self.contentType = contentType
    self.choices = choices
    self.provider = provider
  }
}
