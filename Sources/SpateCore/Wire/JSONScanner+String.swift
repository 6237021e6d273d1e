// SPDX-License-Identifier: Apache-2.0

extension JSONScanner {
  /// Validates the string at the position, which must be at its opening quote, and goes past it.
  ///
  /// Here those of ASCII and nothing to resolve, eight bytes at a time.
  @inlinable @inline(__always) mutating func scanString() -> JSONSlice {
    let start = position &+ 1
    var end = start
    while end &+ 8 <= count {
      let word = unsafe UnsafeRawPointer(base + end).loadUnaligned(as: UInt64.self).littleEndian
      let stops = JSONWord.stops(in: word)
      if stops != 0 {
        end &+= JSONWord.ahead(of: stops)
        guard unsafe base[end] == 0x22 else { break }
        position = end &+ 1
        return JSONSlice(start: start, end: end, isEscaped: false, isASCII: true)
      }
      end &+= 8
    }
    return scanString(from: start, at: end)
  }

  /// The same for every string, of which what is before `reached` stands for itself and is ASCII.
  @usableFromInline @inline(never) mutating func scanString(from start: Int, at reached: Int) -> JSONSlice {
    position = reached
    let failed = JSONSlice(start: start, end: start, isEscaped: false)
    var isEscaped = false
    var seen: UInt64 = 0
    while true {
      while position + 8 <= count {
        let word = unsafe UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self).littleEndian
        let hits = JSONWord.escapes(in: word)
        if hits != 0 {
          let ahead = JSONWord.ahead(of: hits)
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
        return failed
      }
      if byte == 0x22 {
        let slice = JSONSlice(
          start: start, end: position, isEscaped: isEscaped, isASCII: seen & JSONWord.highs == 0)
        position += 1
        if !slice.isASCII, !hasIllFormedText, !isWellFormed(slice) {
          hasIllFormedText = true
          illFormedOffset = slice.start
        }
        return slice
      }
      guard byte == 0x5C else {
        fail(.malformed(.controlCharacter, offset: position))
        return failed
      }
      isEscaped = true
      guard skipEscape() else { return failed }
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
  //
  // Inlined down to calls that are given bytes: for a call that is given the scanner, which others change, it is copied.

  /// The bytes of `slice`, during `body`.
  @inlinable @inline(__always)
  public func withBytes<Result>(of slice: JSONSlice, _ body: (Span<UInt8>) -> Result) -> Result {
    precondition(slice.lies(within: count), "a slice of another text")
    let bytes = unsafe UnsafeBufferPointer(start: base + slice.start, count: slice.end - slice.start)
    return body(unsafe Span(_unsafeElements: bytes))
  }

  /// How many bytes a key's text has, for looking at those names only that are as long.
  @inlinable @inline(__always) public func length(of key: JSONSlice) -> Int {
    key.isEscaped ? withBytes(of: key) { Self.escapedLength($0) } : key.end &- key.start
  }

  @usableFromInline @inline(never) static func escapedLength(_ body: Span<UInt8>) -> Int {
    text(body, isEscaped: true).utf8.count
  }

  /// Whether a key or a string is `text`; an escaped one too.
  @inlinable @inline(__always) public func equals(_ slice: JSONSlice, _ text: StaticString) -> Bool {
    if slice.isEscaped { return withBytes(of: slice) { Self.equalsEscaped($0, text) } }
    // Most keys differ in length already.
    return slice.end &- slice.start == text.utf8CodeUnitCount && equalsWhole(slice, text)
  }

  /// Whether as many bytes as `text` has are those of `text`: a word at a time, the last one over the one before it. The
  /// length is known where it is inlined, and so are the words.
  @inlinable @inline(__always) func equalsWhole(_ slice: JSONSlice, _ text: StaticString) -> Bool {
    precondition(slice.lies(within: count), "a slice of another text")
    let length = text.utf8CodeUnitCount
    let bytes = unsafe UnsafeRawPointer(base + slice.start)
    let other = unsafe UnsafeRawPointer(text.utf8Start)
    if length >= 8 {
      var offset = 0
      while offset &+ 8 < length {
        guard unsafe Self.word(bytes, offset) == Self.word(other, offset) else { return false }
        offset &+= 8
      }
      return unsafe Self.word(bytes, length - 8) == Self.word(other, length - 8)
    }
    if length >= 4 {
      return unsafe Self.half(bytes, 0) == Self.half(other, 0)
        && Self.half(bytes, length - 4) == Self.half(other, length - 4)
    }
    for offset in 0..<length {
      guard
        unsafe bytes.load(fromByteOffset: offset, as: UInt8.self) == other.load(fromByteOffset: offset, as: UInt8.self)
      else { return false }
    }
    return true
  }

  @inlinable @inline(__always) static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inlinable @inline(__always) static func half(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt32 {
    unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }

  /// Whether the bytes at `slice`, as they stand in the text, are those of `bytes` in this range.
  @inlinable public func equals(_ slice: JSONSlice, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    withBytes(of: slice) { part in
      part.count == range.count && part.holds(range.count, at: 0, of: bytes.span, at: range.lowerBound)
    }
  }

  @usableFromInline @inline(never) static func equalsEscaped(_ body: Span<UInt8>, _ text: StaticString) -> Bool {
    Array(self.text(body, isEscaped: true).utf8).span.equals(text)
  }

  /// The text of a string: escapes resolved, a lone surrogate or an ill-formed byte as U+FFFD.
  @inlinable public func text(of slice: JSONSlice) -> String {
    withBytes(of: slice) { Self.text($0, isEscaped: slice.isEscaped) }
  }

  @usableFromInline static func text(_ body: Span<UInt8>, isEscaped: Bool) -> String {
    guard isEscaped else { return body.decodedString() }
    var decoded: [UInt8] = []
    var surrogate: UInt16 = 0
    JSONText.unescape(body, into: &decoded, surrogate: &surrogate)
    if surrogate != 0 { decoded.append(contentsOf: JSONText.replacement) }
    return decoded.span.decodedString()
  }

  /// The text of a number. Most reports of tokens have zeros in them, whose text needs not be made.
  @inlinable public func literal(of number: JSONSlice) -> String { withBytes(of: number) { Self.literal($0) } }

  @usableFromInline static func literal(_ number: Span<UInt8>) -> String {
    number.count == 1 && number[0] == UInt8(ascii: "0") ? "0" : text(number, isEscaped: false)
  }

  /// The bytes of `slice` as they stand in the text.
  public func bytes(of slice: JSONSlice) -> [UInt8] {
    withBytes(of: slice) { [UInt8](copying: $0) }
  }

  /// The number at `slice` as an integer: nil when it is not whole, does not fit, or is longer than a number may be to
  /// be read.
  @inlinable public func integer(_ slice: JSONSlice) -> Int? { withBytes(of: slice) { Self.integer($0) } }

  @usableFromInline static func integer(_ number: Span<UInt8>) -> Int? {
    if let digits = digits(number) { return digits }
    return number.count <= JSONNumber.readableBytes ? JSONNumber(literal: number.decodedString()).int : nil
  }

  /// The number of a few digits and nothing else, which most are: without a text of it.
  @inline(__always) private static func digits(_ number: Span<UInt8>) -> Int? {
    guard (1...18).contains(number.count) else { return nil }
    var value = 0
    for index in 0..<number.count {
      let digit = number[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }

  private func isWellFormed(_ slice: JSONSlice) -> Bool {
    withBytes(of: slice) { JSONText.isWellFormedUTF8($0) }
  }
}
