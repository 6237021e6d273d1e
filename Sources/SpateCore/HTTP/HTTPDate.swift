// SPDX-License-Identifier: Apache-2.0

/// Dates of HTTP header fields (RFC 9110, 5.6.7).
package enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// `Sun, 06 Nov 1994 08:49:37 GMT` for the seconds since 1970.
  package static func text(_ seconds: Int) -> String {
    let time = CivilTime(seconds: seconds)
    let days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][((days % 7) + 7) % 7]
    func two(_ number: Int) -> String { CivilTime.two(number) }
    return "\(weekday), \(two(time.day)) \(months[time.month - 1]) \(time.year) "
      + "\(two(time.hour)):\(two(time.minute)):\(two(time.second)) GMT"
  }

  /// The seconds since 1970 of a date in any of the three forms that a recipient has to take; nil of anything else.
  /// `now`, in the same seconds, says which century a year of two digits is in.
  package static func seconds(_ text: String, now: Int) -> Int? {
    // `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`
    var words = text.split { $0 == " " || $0 == "," || $0 == "-" }
    guard words.count >= 5, words.count <= 6 else { return nil }
    if words.count == 6, words.removeLast() != "GMT" { return nil }
    // The last form has the month first and the year last.
    if words[4].contains(":") == false { words = [words[0], words[2], words[1], words[4], words[3]] }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard let month = months.firstIndex(of: String(words[2])), let day = number(words[1]), var year = number(words[3]),
      clock.count == 3, let hour = number(clock[0]), let minute = number(clock[1]), let second = number(clock[2])
    else { return nil }
    if words[3].count == 2 {
      let thisYear = CivilTime(seconds: now).year
      year += thisYear / 100 * 100
      // More than 50 years ahead is the past.
      if year > thisYear + 50 { year -= 100 }
    }
    return CivilTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)?.seconds
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...4).contains(text.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int(text)
  }
}
