// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a line of a head may be.
extension ResponseParser {
  /// What the reader would repair where libcurl has decided about it before.
  static func check(field line: Span<UInt8>) throws(TransportError) {
    // Most names begin with another letter than what is looked for here.
    switch line[0] {
    case UInt8(ascii: "C"), UInt8(ascii: "c"), UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "H"), ...0x20, 0x7F:
      break
    default: return
    }
    guard line[0] != 0x20, line[0] != 0x09 else { throw TransportError(.protocol, "a folded header line") }
    guard !line.starts(with: version) else { throw TransportError(.protocol, "a status line among the fields") }
    let colon = line.firstIndex(of: UInt8(ascii: ":"), from: 0)
    guard colon < line.count else { return }
    var start = 0
    while start < colon, !isVisible(line[start]) { start += 1 }
    var end = start
    while end < colon, isVisible(line[end]) { end += 1 }
    guard isFraming(line.extracting(start..<end)) else { return }
    var isClean = end - start == colon
    for index in colon..<max(colon, line.count - 2) where line[index] < 0x20 && line[index] != 0x09 { isClean = false }
    guard isClean else {
      throw TransportError(.protocol, "a field that frames the body holds a byte that does not belong there")
    }
  }

  private static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F }

  private static func isFraming(_ name: Span<UInt8>) -> Bool {
    switch name.count {
    case 14: name.startsIgnoringCase(with: "content-length")
    case 17: name.startsIgnoringCase(with: "transfer-encoding")
    default: false
    }
  }

  static func isEmpty(_ line: Span<UInt8>) -> Bool { line.count == 1 || line.count == 2 && line[0] == 0x0D }

  /// Whether the line begins as a status line does, as far as it has come.
  static func mayBecomeVersion(_ line: Span<UInt8>) -> Bool {
    version.withUTF8Buffer { letters in
      for index in 0..<min(letters.count, line.count) where line[index] != letters[index] { return false }
      return true
    }
  }

  static let version: StaticString = "HTTP/1."
  static let noHTTP = TransportError(.protocol, "the answer is not HTTP")
}
