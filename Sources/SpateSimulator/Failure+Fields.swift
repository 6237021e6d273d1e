// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension Failure {
  /// The fields that say when to try again; `now` in seconds since 1970.
  func fields(now: Int) -> HTTPFields {
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

/// Dates of HTTP header fields (RFC 9110, 5.6.7).
enum HTTPDate {
  /// `Sun, 06 Nov 1994 08:49:37 GMT` for the seconds since 1970.
  static func text(_ seconds: Int) -> String {
    let days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
    let rest = seconds - days * 86_400
    // Howard Hinnant's civil_from_days: years that begin in March, in eras of 400 years.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][((days % 7) + 7) % 7]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let time = "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    return "\(weekday), \(two(day)) \(months[month - 1]) \(year) \(time) GMT"
  }
}
