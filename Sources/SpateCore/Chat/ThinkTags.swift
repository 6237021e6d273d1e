// SPDX-License-Identifier: Apache-2.0

/// The marks round thoughts that a model writes among its words, where its server does not tell them apart.
///
/// ```swift
/// let options = ChatOptions(thinkTags: .standard)          // <think>17 * 3 is ...</think>51
/// ```
///
/// The first closing tag ends a thought, also one that is quoted in it (rule D15): a server that tells thoughts apart
/// itself is always the better way. Streams and whole answers are read by the same code (rule D16).
public struct ThinkTags: Sendable, Hashable, Codable {
  /// What opens a thought, and what closes it.
  public struct Pair: Sendable, Hashable, Codable {
    /// What a thought begins with.
    public var open: String
    /// What ends it.
    public var close: String

    /// These two; neither may be empty.
    public init(open: String, close: String) {
      self.open = open
      self.close = close
    }

    /// `<name>` and `</name>`.
    public init(_ name: String) { self.init(open: "<\(name)>", close: "</\(name)>") }
  }

  /// The pairs; of two that begin alike the shorter one counts.
  public var pairs: [Pair]
  /// The answer begins inside a thought: the prompt's template has opened it, so that only the closing tag comes.
  public var startsInside: Bool

  /// These pairs.
  public init(_ pairs: [Pair], startsInside: Bool = false) {
    self.pairs = pairs.filter { !$0.open.isEmpty && !$0.close.isEmpty }
    self.startsInside = startsInside
  }

  /// `<think>`, and the other names that open models use: `<thinking>`, `<thought>`, `<reasoning>`.
  public static let standard = ThinkTags(["think", "thinking", "thought", "reasoning"].map { Pair($0) })
  /// The same, for models whose template opens the thought for them.
  public static let startingInside = ThinkTags(standard.pairs, startsInside: true)
}
