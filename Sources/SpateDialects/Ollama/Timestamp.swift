// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Times as Ollama writes them: `2025-08-20T13:48:24.316155Z`, or with another zone than UTC.
enum Timestamp {
  /// The whole seconds since 1970; nil for what is no time.
  static func seconds(of text: String) -> Int? {
    let bytes = Array(text.utf8)
    func number(_ start: Int, _ count: Int) -> Int? {
      guard start + count <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[start..<start + count] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      return value
    }
    guard bytes.count >= 20, bytes.count <= 40, let year = number(0, 4), let month = number(5, 2),
      let day = number(8, 2), let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
      let local = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)?.seconds
    else { return nil }
    let zone = bytes[19...].drop { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    switch zone.first {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"): return local
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard let hours = number(zone.startIndex + 1, 2), let minutes = number(zone.startIndex + 4, 2) else { return nil }
      let offset = hours * 3600 + minutes * 60
      return zone.first == UInt8(ascii: "+") ? local - offset : local + offset
    default: return nil
    }
  }
}
