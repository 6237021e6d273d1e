// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@testable import SpateTransport

/// What zlib made of one text, undone (rule B8).
@Suite struct InflaterTests {
  /// What came, and the class of the error if there was one.
  struct Result: Equatable {
    var text: [UInt8] = []
    var code: TransportError.Code?
  }

  static func inflate(_ pieces: [ArraySlice<UInt8>], isGzip: Bool = true) -> Result {
    let inflater = Inflater(isGzip: isGzip)
    var result = Result()
    for piece in pieces {
      inflater.received += piece.count
      var at = 0
      do throws(TransportError) {
        let demand = try inflater.inflate(piece.span, &at) { bytes in
          bytes.withUnsafeBufferPointer { result.text += $0 }
          return .more
        }
        guard case .more = demand else { break }
      } catch {
        result.code = error.code
        return result
      }
      if at != piece.count { Issue.record("input was left") }
    }
    return result
  }

  /// 700 words.
  static let text: [UInt8] = {
    let words = "stream token answer model chunk event delta the a of to and in provider usage finish reason".split(
      separator: " ")
    var state: UInt32 = 1
    let chosen = (0..<700).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return words[Int(state >> 24) % words.count]
    }
    return Array(chosen.joined(separator: " ").utf8)
  }()

  struct Specimen: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    var isGzip = true
  }

  static let specimens = [
    Specimen(testDescription: "gzip, level 9", bytes: base64(nine)),
    Specimen(testDescription: "gzip, flushed", bytes: base64(flushed)),
    Specimen(testDescription: "zlib", bytes: base64(wrapped), isGzip: false),
    Specimen(testDescription: "bare", bytes: Array(base64(wrapped).dropFirst(2).dropLast(4)), isGzip: false),
    Specimen(testDescription: "fixed codes", bytes: base64(fixed)),
  ]

  @Test(arguments: specimens) func B8_undoesAtEverySplit(specimen: Specimen) {
    let bytes = specimen.bytes
    let expected = specimen.testDescription == "fixed codes" ? Array("aaaa banana banana banana".utf8) : Self.text
    #expect(Self.inflate([bytes[...]], isGzip: specimen.isGzip) == Result(text: expected))
    #expect(Self.inflate(bytes.indices.map { bytes[$0...$0] }, isGzip: specimen.isGzip) == Result(text: expected))
    for cut in bytes.indices {
      let isSame =
        Self.inflate([bytes[..<cut], bytes[cut...]], isGzip: specimen.isGzip) == Result(text: expected)
      #expect(isSame, "cut at \(cut)")
    }
  }

  /// What was flushed is there, whatever is still to come.
  @Test func B8_givesOutWhatIsThere() {
    let result = Self.inflate([Self.base64(Self.flushed).prefix(600)])
    #expect(result.code == nil)
    #expect(result.text.count >= 997 && Self.text.starts(with: result.text))
  }

  /// No input is read beyond its end or taken for another text: it is the text, its beginning, or an error.
  @Test(arguments: specimens) func P5_anyOneWrongByteIsAnErrorOrACut(specimen: Specimen) {
    for index in specimen.bytes.indices {
      for change: UInt8 in [0xFF, 0x01, 0x80] {
        var bytes = specimen.bytes
        bytes[index] ^= change
        let result = Self.inflate([bytes[...]], isGzip: specimen.isGzip)
        #expect(result.code == nil || result.code == .protocol || result.code == .limit)
      }
    }
  }

  /// A body whose compression is cut is not whole, whatever its framing says.
  @Test(arguments: specimens) func P2_onlyTheEndOfTheCompressionIsAnEnd(specimen: Specimen) throws {
    for count in 0...specimen.bytes.count {
      let inflater = Inflater(isGzip: specimen.isGzip)
      inflater.received = count
      var at = 0
      let bytes = Array(specimen.bytes.prefix(count))
      _ = try inflater.inflate(bytes.span, &at) { _ in .more }
      #expect(inflater.isComplete == (count == 0 || count == specimen.bytes.count), "\(count) bytes")
    }
  }

  /// A pause counts wherever it comes.
  @Test func aPauseAtTheFirstByteIsKept() throws {
    let inflater = Inflater(isGzip: false)
    let bytes: [UInt8] = Array(Self.base64(Self.wrapped).dropFirst(2).dropLast(4))
    inflater.received = bytes.count
    var (at, text, pauses) = (0, [UInt8](), 0)
    while case .pause = try inflater.inflate(
      bytes.span, &at,
      { piece in
        text.append(piece)
        return .pause
      })
    { pauses += 1 }
    #expect(pauses > 0 && text == Self.text)
  }

  @Test func aWrongSumIsAnError() {
    var bytes = Self.base64(Self.nine)
    bytes[bytes.count - 5] ^= 1
    #expect(Self.inflate([bytes[...]]).code == .protocol)
    bytes[bytes.count - 5] ^= 1
    bytes[bytes.count - 1] ^= 1
    #expect(Self.inflate([bytes[...]]).code == .protocol)
    bytes[bytes.count - 1] ^= 1
    #expect(Self.inflate([bytes[...], [0]]).code == .protocol)
    var wrapped = Self.base64(Self.wrapped)
    wrapped[wrapped.count - 1] ^= 1
    #expect(Self.inflate([wrapped[...]], isGzip: false).code == .protocol)
  }

  @Test(arguments: [[1, 0], [0x1F, 0x8B, 7, 0], [0x1F, 0x8B, 8, 0xE0], Array("ab".utf8)]) func whatIsNoGzipIsAnError(
    bytes: [UInt8]
  ) {
    #expect(Self.inflate([bytes[...]]).code == .protocol)
  }

  static func base64(_ text: String) -> [UInt8] {
    var bits = 0
    var count = 0
    var bytes: [UInt8] = []
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    for letter in text.utf8 {
      guard let value = alphabet.firstIndex(of: letter) else { break }
      bits = bits << 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      bits &= 1 << count - 1
    }
    return bytes
  }

  static let nine =
    "H4sIAAAAAAACA31XCXLbMAz8ir/GqeVak0bqWE76/RJaENiF2E4cR+KBc7FA9sdtf9zeu33WzZ7bdr/dl1/vdvvx/No+bOP3a/9e"
    + "78vL1x/rth5P2+jHY++1tGPfxibuHu+++ukvp56PZbtcMY2x1o3w5eV72d5DhJ3xxzj6dbSfi2ryq597t9REvZ/LeRWyusX+0JfP"
    + "333Y27bjT1oEmTjb+g/8DsUmESpEn8vAi+yHE+cB0+wrCAgcibDaUg+WH+FcQGjfi4iajxrUYfXInm2awa583caTOYbD+Bbfzxvn"
    + "9yST4rV5k3cAinwPszxE7iu+7WocqNmlYPnjCFAopD0ITHs5g4hBt8zPBq4N7RYQBh8OI+jNDrmX+6kN62l9lyDBg9CLXThTYhFx"
    + "qp5jO6zsH/YpjuEVFrkIaAtsncnOC1GAOBaOUYl54hR7Hnf/U8wUlY4AWQO9KNQkOFCiTg/Qsr141kL3HGRCgFlCCqR7sUMElDAQ"
    + "e5zwkbIsRJPSTAXDRnDlLyXlnIRSqpAppJckiMqN6qWiyOrDk4K4Lg5WcLG16hqpBKu00Qsaw1k9VcYrQcsSLV3DTg0YDGbmDIcE"
    + "YL/5slsXCVNUrkOmv3OYSxBSfvqV5QtlGQ0Gi5SrQ0qOxWUnAQZ4wrm4mcTskhXiEflBruInoX0tLVP4KSgnq5xKSKpG2H0WrOBT"
    + "17AO973hMhzWmk9b5FqHeUrXxZIsYTHA3UzvmZyZ4kYvFAT+DxQxPgiR1dKRzJOTJ3d52TBHesAq20v5+2YEAvcpoRBVmIlhdva0"
    + "eJRI+Z9ocgSADOIE9pw0O8wpm6A44uZLTExBb2rSWeaMAZQQGci0MTqsRks6SzoCNmw5McmsluNgCWnOuDnstZyc8l7pf0HPMcaF"
    + "Su1tBORw+V9zzty2NIwngUE2RMyjh6BUmRl51gPbXhhk1nWv3kr5JAVHvCZTyrRBSRdkWMu2+NjVpMLk8cnwGhzo5/GemQa9JiSl"
    + "b+UMwPAP3uNENGpvOti4yakix1YZlrsZ5V+OcExbh4wQbT4haosr8xMTgURXWDuauOTR+8BzTF7Cr6pu3S5d7X4ZQpTu91nfdxVK"
    + "/U06jvynQpGCnL/4AoOM8A4AAA=="
  static let flushed =
    "H4sIAAAAAAAAA2xSARLCIAz7yr7GOeY4FbyB+n0bUgpMz8lBm7ZJIG1L2paS8IWIvYvrsvp7cctlf8UbEs8jvcPqD41vIYa8IyFw"
    + "yx3e5RRbkrW5SPShhzrn5uNPCSZaTEho2L99LK0FMLo16Cu7q58naekjCVO0KruvpewljHUj4fpPja+L+dMZsSexTn7UbYPRkSOm"
    + "edqDhylvIioAkzVCQyjEbEVIzFLIeBdsKjlzFBpnUxvrdntIgrAOD7HtIIxgrpP2WlHXPzc5qYaaXsNH0c9GSy1SrVxRaoDz7Q5m"
    + "6bYZZAOHHBt2vuMN0gNhplh713jtMGR8fATTdAeQqkx1GuOdvXSYzGPTH17EnLwwn87KmTaW8o2aDMYjGWkLTrO3VS9bCr4AAAD/"
    + "/1xTi24DIQz7lfwa2tEd6grTQbvfX8BOgJNaSNJg5+GWTzriJeUhrTxjlncN31Fe5Yg/GpHarhheEvIhX+c7PyVYSBNakEfKqZ52"
    + "/V4FcHgPrAVCAbfYYFXI+Im58Qy5/ikC8kACNPCjSoDNemETVY9asrQzdgImqBPGM5baA0DvllYBCJDgDc6U+SE68rzTCQ+0TpGW"
    + "39kOhwcHjXqKG1qt28gBJhtCSMHpdyp8ByqvXgrX55aj6mNt9Rbk3A3W47a4hVIrVCf0ezBjrhu/yYSuKWkbGlfpQ7OdjCyTwUFr"
    + "3bAjjIV1/hFmdb6wXZXJMOmvY74NYeLPvkxOJpE5jVUssE0jkNSW5o+76M+4CXzK+dYmS5jq2yXukx9/LQXe+pxq/wcAAP//fFVB"
    + "EsQgCHtrj1687f9XTICE6fRUxwpCSGJDIAXWcYyII0WxIiFTDfcHgQSs7CJvWNn+2srMxMLnGZuqdZSn63PMK2kJWwFss7vHOdU1"
    + "LnqY3hj4RQqEre1GNqVjk5cmr3dRNuqRBIzZKsDkz58FBOJloEg1nElpFiPupSHFz9quqEjbIL7QXocWh3VkLywu3LilxlT25iVd"
    + "mSsHICEpUG2D4nocLXtZuhG4YWY/oeSEunRkG5AWV64ykkepRYkb71/ZMwo+99WV/rYJkatl7srrNUD+/QEAAP//ZFMLrsMgDLtK"
    + "roZe2SvaBlNh2/WXYAPNJrWo+dpOaA3/US4pp7pLyJvcyxZv8rc/81X0qwWeIdd3PBi2RHvLRVK283GUV9o0jsIel1bsia+Ym9R2"
    + "xHCXtkf1XWMeDj1qmRZBLGt2NIP8FIgZgxXrntVUgNssBDABYCAPpS7sNCrMAmSCCgldFgQSF4grHzYNyNfg0F4IwzjImDxQQWec"
    + "OtXzIgZbzNVFQHlBoOtY0ByG0gD49Exhto3pHUgcCFF+1ttB/e5cPxpuumujpas+367J34r7JdE3rEmeejI1fQM7uT4EjL6PUyNM"
    + "ihAsGD8CZ+yu6tcoAvt8AAAA//8DAPgCg4zwDgAA"
  static let wrapped =
    "eJx9Vwly2zAM/Iq/xqnlWpNG6thO+v0SXBDYhdlOHEfigXOxQM7b5bxdXqd99sOe23G9XLdfr3b5cf86Pmzj9+P83q/bw9dv+7E/"
    + "77bRj8feY2vP85ibuPt89dVPfxl6Prbj7YppjLVuhC9v39vxmiLsjD/G0a9n+7mpJr/6eXZLTdTrvo2rkNUt9oe+PH7PaW87nn/S"
    + "IsjE2dZ/4HcoNolQIfpcBl5kP5wYB0yzryAgcCTCaks9WH6EcwGhfS8iaj5qUKfVM3u2aQa78v2YT+YYDuNbfB83xvcik+K1eZN3"
    + "AIp8D7M8RO4rvu1qHKjZpWD54wxQKKQ9CEx7OYOIQbfMzwauDe0WEAYfDiPozQ65l+fQhvW0vkuQ4EHom104U2IRcaqeYzus7B/2"
    + "KY7hFRa5CGgLbI1k54UoQBwLx6jEPHGKPY+7/ylmikpHgKyBXhRqEhwoUacnaNlePGuhew4yIcAsIQXSvdghAkoYiD1O+EhZFqJJ"
    + "aaaCYSO48peSck5CKVXIFNJLEkTlRvVSUWT14UlBXBcnK7jYWnWNVIJV2uwFjeGsnirjlaBliZauYacmDCYzc4ZDArDffNmti4Qp"
    + "Kvcp0985zCUIKT/9yvKFsowGg0XK1SElx+KykwADPOFc3ExidskK8Yj8JFfxk9C+l5Yp/BSUk1VOJSRVI+y+ClbwqWvYp/vecBkO"
    + "e82nLXKtwzyl62JJlrAY4G6m90zOTHGzFwoC/weKGB+EyGrpSObJycFdXjbMkR6wyvZS/r4ZgcB9SihEFWZimI2eFo8SKf8TTY4A"
    + "kEFcwJ6TZoc5ZQsUR9x8iYkp6E1NGmXOGEAJkYFMG7PDarSks6QjYMMpvV+VWS3HwRLSnHFz2Au+a3Sv9L+g5xjjQqX2NgJyuPyv"
    + "OWdtWxrGk8AkGyLm2UNQqsyMPOuBbd8YZNV1372V8kkKjngtppRlg5IuyLCWbfGxq0mFyeOL4TU40M/jPTMNek1ISt/KGYDhH7zH"
    + "iWjU3nSwcZNTRY6tMix3M8q/HOGYtg4ZIdp6QtQWV+YnJgKJrrB2NHHJo/eB+5y8hF9V3V4Vi7u65XR/XhZ931Uo9TfpOPKfCkUK"
    + "cv4C1ft6Sw=="
  static let fixed =
    "H4sIAAAAAAACA0tMTExUSErMA0JUCgBT+q0oGQAAAA=="
}
