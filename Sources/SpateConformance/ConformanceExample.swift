// SPDX-License-Identifier: Apache-2.0

public import SpateCore
public import SpateDialects

/// The body of one response, and what it says.
///
/// ```swift
/// ConformanceExample(
///   "words", body: "say Hel\nsay lo\nend stop\n", answer: .init(text: "Hello", finish: .stop),
///   completeAfter: "end stop\n")
/// ```
public struct ConformanceExample: Sendable {
  /// What it shows: failures name it.
  public var name: String
  /// The body, as it comes over the wire.
  public var body: [UInt8]
  /// What is known about the response: its status, its `Content-Type`.
  public var context: ResponseContext
  /// What comes out of it.
  var expected: Expected
  /// From this many bytes on the answer is over: a body that ends there is complete. No number for errors.
  var completeAfter: Int

  enum Expected: Sendable {
    case answer(ConformanceAnswer)
    case failure(SpateError.Code, text: String)
  }

  /// A body that is an answer.
  ///
  /// `completeAfter` is the piece of the body after which the answer is over, for instance the event with the finish
  /// reason: ended before, it is cut, and ended from there on, it is not (trust.md 1.1). Its last occurrence counts;
  /// without one that is in the body, the answer is over with the body's last byte that is no white space.
  public init(
    _ name: String, body: [UInt8], context: ResponseContext = ResponseContext(), answer: ConformanceAnswer,
    completeAfter mark: String? = nil
  ) {
    self.name = name
    self.body = body
    self.context = context
    expected = .answer(answer)
    completeAfter = body.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0
    if let mark = mark.map({ Array($0.utf8) }), let end = Self.end(of: mark, in: body) { completeAfter = end }
  }

  /// A body that is an answer, and over after this many bytes.
  public init(
    _ name: String, body: [UInt8], context: ResponseContext = ResponseContext(), answer: ConformanceAnswer,
    completeAfter count: Int
  ) {
    self.init(name, body: body, context: context, answer: answer)
    completeAfter = count
  }

  /// A body that is an answer, as text.
  public init(
    _ name: String, body: String, context: ResponseContext = ResponseContext(), answer: ConformanceAnswer,
    completeAfter mark: String? = nil
  ) {
    self.init(name, body: Array(body.utf8), context: context, answer: answer, completeAfter: mark)
  }

  /// A body that is an error: of a response with an error status, or inside a stream after `text` was given out.
  public init(
    _ name: String, body: [UInt8], context: ResponseContext = ResponseContext(), failure: SpateError.Code,
    text: String = ""
  ) {
    self.name = name
    self.body = body
    self.context = context
    expected = .failure(failure, text: text)
    completeAfter = .max
  }

  /// A body that is an error, as text.
  public init(
    _ name: String, body: String, context: ResponseContext = ResponseContext(), failure: SpateError.Code,
    text: String = ""
  ) {
    self.init(name, body: Array(body.utf8), context: context, failure: failure, text: text)
  }

  private static func end(of mark: [UInt8], in body: [UInt8]) -> Int? {
    guard !mark.isEmpty, mark.count <= body.count else { return nil }
    return (0...(body.count - mark.count)).last { body[$0...].starts(with: mark) }.map { $0 + mark.count }
  }
}

/// What an answer says.
public struct ConformanceAnswer: Sendable, Hashable {
  /// The words.
  public var text: String
  /// The thoughts.
  public var reasoning: String
  /// The calls, in order.
  public var toolCalls: [Call]
  /// Why the model stopped.
  public var finish: FinishReason
  /// The counts of tokens, as the provider says them; not looked at when both are nil.
  public var input: Int?
  /// The counts of tokens, as the provider says them; not looked at when both are nil.
  public var output: Int?

  /// A call of a tool.
  public struct Call: Sendable, Hashable {
    /// The tool's name.
    public var name: String
    /// The arguments, byte for byte.
    public var arguments: String
    /// The id; not looked at when nil: where the provider sends none, there must be one all the same.
    public var id: String?

    /// A call with these parts.
    public init(_ name: String, _ arguments: String, id: String? = nil) {
      self.name = name
      self.arguments = arguments
      self.id = id
    }
  }

  /// An answer with these parts.
  public init(
    text: String = "", reasoning: String = "", toolCalls: [Call] = [], finish: FinishReason, input: Int? = nil,
    output: Int? = nil
  ) {
    self.text = text
    self.reasoning = reasoning
    self.toolCalls = toolCalls
    self.finish = finish
    self.input = input
    self.output = output
  }
}
