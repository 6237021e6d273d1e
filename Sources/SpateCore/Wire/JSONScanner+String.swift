// SPDX-License-Identifier: Apache-2.0

extension JSONScanner {
  /// Validates the string at the position, which must be at its opening quote, and goes past it.
  ///
  /// Eight bytes at a time: the lowest hit of each mask is exact (borrows only reach bytes above a true hit), so the
  /// lowest hit of all of them is.
  @usableFromInline mutating func scanString() -> JSONSlice {
    position += 1
    var slice = JSONSlice(start: position, end: position, isEscaped: false)
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var seen: UInt64 = 0
    while true {
      while position + 8 <= count {
        let word = unsafe UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self).littleEndian
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let hits =
          ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- (ones &* 0x20)) & ~word) & highs
        if hits != 0 {
          let ahead = hits.trailingZeroBitCount >> 3
          seen |= word & ((1 << UInt64(ahead << 3)) &- 1)
          position += ahead
          break
        }
        seen |= word
        position += 8
      }
      var byte: UInt8 = 0
      while position < count {
        byte = unsafe base[position]
        if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
        seen |= UInt64(byte)
        position += 1
      }
      guard position < count else {
        failHere()
        return slice
      }
      if byte == 0x22 {
        slice.end = position
        position += 1
        slice.isASCII = seen & highs == 0
        if !slice.isASCII, !hasIllFormedText, !isWellFormed(slice) {
          hasIllFormedText = true
          illFormedOffset = slice.start
        }
        return slice
      }
      guard byte == 0x5C else {
        fail(.malformed(.controlCharacter, offset: position))
        return slice
      }
      slice.isEscaped = true
      guard skipEscape() else { return slice }
    }
  }

  private mutating func skipEscape() -> Bool {
    guard position + 1 < count else {
      position = count
      failHere()
      return false
    }
    switch unsafe base[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
      return true
    case UInt8(ascii: "u"):
      for index in position + 2..<position + 6 {
        guard index < count else {
          position = count
          failHere()
          return false
        }
        guard unsafe JSONText.hexDigit(base[index]) != nil else {
          fail(.malformed(.escape, offset: position))
          return false
        }
      }
      position += 6
      return true
    default:
      fail(.malformed(.escape, offset: position))
      return false
    }
  }

  // MARK: What a slice holds

  /// The bytes of `slice`, during `body`.
  package func withBytes<Result>(of slice: JSONSlice, _ body: (Span<UInt8>) -> Result) -> Result {
    precondition(slice.end <= count, "a slice of another text")
    let bytes = unsafe UnsafeBufferPointer(start: base + slice.start, count: slice.end - slice.start)
    return body(unsafe Span(_unsafeElements: bytes))
  }

  /// How many bytes a key's text has, for looking at those names only that are as long.
  @inlinable @inline(__always) package func length(of key: JSONSlice) -> Int {
    key.isEscaped ? escapedLength(key) : key.end - key.start
  }

  @usableFromInline func escapedLength(_ slice: JSONSlice) -> Int { text(of: slice).utf8.count }

  /// Whether a key or a string is `text`; an escaped one too.
  @inlinable @inline(__always) package func equals(_ slice: JSONSlice, _ text: StaticString) -> Bool {
    if slice.isEscaped { return equalsEscaped(slice, text) }
    // Most keys differ in length already.
    return slice.end - slice.start == text.utf8CodeUnitCount && equalsWhole(slice, text)
  }

  /// Whether as many bytes as `text` has are those of `text`: a word at a time, the last one over the one before it.
  @usableFromInline func equalsWhole(_ slice: JSONSlice, _ text: StaticString) -> Bool {
    precondition(slice.end <= count, "a slice of another text")
    let length = text.utf8CodeUnitCount
    let bytes = unsafe UnsafeRawPointer(base + slice.start)
    let other = unsafe UnsafeRawPointer(text.utf8Start)
    if length >= 8 {
      var offset = 0
      while offset + 8 < length {
        guard unsafe Self.word(bytes, offset) == Self.word(other, offset) else { return false }
        offset += 8
      }
      return unsafe Self.word(bytes, length - 8) == Self.word(other, length - 8)
    }
    for offset in 0..<length {
      guard
        unsafe bytes.load(fromByteOffset: offset, as: UInt8.self) == other.load(fromByteOffset: offset, as: UInt8.self)
      else { return false }
    }
    return true
  }

  @inline(__always) private static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @usableFromInline func equalsEscaped(_ slice: JSONSlice, _ text: StaticString) -> Bool {
    Array(self.text(of: slice).utf8).span.equals(text)
  }

  /// The text of a string: escapes resolved, a lone surrogate or an ill-formed byte as U+FFFD.
  package func text(of slice: JSONSlice) -> String {
    withBytes(of: slice) { bytes in
      guard slice.isEscaped else { return bytes.decodedString() }
      var decoded: [UInt8] = []
      var surrogate: UInt16 = 0
      JSONText.unescape(bytes, into: &decoded, surrogate: &surrogate)
      if surrogate != 0 { decoded.append(contentsOf: JSONText.replacement) }
      return decoded.span.decodedString()
    }
  }

  /// The bytes of `slice` as they stand in the text.
  package func bytes(of slice: JSONSlice) -> [UInt8] {
    withBytes(of: slice) { bytes in
      var copy: [UInt8] = []
      copy.append(bytes)
      return copy
    }
  }

  /// The number at `slice` as an integer: nil when it is not whole, does not fit, or is longer than a number may be to
  /// be read.
  package func integer(_ slice: JSONSlice) -> Int? {
    if let digits = digits(slice) { return digits }
    return slice.end - slice.start <= JSONNumber.readableBytes ? JSONNumber(literal: text(of: slice)).int : nil
  }

  /// The number of a few digits and nothing else, which most are: without a text of it.
  private func digits(_ slice: JSONSlice) -> Int? {
    guard slice.end <= count, (1...18).contains(slice.end - slice.start) else { return nil }
    var value = 0
    for index in slice.start..<slice.end {
      let digit = unsafe base[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }

  private func isWellFormed(_ slice: JSONSlice) -> Bool {
    withBytes(of: slice) { JSONText.isWellFormedUTF8($0) }
  }
}
