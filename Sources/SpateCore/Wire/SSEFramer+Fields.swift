// SPDX-License-Identifier: Apache-2.0

/// The lines of an event that are not its data.
extension SSEFramer {
  /// Handles a line with another field than `data`.
  mutating func other(_ line: Span<UInt8>) -> Item? {
    let colon = line.firstIndex(of: UInt8(ascii: ":"), from: 0)
    if colon == 0 { return .comment }
    let name = line.extracting(0..<colon)
    let value = line.extracting(Self.valueStart(line, colon: colon)..<line.count)
    if name.equals("event") {
      Self.clear(&type)
      type.append(value)
    } else if name.equals("id") {
      if value.firstIndex(of: 0, from: 0) == value.count {
        Self.clear(&idBuffer)
        idBuffer.append(value)
        hasNewID = true
      }
    } else if name.equals("retry") {
      retryMilliseconds = Self.number(value) ?? retryMilliseconds
    } else {
      Self.clear(&unknownLine)
      unknownLine.append(line)
      return .unknownField
    }
    return nil
  }

  /// After the colon, and one space if there is one: never trimmed further (S4, S5).
  static func valueStart(_ line: Span<UInt8>, colon: Int) -> Int {
    guard colon < line.count else { return line.count }
    return colon + 1 < line.count && line[colon + 1] == UInt8(ascii: " ") ? colon + 2 : colon + 1
  }

  /// ASCII digits only; a number beyond `Int` is ignored like any other bad value.
  private static func number(_ digits: Span<UInt8>) -> Int? {
    guard !digits.isEmpty else { return nil }
    var value = 0
    for index in digits.indices {
      let digit = Int(digits[index]) - Int(UInt8(ascii: "0"))
      guard (0...9).contains(digit) else { return nil }
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowsToo) = product.addingReportingOverflow(digit)
      guard !overflows, !overflowsToo else { return nil }
      value = sum
    }
    return value
  }
}
