// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The length that a message says its body has.
enum ContentLength {
  /// Nil where it says none.
  ///
  /// Two lengths that differ let two readers of one connection see different bodies (request smuggling). Equal ones may be
  /// repeated, or joined by commas (RFC 9110, 8.6).
  static func of(_ fields: HTTPFields) throws(TransportError) -> Int? {
    var length: Int?
    try fields.forEachValue(of: "content-length") { (value) throws(TransportError) in
      var start = 0
      repeat {
        let end = value.firstIndex(of: UInt8(ascii: ","), from: start)
        let next = try number(value.extracting(start..<end))
        guard length == nil || length == next else {
          throw TransportError(.protocol, "two different Content-Lengths")
        }
        length = next
        start = end + 1
      } while start <= value.count
    }
    return length
  }

  /// Digits, with blanks around them.
  private static func number(_ text: Span<UInt8>) throws(TransportError) -> Int {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    var (start, end) = (0, text.count)
    while start < end, isBlank(text[start]) { start += 1 }
    while start < end, isBlank(text[end - 1]) { end -= 1 }
    var number = 0
    for index in start..<end {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit < 10 else { throw TransportError(.protocol, "a Content-Length that is no number") }
      let (tenfold, isLong) = number.multipliedReportingOverflow(by: 10)
      let (sum, isLonger) = tenfold.addingReportingOverflow(Int(digit))
      guard !isLong, !isLonger else { throw TransportError(.limit, "the answer is too large") }
      number = sum
    }
    guard start < end else { throw TransportError(.protocol, "a Content-Length that is no number") }
    return number
  }
}
