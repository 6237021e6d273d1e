// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// How long a response asks to wait, in milliseconds or seconds (rule R5; dates come with the recovery issue).
struct RetryHint {
  /// The wait; nil without one that is a finite positive number.
  var delay: Duration?

  init(fields: HTTPFields) {
    let hints = [
      fields["retry-after-ms"].flatMap { Double($0) }.map { $0 / 1000 }, fields["retry-after"].flatMap { Double($0) },
    ]
    // Beyond a year no client waits, and a Duration must not overflow.
    guard let wait = hints.lazy.compactMap(\.self).first(where: { $0 > 0 && $0 < 31_536_000 }) else { return }
    delay = .seconds(wait)
  }
}
