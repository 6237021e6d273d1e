// SPDX-License-Identifier: Apache-2.0

/// What names and values may be, and which names are the same.
extension HTTPFields {
  /// Whether `name` is a token (RFC 9110, 5.1).
  public static func isValid(name: String) -> Bool {
    var name = name
    return name.withUTF8 { unsafe isValid(name: $0.span) }
  }

  /// The same, of bytes.
  package static func isValid(name: Span<UInt8>) -> Bool {
    !name.isEmpty && tokenEnd(in: name, from: 0) == name.count
  }

  /// Where the bytes from `start` on that may stand in a name end.
  static func tokenEnd(in bytes: Span<UInt8>, from start: Int) -> Int {
    // Nearly all are letters, digits and hyphens: those are looked at eight at a time.
    var end = bytes.firstOutsideWord(from: start)
    while end < bytes.count, isToken(bytes[end]) { end += 1 }
    return end
  }

  /// Whether the byte may stand in a name (RFC 9110, 5.6.2): a bit for each of the first 128, so that a head costs a few
  /// instructions a byte.
  @inlinable package static func isToken(_ byte: UInt8) -> Bool {
    let bits: UInt64 = byte & 0x40 == 0 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
    return (bits &>> UInt64(byte & 0x3F)) & UInt64(~byte &>> 7) == 1
  }

  /// Whether `value` holds no control byte but the tab: a line end in a value would forge a header (trust.md S14).
  public static func isValid(value: String) -> Bool {
    var value = value
    return value.withUTF8 { unsafe isValid(value: $0.span) }
  }

  /// The same, of bytes.
  package static func isValid(value: Span<UInt8>) -> Bool {
    var at = value.firstControl(from: 0)
    while at < value.count, value[at] == 0x09 { at = value.firstControl(from: at + 1) }
    return at == value.count
  }

  /// Whether two names are the same, letter case apart (RFC 9110, 5.1).
  package static func areSame(_ a: String, _ b: String) -> Bool {
    guard a.utf8.count == b.utf8.count else { return false }
    var (a, b) = (a, b)
    return a.withUTF8 { a in b.withUTF8 { b in unsafe areSame(a.span, b.span) } }
  }

  /// The same, of bytes.
  package static func areSame(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool { a.equalsIgnoringCase(b) }
}
