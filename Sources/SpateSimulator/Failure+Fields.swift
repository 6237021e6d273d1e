// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension Failure {
  /// The fields that say when to try again; `now` in seconds since 1970.
  func headFields(now: Int) -> HTTPFields {
    var fields: HTTPFields = ["Content-Type": contentType]
    switch retryAfter {
    case nil: break
    case .seconds(let seconds)?: fields["Retry-After"] = "\(seconds)"
    case .date(let seconds)?: fields["Retry-After"] = HTTPDate.text(now + min(max(seconds, -1 << 40), 1 << 40))
    case .milliseconds(let milliseconds)?: fields["retry-after-ms"] = "\(milliseconds)"
    case .text(let text)?: fields["Retry-After"] = text
    }
    return fields
  }
}
