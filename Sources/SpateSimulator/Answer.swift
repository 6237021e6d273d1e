// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// What a simulator answers with.
///
/// ```swift
/// // The first request is refused, the second one breaks off, the third one and all later ones are answered.
/// let hello = Answer.script(Script(text: "Hello, world."))
/// let answer = Answer.series([.failure(Failure(status: 429)), hello.with(.cut(afterByte: 400)), hello])
/// ```
@nonexhaustive public indirect enum Answer: Sendable, Hashable {
  case script(Script)
  case recording(Recording)
  /// The built-in answer that bears the model's name, see ``BuiltIn``; the welcome for all other names.
  case builtIn(pace: Pace = Pace())
  /// The first request gets the first one, and so on; the last one stays.
  case series([Answer])
  /// An answer that goes wrong in these ways, which are applied in this order.
  case faulty(Answer, [Fault])

  /// A response with an error status.
  public static func failure(_ failure: Failure) -> Answer { script(Script(text: "")).with(.status(failure)) }

  /// The same answer, gone wrong.
  public func with(_ faults: Fault...) -> Answer { faults.isEmpty ? self : .faulty(self, faults) }

  /// The same answer, gone wrong.
  public func with(_ faults: [Fault]) -> Answer { faults.isEmpty ? self : .faulty(self, faults) }
}

/// The time between the pieces of an answer.
public struct Pace: Sendable, Hashable {
  /// Before the first piece, after the head.
  public var delay: Duration
  /// Between two pieces.
  public var interval: Duration
  /// How far the intervals differ, as a share of them from 0 to 1: with 0.5 each is half to one and a half times as long.
  public var jitter: Double
  /// The same seed gives the same intervals.
  public var seed: UInt64

  /// A pace of this interval.
  public init(
    delay: Duration = .zero, interval: Duration = .zero, jitter: Double = 0, seed: UInt64 = 1
  ) {
    self.delay = delay
    self.interval = interval
    self.jitter = jitter
    self.seed = seed
  }
}

/// A response with an error status.
public struct Failure: Sendable, Hashable {
  /// How the response says when to try again.
  @nonexhaustive public enum RetryAfter: Sendable, Hashable {
    /// `Retry-After: 20`
    case seconds(Int)
    /// `Retry-After: Tue, 21 Jan 2025 10:00:00 GMT`, so many seconds from the request on.
    case date(inSeconds: Int)
    /// `retry-after-ms: 1500`, as OpenAI and Azure send it.
    case milliseconds(Int)
    /// A `Retry-After` with this text, whatever it is.
    case text(String)
  }

  /// The HTTP status.
  public var status: Int
  /// The words; nil for those that the provider uses for the status. Its form is that of the dialect that is asked.
  public var message: String?
  /// A body of its own, in place of the dialect's form.
  public var body: [UInt8]?
  /// The body's `Content-Type`.
  public var contentType: String
  /// When to try again.
  public var retryAfter: RetryAfter?
  /// Further header fields, which replace those of the same name: `x-should-retry`, `Location`.
  public var fields: HTTPFields

  /// A failure in the form of the dialect that is asked.
  public init(
    status: Int, message: String? = nil, retryAfter: RetryAfter? = nil, fields: HTTPFields = [:]
  ) {
    self.status = status
    self.message = message
    self.retryAfter = retryAfter
    self.fields = fields
    contentType = "application/json"
  }

  /// A failure with a body of its own.
  public init(
    status: Int, body: [UInt8], contentType: String = "application/json", retryAfter: RetryAfter? = nil,
    fields: HTTPFields = [:]
  ) {
    self.status = status
    self.body = body
    self.contentType = contentType
    self.retryAfter = retryAfter
    self.fields = fields
  }
}
