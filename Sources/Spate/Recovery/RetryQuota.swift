// SPDX-License-Identifier: Apache-2.0

/// How many retries the calls to one origin may still make: a bucket of tokens, which retries take and first tries that
/// succeed fill (trust.md 1.3). So a provider that is down gets hardly more requests than calls.
struct RetryQuota: Sendable, Hashable {
  private(set) var tokens = Self.size

  static let size = 100
  /// What the first try that succeeds gives back.
  static let gain = 1

  /// Takes what a retry costs; false when there is not enough. After a timeout it costs more: the provider may have done
  /// the work.
  mutating func take(afterTimeout: Bool) -> Bool {
    let price = afterTimeout ? 10 : 5
    guard tokens >= price else { return false }
    tokens -= price
    return true
  }

  /// A first try succeeded.
  mutating func succeed() { tokens = min(tokens + Self.gain, Self.size) }
}
