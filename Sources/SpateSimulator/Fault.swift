// SPDX-License-Identifier: Apache-2.0

/// One way in which an answer goes wrong. Bytes are those of the body, without chunk sizes.
@nonexhaustive public enum Fault: Sendable, Hashable {
  /// The body ends properly after this many bytes, as if the answer were over.
  case end(afterByte: Int)
  /// The connection is closed in an orderly way after this many bytes, without the end of the body.
  case cut(afterByte: Int)
  /// The head names the length of the whole body, and the connection is closed after this many bytes of it.
  case shortBody(afterByte: Int)
  /// The connection is reset after this many bytes.
  case reset(afterByte: Int)
  /// After this many bytes nothing more comes until the client leaves.
  case stall(afterByte: Int)
  /// An error in place of what follows the event that holds this byte.
  case error(StreamError, afterByte: Int)
  /// These bytes, in a write of their own, after this many.
  case insert([UInt8], afterByte: Int)
  /// After this many bytes comes a chunk whose size is no number.
  case badChunkSize(afterByte: Int)
  /// A response with an error status in place of the answer.
  case status(Failure)
  /// One byte a write, and so a chunk of its own.
  case singleBytes
  /// Another `Content-Type` than that of the answer.
  case contentType(String)
  /// One more header field, or another value of one.
  case field(name: String, value: String)
  /// The body in gzip's form, with its `Content-Encoding`, in one write. Later faults count the bytes of that form.
  case gzip
  /// The head of the response, and then the end of the connection.
  case headOnly
  /// Only the beginning of the head, and then the end of the connection.
  case halfHead
  /// The connection is closed without an answer.
  case noHead
  /// A fault whose byte is counted from a place in the answer on.
  indirect case at(Place, Fault)
}

/// An error that is told inside a stream whose status was 200.
public struct StreamError: Sendable, Hashable {
  /// Whose way of telling it.
  @nonexhaustive public enum Style: Sendable, Hashable {
    /// That of the dialect that is asked.
    case dialect
    /// A chunk with the finish reason `error`, and beside its choices the error with an HTTP status as its code.
    case openRouter
  }

  /// Whose way of telling it.
  public var style: Style
  /// The provider's words.
  public var message: String
  /// The status that it stands for.
  public var status: Int
  /// The type of the error; nil for the dialect's word for the status. OpenRouter has none.
  public var type: String?
  /// The code of the error; for OpenRouter an HTTP status.
  public var code: String?

  /// An error with these words.
  public init(
    style: Style = .dialect, message: String = "The server had an error while processing your request.",
    status: Int = 500, type: String? = nil, code: String? = nil
  ) {
    self.style = style
    self.message = message
    self.status = status
    self.type = type
    self.code = code
  }
}
