// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import Testing

/// Strings are scanned eight bytes at a time: every byte at every place of such a step, and at every distance from the
/// end of the text.
@Suite struct JSONStringScanTests {
  /// What the scanner says of the string at hand.
  private struct Scanned: Equatable {
    var start: Int
    var end: Int
    var isASCII: Bool
    var isEscaped: Bool
    var hasIllFormedText: Bool
  }

  private func scan(_ text: [UInt8]) -> (Scanned?, WireError?) {
    do throws(WireError) {
      let scanned = try JSONScanner.scan(text.span) { (json) throws(WireError) -> Scanned? in
        guard let slice = json.string() else { return nil }
        return Scanned(
          start: slice.start, end: slice.end, isASCII: slice.isASCII, isEscaped: slice.isEscaped,
          hasIllFormedText: json.hasIllFormedText)
      }
      return (scanned, nil)
    } catch { return (nil, error) }
  }

  private let quote = UInt8(ascii: "\"")

  @Test(arguments: [0, 1, 6, 7, 8, 9, 17]) func P1_everyByteAtEveryPlace(_ rest: Int) {
    for byte in UInt8.min...UInt8.max {
      for place in 0..<18 {
        let body = Array(repeating: UInt8(ascii: "a"), count: place) + [byte] + Array(repeating: 0x62, count: rest)
        let (scanned, error) = scan([quote] + body + [quote])
        var expected: Scanned? = Scanned(
          start: 1, end: body.count + 1, isASCII: byte < 0x80, isEscaped: false, hasIllFormedText: byte >= 0x80)
        var expectedError: WireError?
        switch byte {
        case 0..<0x20:
          (expected, expectedError) = (nil, .malformed(.controlCharacter, offset: place + 1))
        case quote:
          (expected, expectedError) = (nil, .malformed(.trailingBytes, offset: place + 2))
        case UInt8(ascii: "\\"):
          // Before the b it is an escape, before the quote it takes the end away.
          expected?.isEscaped = true
          if rest == 0 { (expected, expectedError) = (nil, .malformed(.unexpectedEnd, offset: body.count + 2)) }
        default: break
        }
        let isSame = scanned == expected && error == expectedError
        #expect(isSame, "byte \(byte) at \(place), \(rest) behind it")
      }
    }
  }

  /// A quote behind a byte that is looked for too, or that only borrows from it.
  @Test func P1_neighboursDoNotHideEachOther() {
    for first in UInt8(0x20)...0xFF where first != quote && first != UInt8(ascii: "\\") {
      for place in 0..<9 {
        let text = [quote] + Array(repeating: first, count: place) + [quote]
        let (scanned, error) = scan(text)
        #expect(scanned?.end == place + 1 && error == nil, "\(place) of byte \(first)")
      }
    }
  }
}
