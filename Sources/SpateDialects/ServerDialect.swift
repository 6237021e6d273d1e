// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// The server's side of a wire format: the bytes of a request to what is asked for, and events to bytes.
public protocol ServerDialect: Sendable {
  /// Whether a request is one in this dialect, by its method and path.
  func serves(_ request: ServedRequest) -> Bool

  /// The same server, set to the form in which this request wants its answer, where that does not stand in the body.
  func adapted(to request: ServedRequest) -> any ServerDialect

  /// What is asked for; throws what is wrong with it, in words for its sender.
  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest

  /// The form of a streamed answer.
  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter

  /// A whole answer that these events build, as one document.
  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8]

  /// A response with an error status.
  func body(of failure: ServedFailure) -> [UInt8]

  /// The header fields that go with it, beside the `Content-Type`.
  func fields(of failure: ServedFailure) -> HTTPFields

  /// Whether a request asks for the list of models in this dialect.
  func servesModels(_ request: ServedRequest) -> Bool

  /// The list of models, or the page of it that is asked for.
  func modelList(_ models: [ModelInfo], for request: ServedRequest) -> [UInt8]

  /// The `Content-Type` of a streamed answer; whole ones and errors are `application/json`.
  var streamType: String { get }

  /// What ids of answers begin with.
  var idPrefix: String { get }

  /// Where the frame of a streamed body ends that holds this byte; 0 for byte 0.
  func frameEnd(in body: [UInt8], after byte: Int) -> Int
}

extension ServerDialect {
  /// None.
  public func fields(of failure: ServedFailure) -> HTTPFields { [:] }

  /// There is one form.
  public func adapted(to request: ServedRequest) -> any ServerDialect { self }

  /// There is no list.
  public func servesModels(_ request: ServedRequest) -> Bool { false }

  /// There is no list.
  public func modelList(_ models: [ModelInfo], for request: ServedRequest) -> [UInt8] { [] }

  /// `text/event-stream`.
  public var streamType: String { "text/event-stream" }

  /// Where the server-sent event ends that holds this byte.
  public func frameEnd(in body: [UInt8], after byte: Int) -> Int {
    guard byte > 0 else { return 0 }
    var index = max(byte - 1, 1)
    while index < body.count {
      if body[index] == 0x0A, body[index - 1] == 0x0A { return index + 1 }
      // CRLF CRLF
      if index > 2, body[index] == 0x0A, body[index - 2] == 0x0A, body[index - 1] == 0x0D { return index + 1 }
      index += 1
    }
    return body.count
  }
}

/// Writes one streamed answer, event by event.
public protocol AnswerWriter: Sendable {
  /// The bytes of one event; none for events that the dialect has no form for. Frames are whole.
  mutating func bytes(of event: StreamEvent) -> [UInt8]

  /// An error inside the stream, and the end of it (rule C11).
  mutating func bytes(of failure: ServedFailure) -> [UInt8]
}

/// A request as a server received it.
public struct ServedRequest: Sendable, Hashable {
  /// `POST`, ...
  public var method: String
  /// Without the query, still percent-encoded.
  public var path: String
  /// What follows the question mark; nil without one.
  public var query: String?
  /// The header fields.
  public var fields: HTTPFields
  /// The body.
  public var body: [UInt8]

  /// A request with these parts.
  public init(method: String = "POST", path: String, query: String? = nil, fields: HTTPFields = [:], body: [UInt8]) {
    self.method = method
    self.path = path
    self.query = query
    self.fields = fields
    self.body = body
  }
}

/// Why a server does not answer.
public struct ServedFailure: Sendable, Hashable {
  /// The HTTP status, also of an error inside a stream, which it stands for there.
  public var status: Int
  /// The words; nil for those that the provider uses for the status.
  public var message: String?
  /// The provider's type of the error; nil for the one that goes with the status.
  public var type: String?
  /// The provider's code, where its dialect has one.
  public var code: String?

  /// A failure of this status.
  public init(status: Int, message: String? = nil, type: String? = nil, code: String? = nil) {
    self.status = status
    self.message = message
    self.type = type
    self.code = code
  }
}
