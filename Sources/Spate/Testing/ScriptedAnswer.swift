// SPDX-License-Identifier: Apache-2.0

public import SpateCore
internal import SpateDialects
public import SpateTransport

/// What a ``ScriptedTransport`` answers one request with, step by step. After the last step the answer ends properly.
///
/// ```swift
/// let slow = ScriptedAnswer([.head(200), .body(": still thinking\n\n"), .pause(.seconds(90)), .hang])
/// ```
public struct ScriptedAnswer: Sendable {
  /// One thing that comes from the network.
  @nonexhaustive public enum Step: Sendable {
    /// The status and the fields.
    case head(HTTPHead)
    /// A piece of the body, delivered at once.
    case body([UInt8])
    /// Nothing comes for this long.
    case pause(Duration)
    /// The proper end of the body.
    case end
    /// The end as a failure of the network.
    case failure(TransportError)
    /// Nothing comes any more.
    case hang

    /// A head of this status and type.
    public static func head(_ status: Int, contentType: String = "text/event-stream") -> Step {
      .head(HTTPHead(status: status, fields: ["Content-Type": contentType]))
    }

    /// A piece of the body.
    public static func body(_ text: String) -> Step { .body(Array(text.utf8)) }
  }

  /// In their order.
  public var steps: [Step]

  /// An answer of these steps.
  public init(_ steps: [Step]) { self.steps = steps }

  /// A stream of these words in the OpenAI chat dialect, one piece a word, with `pace` between them.
  public static func text(_ words: String..., pace: Duration = .zero) -> ScriptedAnswer {
    var writer = ChatStreamWriter(start: ResponseStart(id: "scripted-1", model: "scripted"), includesUsage: false)
    var steps = [Step.head(200), .body(writer.bytes(of: .start(ResponseStart())))]
    for word in words {
      if pace > .zero { steps.append(.pause(pace)) }
      steps.append(.body(writer.bytes(of: .text(TextDelta(word)))))
    }
    steps.append(.body(writer.bytes(of: .finish(Finish(reason: .stop, native: "stop")))))
    return ScriptedAnswer(steps)
  }

  /// A status with a body, such as a provider's refusal.
  public static func status(
    _ status: Int, body: String = "", fields: HTTPFields = ["Content-Type": "application/json"]
  ) -> ScriptedAnswer {
    ScriptedAnswer([.head(HTTPHead(status: status, fields: fields))] + (body.isEmpty ? [] : [.body(body)]))
  }

  /// A failure of the network before the response.
  public static func failure(_ error: TransportError) -> ScriptedAnswer { ScriptedAnswer([.failure(error)]) }
}
