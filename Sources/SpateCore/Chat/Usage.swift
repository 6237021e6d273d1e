// SPDX-License-Identifier: Apache-2.0

/// Tokens of one answer. Absent is not zero: a count that the provider did not report is nil.
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
  /// What it cost, as the provider reports it, in its currency: US dollars at OpenRouter.
  public var reportedCost: Double?
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
    /// Words of the answer.
    public var textOutput: Int?
    /// Thoughts.
    public var reasoningOutput: Int?
    /// Sound heard.
    public var audioInput: Int?
    /// Sound made.
    public var audioOutput: Int?

    /// Nothing known.
    public init() {}
  }

  /// Nothing known yet.
  public init(
    input: Int? = nil, output: Int? = nil, cachedInput: Int? = nil, cacheWrite: Int? = nil, reasoning: Int? = nil,
    buckets: Buckets = Buckets(), reportedCost: Double? = nil, native: JSONValue? = nil
  ) {
    self.input = input
    self.output = output
    self.cachedInput = cachedInput
    self.cacheWrite = cacheWrite
    self.reasoning = reasoning
    self.buckets = buckets
    self.reportedCost = reportedCost
    self.native = native
  }
}
