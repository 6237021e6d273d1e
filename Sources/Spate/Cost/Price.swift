// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// What a model's tokens cost at a provider, in US dollars per million tokens.
///
/// ```swift
/// prices.set(Price(input: 0.5, cacheRead: 0.05, output: 1.5), provider: "compatible", model: "qwen3")
/// ```
///
/// Thoughts cost what words do. A rate that is nil is not known: an answer with such tokens has no total. Fees by the
/// request, storage of caches, and discounts (batches, other tiers of service) are no part of it.
public struct Price: Sendable, Hashable {
  /// The rates of a request.
  public var rates: Rates
  /// Other rates for the whole of a long request.
  public var longContext: LongContext?
  /// The day on which it was the price, as `2026-11-21`; empty when that is not known.
  public var date: String
  /// Where it is from: the address of a public page.
  public var source: String

  /// US dollars per million tokens of each kind.
  public struct Rates: Sendable, Hashable {
    /// Read anew.
    public var input: Dollars
    /// Read from a cache.
    public var cacheRead: Dollars?
    /// Written to a cache.
    public var cacheWrite: Dollars?
    /// Written to a cache that keeps it for an hour.
    public var longCacheWrite: Dollars?
    /// Words and thoughts.
    public var output: Dollars
    /// Sound heard.
    public var audioInput: Dollars?
    /// Sound made.
    public var audioOutput: Dollars?

    /// These rates.
    public init(
      input: Dollars, cacheRead: Dollars? = nil, cacheWrite: Dollars? = nil, longCacheWrite: Dollars? = nil,
      output: Dollars, audioInput: Dollars? = nil, audioOutput: Dollars? = nil
    ) {
      self.input = input
      self.cacheRead = cacheRead
      self.cacheWrite = cacheWrite
      self.longCacheWrite = longCacheWrite
      self.output = output
      self.audioInput = audioInput
      self.audioOutput = audioOutput
    }

    /// The dearest way to be read: what a request may cost at most.
    var dearestInput: Dollars { [cacheRead, cacheWrite, longCacheWrite].reduce(input) { max($0, $1 ?? $0) } }
  }

  /// The rates of a request that reads more than a number of tokens, cached ones counted in.
  public struct LongContext: Sendable, Hashable {
    /// Up to here the usual rates hold.
    public var threshold: Int
    /// For all of such a request, its output too.
    public var rates: Rates

    /// These rates above this number of tokens.
    public init(above threshold: Int, _ rates: Rates) {
      self.threshold = threshold
      self.rates = rates
    }
  }

  /// A price with these rates per million tokens.
  public init(
    input: Dollars, cacheRead: Dollars? = nil, cacheWrite: Dollars? = nil, longCacheWrite: Dollars? = nil,
    output: Dollars, audioInput: Dollars? = nil, audioOutput: Dollars? = nil, longContext: LongContext? = nil,
    date: String = "", source: String = ""
  ) {
    rates = Rates(
      input: input, cacheRead: cacheRead, cacheWrite: cacheWrite, longCacheWrite: longCacheWrite, output: output,
      audioInput: audioInput, audioOutput: audioOutput)
    self.longContext = longContext
    self.date = date
    self.source = source
  }

  /// The rates of a request that reads so many tokens.
  public func rates(reading input: Int) -> Rates {
    if let longContext, input > longContext.threshold { longContext.rates } else { rates }
  }
}
