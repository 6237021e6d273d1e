// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What the fields of a response say about another try: whether, and after which wait (rules R5, R6).
struct RetryHint {
  /// The wait; nil without one that is a finite positive time.
  var delay: Duration?
  /// The provider's own word on whether another try makes sense, `x-should-retry`.
  var shouldRetry: Bool?

  /// `date` is now, in seconds since 1970; without it a date says nothing.
  init(fields: HTTPFields, status: Int = 0, date: Int? = nil) {
    switch fields["x-should-retry"]?.lowercased() {
    case "true": shouldRetry = true
    case "false": shouldRetry = false
    default: break
    }
    delay =
      Self.number(fields["retry-after-ms"], unit: 0.001) ?? Self.number(fields["retry-after"], unit: 1)
      ?? Self.until(fields["retry-after"], now: date)
    if delay == nil, status == 429 { delay = Self.reset(fields) }
  }

  private static func number(_ text: String?, unit: Double) -> Duration? {
    guard let text, let number = Double(text.drop(while: \.isWhitespace)) else { return nil }
    return duration(number * unit)
  }

  private static func until(_ text: String?, now: Int?) -> Duration? {
    guard let text, let now, let then = HTTPDate.seconds(text, now: now) else { return nil }
    return duration(Double(then - now))
  }

  /// Beyond a year no client waits, and a Duration must not overflow.
  private static func duration(_ seconds: Double) -> Duration? {
    seconds > 0 && seconds < 31_536_000 ? .seconds(seconds) : nil
  }

  /// When the limit that was hit counts anew: the longest wait of those that have nothing left, as far as they say.
  private static func reset(_ fields: HTTPFields) -> Duration? {
    ["requests", "tokens"].compactMap { kind -> Duration? in
      let remaining = fields["x-ratelimit-remaining-\(kind)"].flatMap { Int($0) }
      guard remaining ?? 0 <= 0, let text = fields["x-ratelimit-reset-\(kind)"] else { return nil }
      return GoDuration.parse(text)
    }.max()
  }
}

/// Times as Go writes them: `6m0s`, `1.5s`, `76ms`.
enum GoDuration {
  /// Nil of anything else, and of what is not positive.
  static func parse(_ text: String) -> Duration? {
    var seconds = 0.0
    var rest = text[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let number = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { !($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(unit.count)
      guard let factor = units[String(unit)] else { return nil }
      seconds += number * factor
    }
    return seconds > 0 && seconds < 31_536_000 ? .seconds(seconds) : nil
  }

  /// In seconds.
  private static let units = [
    "h": 3600.0, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9,
  ]
}
