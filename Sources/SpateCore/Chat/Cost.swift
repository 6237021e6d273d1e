// SPDX-License-Identifier: Apache-2.0

/// What an answer cost, in US dollars.
///
/// ```swift
/// if let total = response.cost?.total { print("\(total)\(response.cost?.isEstimate == true ? ", about" : "")") }
/// ```
///
/// Only what is known is summed: without a price or a count of some part there is no ``total``.
public struct Cost: Sendable, Hashable {
  /// All of it; nil when some part of it is not known. Never the sum of the other parts.
  public var total: Dollars?
  /// What is known of its parts; empty where the provider reports one sum only.
  public var parts = Parts()
  /// Who says so.
  public var source: Source
  /// Whether tokens went into it that no report of the provider's counts (``Usage/estimatedOutput``).
  public var isEstimate: Bool

  /// A cost with these parts.
  public init(total: Dollars?, parts: Parts = Parts(), source: Source, isEstimate: Bool = false) {
    self.total = total
    self.parts = parts
    self.source = source
    self.isEstimate = isEstimate
  }

  /// Who says what it cost.
  @nonexhaustive public enum Source: Sendable, Hashable {
    /// The provider, in its own report.
    case provider
    /// A price table, whose price is of this day: `2026-11-21`.
    case table(date: String)
  }

  /// What each of ``Usage/Buckets`` cost; nil where its count or its price is not known, or there is none.
  public struct Parts: Sendable, Hashable {
    /// Read, without cached and audio tokens.
    public var uncachedInput: Dollars?
    /// Read from a cache.
    public var cacheRead: Dollars?
    /// Written to a cache.
    public var cacheWrite: Dollars?
    /// Written to a cache that keeps it for an hour.
    public var longCacheWrite: Dollars?
    /// Words of the answer; what was estimated is in it.
    public var textOutput: Dollars?
    /// Thoughts.
    public var reasoningOutput: Dollars?
    /// Sound heard.
    public var audioInput: Dollars?
    /// Sound made.
    public var audioOutput: Dollars?

    /// Nothing known.
    public init() {}

    /// All that is known; at the limit of ``Dollars`` it stays there.
    public var sum: Dollars {
      [
        uncachedInput, cacheRead, cacheWrite, longCacheWrite, textOutput, reasoningOutput, audioInput, audioOutput,
      ].reduce(.zero) { $0 + ($1 ?? .zero) }
    }
  }
}
