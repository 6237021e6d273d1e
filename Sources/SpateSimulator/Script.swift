// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// What a simulated model says.
///
/// ```swift
/// let simulator = Simulator(answers: ["greeter": .script(Script(text: "Hello, world."))])
/// ```
public struct Script: Sendable, Hashable {
  /// Its thoughts, before the answer.
  public var reasoning: String
  /// Its words.
  public var text: String
  /// The words of its refusal; empty for none.
  public var refusal: String
  /// The tools that it asks for, after the words.
  public var toolCalls: [ToolCall]
  /// Why it stops; nil for what follows from the rest.
  public var finish: FinishReason?
  /// Its tokens; nil counts words.
  public var usage: Usage?
  /// The characters of one piece; nil for a word a piece.
  public var pieceSize: Int?
  /// The time between two pieces.
  public var pace: Duration
  /// The time before the first piece, after the head.
  public var delay: Duration
  /// How far the times between two pieces differ: see ``Pace/jitter``.
  public var jitter: Double
  /// The same seed gives the same times.
  public var seed: UInt64
  /// The words of further answers, for requests for several; without them all say the same.
  public var alternatives: [String]

  /// A script with these parts.
  public init(
    text: String, reasoning: String = "", refusal: String = "", toolCalls: [ToolCall] = [],
    finish: FinishReason? = nil, usage: Usage? = nil, pieceSize: Int? = nil, pace: Duration = .zero,
    delay: Duration = .zero, jitter: Double = 0, seed: UInt64 = 1, alternatives: [String] = []
  ) {
    self.text = text
    self.reasoning = reasoning
    self.refusal = refusal
    self.toolCalls = toolCalls
    self.finish = finish
    self.usage = usage
    self.pieceSize = pieceSize
    self.pace = pace
    self.delay = delay
    self.jitter = jitter
    self.seed = seed
    self.alternatives = alternatives
  }

  var timing: Pace { Pace(delay: delay, interval: pace, jitter: jitter, seed: seed) }
}
