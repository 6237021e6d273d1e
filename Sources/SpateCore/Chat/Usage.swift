// SPDX-License-Identifier: Apache-2.0

/// Tokens of one answer. Absent is not zero: a count that the provider did not report is nil.
///
/// All counts are the provider's last report, except ``estimatedOutput``, which is Spate's own and says so.
public struct Usage: Sendable, Hashable, Codable {
  /// Tokens read, as the provider reports them: some count cached ones in, some do not.
  public var input: Int?
  /// Tokens written, as the provider reports them: most count reasoning in, some do not.
  public var output: Int?
  /// Tokens read from a cache.
  public var cachedInput: Int?
  /// Tokens written to a cache.
  public var cacheWrite: Int?
  /// Tokens thought.
  public var reasoning: Int?
  /// The same tokens counted once each (rule U2).
  public var buckets: Buckets
  /// What the provider charges for, where it reports that apart from what was read and written: Cohere.
  public var billed: Buckets?
  /// What it cost, as the provider reports it, in US dollars.
  public var reportedCost: Double?
  /// About how many tokens came that no report counts, when an answer ended without its last report: cut, cancelled,
  /// failed, or by a provider that reports nothing. Nil when the reports count all that came.
  ///
  /// It is no number of the provider's, and none of the other fields has it in: a quarter of the UTF-8 bytes of words,
  /// thoughts, refusals and arguments of calls since the last report, rounded up. English text is near that; other
  /// scripts, code and hidden thoughts are not. What was read is never estimated.
  public var estimatedOutput: Int?
  /// The provider's own report.
  public var native: JSONValue?

  /// Disjoint counts: their sum is every token, each priced by itself.
  public struct Buckets: Sendable, Hashable, Codable {
    /// Read, without cached and audio ones.
    public var uncachedInput: Int?
    /// Read from a cache.
    public var cacheRead: Int?
    /// Written to a cache.
    public var cacheWrite: Int?
    /// Written to a cache that keeps them for an hour, where that is told apart: Anthropic.
    public var longCacheWrite: Int?
    /// Words of the answer.
    public var textOutput: Int?
    /// Thoughts.
    public var reasoningOutput: Int?
    /// Sound heard.
    public var audioInput: Int?
    /// Sound made.
    public var audioOutput: Int?

    /// Nothing known.
    @inlinable public init() {}

    /// All that was read, as far as it is known; nil when nothing is.
    public var allInput: Int? { Self.sum([uncachedInput, cacheRead, cacheWrite, longCacheWrite, audioInput]) }
    /// All that was written, as far as it is known; nil when nothing is.
    public var allOutput: Int? { Self.sum([textOutput, reasoningOutput, audioOutput]) }

    private static func sum(_ counts: [Int?]) -> Int? {
      let known = counts.compactMap(\.self)
      // Clamped: callers may set any number.
      return known.isEmpty
        ? nil
        : known.reduce(0) { all, count in
          let (sum, isOver) = all.addingReportingOverflow(count)
          return isOver ? .max : sum
        }
    }
  }

  /// Whether some of it is Spate's estimate, no report of the provider's.
  public var isEstimate: Bool { estimatedOutput != nil }

  /// Whether the provider reported anything.
  public var isReported: Bool { input != nil || output != nil || reportedCost != nil || native != nil }

  /// Nothing known yet.
  @inlinable public init(
    input: Int? = nil, output: Int? = nil, cachedInput: Int? = nil, cacheWrite: Int? = nil, reasoning: Int? = nil,
    buckets: Buckets = Buckets(), reportedCost: Double? = nil, native: JSONValue? = nil, estimatedOutput: Int? = nil
  ) {
    self.input = input
    self.output = output
    self.cachedInput = cachedInput
    self.cacheWrite = cacheWrite
    self.reasoning = reasoning
    self.buckets = buckets
    self.reportedCost = reportedCost
    self.native = native
    self.estimatedOutput = estimatedOutput
  }
}

/// How many tokens a text may have, where nothing says it.
package enum TokenEstimate {
  /// A quarter of the bytes, rounded up: near for English, and never claimed to be exact.
  package static func tokens(ofBytes count: Int) -> Int { count / 4 + (count % 4 == 0 ? 0 : 1) }
}
