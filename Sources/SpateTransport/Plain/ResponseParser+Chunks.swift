// SPDX-License-Identifier: Apache-2.0

/// What stands around the content of chunks (RFC 9112, 7.1).
extension ResponseParser {
  /// Takes what stands between the content of two chunks where all of it is here and nothing but a size, as nearly always.
  /// False, and nothing is changed, otherwise.
  mutating func takePlainFraming(_ bytes: Span<UInt8>, _ at: inout Int) -> Bool {
    var next = at
    if case .contentReturn = phase {
      guard bytes.count - next > 2, bytes[next] == 0x0D, bytes[next + 1] == 0x0A else { return false }
      next += 2
    } else {
      guard case .size = phase, digits == 0 else { return false }
    }
    let start = next
    var size = 0
    // One digit fewer than fit: no overflow.
    while next < min(start + 15, bytes.count), let digit = Self.hexValue(bytes[next]) {
      size = size << 4 | digit
      next += 1
    }
    guard next > start, bytes.count - next >= 2, bytes[next] == 0x0D, bytes[next + 1] == 0x0A else { return false }
    left = size
    at = next + 2
    phase = size == 0 ? .trailers : .content
    return true
  }

  /// Takes one byte of what is around the content of chunks.
  mutating func take(framing byte: UInt8) throws(TransportError) {
    switch phase {
    case .size:
      if let digit = Self.hexValue(byte) {
        guard digits < 16, left <= Int.max >> 4 else { throw Self.badChunk }
        left = left << 4 | digit
        digits += 1
      } else {
        guard digits > 0 else { throw Self.badChunk }
        try endSize(byte)
      }
    case .blanks: try endSize(byte)
    case .extras:
      extras += 1
      guard extras <= Self.extensionLimit else { throw TransportError(.limit, "a chunk's extension is too long") }
      guard byte != 0x0A, byte != 0 else { throw Self.badChunk }
      if byte == 0x0D { phase = .sizeEnd }
    case .sizeEnd:
      guard byte == 0x0A else { throw Self.badChunk }
      (digits, extras) = (0, 0)
      phase = left == 0 ? .trailers : .content
    case .contentReturn:
      guard byte == 0x0D else { throw Self.badChunk }
      phase = .contentEnd
    case .contentEnd:
      guard byte == 0x0A else { throw Self.badChunk }
      phase = .size
    default: break
    }
  }

  /// Takes the byte after the digits of a size, or after blanks behind them.
  private mutating func endSize(_ byte: UInt8) throws(TransportError) {
    switch byte {
    case 0x0D: phase = .sizeEnd
    case UInt8(ascii: ";"): phase = .extras
    case 0x20, 0x09:
      extras += 1
      guard extras <= Self.extensionLimit else { throw TransportError(.limit, "a chunk's extension is too long") }
      phase = .blanks
    default: throw Self.badChunk
    }
  }

  /// The class that libcurl gives it: see docs/decisions/0005.
  private static let badChunk = TransportError(.truncated, "a chunk of the body has no proper size")

  private static func hexValue(_ byte: UInt8) -> Int? {
    let digit = byte &- UInt8(ascii: "0")
    if digit < 10 { return Int(digit) }
    let letter = (byte | 0x20) &- UInt8(ascii: "a")
    return letter < 6 ? Int(letter) + 10 : nil
  }
}
