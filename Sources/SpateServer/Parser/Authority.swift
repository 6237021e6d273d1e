// SPDX-License-Identifier: Apache-2.0

/// Checks of request targets and hosts.
enum Authority {
  /// Whether `bytes` are a host with an optional port: a name, an IPv4 or a bracketed IPv6 address. Stricter than
  /// RFC 3986: no user, no sub-delimiters, because nothing honest sends them to a local server.
  static func isValid(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count > 0 else { return false }
    var index = 0
    if bytes[0] == UInt8(ascii: "[") {
      guard let end = bytes.firstIndex(of: UInt8(ascii: "]")), end > 1 else { return false }
      for inner in 1..<end {
        let byte = bytes[inner]
        guard byte.hexValue != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") else { return false }
      }
      index = end + 1
    } else {
      while index < bytes.count, isName(bytes[index]) { index += 1 }
      guard index > 0 else { return false }
    }
    guard index < bytes.count else { return true }
    guard bytes[index] == UInt8(ascii: ":"), bytes.count - index <= 6 else { return false }
    for digit in (index + 1)..<bytes.count where !bytes[digit].isDigit { return false }
    return true
  }

  /// The range of the authority when `target` is a well-formed absolute-form of `http` or `https`.
  static func range(inAbsolute target: Span<UInt8>) -> Range<Int>? {
    guard let colon = target.firstIndex(of: UInt8(ascii: ":")), colon + 3 <= target.count,
      target[colon + 1] == UInt8(ascii: "/"), target[colon + 2] == UInt8(ascii: "/")
    else { return nil }
    let scheme = target.extracting(0..<colon)
    guard scheme.isWord("http") || scheme.isWord("https") else { return nil }
    var end = colon + 3
    while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") { end += 1 }
    let range = (colon + 3)..<end
    guard isValid(target.extracting(range)) else { return nil }
    return range
  }

  /// Whether every byte may stand in a target and every percent sign starts an escape.
  static func isTarget(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%") {
        guard index + 2 < bytes.count, bytes[index + 1].hexValue != nil, bytes[index + 2].hexValue != nil else {
          return false
        }
        index += 3
      } else if byte.isTarget {
        index += 1
      } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") {
        // In an authority they bracket an address; in a query clients send them as they are.
        index += 1
      } else {
        return false
      }
    }
    return true
  }

  private static func isName(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_")
  }
}
