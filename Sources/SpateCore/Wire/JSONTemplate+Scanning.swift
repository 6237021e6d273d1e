// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What a ``JSONTemplate`` does with the text that it is compared with.
extension JSONScanner {
  mutating func rewind() {
    position = 0
    depth = 0
    isFresh = false
    failure = nil
    hasIllFormedText = false
  }

  var isAtEnd: Bool { position == count && failure == nil }

  /// How many objects and arrays are open at `offset` of a text that was scanned.
  func depth(at offset: Int) -> Int {
    var (depth, isInString, index) = (0, false, 0)
    while index < offset {
      switch unsafe base[index] {
      case UInt8(ascii: "\\") where isInString: index += 1
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "{") where !isInString, UInt8(ascii: "[") where !isInString: depth += 1
      case UInt8(ascii: "}") where !isInString, UInt8(ascii: "]") where !isInString: depth -= 1
      default: break
      }
      index += 1
    }
    return depth
  }

  /// Goes past the bytes at hand if they are those of `text` in this range.
  @inline(__always)
  mutating func advance(over text: [UInt8], from start: Int, to end: Int) -> Bool {
    let length = end - start
    guard length <= count - position, start >= 0, end <= text.count, length >= 0 else { return false }
    let isEqual = unsafe text.withUnsafeBufferPointer { bytes in
      guard let first = bytes.baseAddress else { return true }
      return unsafe memcmp(first + start, base + position, length) == 0
    }
    if isEqual { position += length }
    return isEqual
  }

  /// Goes past the rest of an object that differs from the end of `text` in the white space before its last brace only:
  /// Anthropic pads events so.
  @inline(never)
  mutating func advance(overEndOf text: [UInt8], from start: Int) -> Bool {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
    guard text.last == UInt8(ascii: "}") else { return false }
    var end = text.count - 1
    while end > start, isSpace(text[end - 1]) { end -= 1 }
    guard advance(over: text, from: start, to: end), peek() == UInt8(ascii: "}") else { return false }
    position += 1
    return true
  }

  /// The numbers in a value, in their order; none when there are more than `limit`.
  func numbers(in slice: JSONSlice, limit: Int) -> [JSONSlice] {
    var numbers: [JSONSlice] = []
    var inner = unsafe JSONScanner(base: base, count: min(slice.end, count))
    inner.position = slice.start
    while inner.position < inner.count {
      switch unsafe base[inner.position] {
      case UInt8(ascii: "\""): _ = inner.scanString()
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        let start = inner.position
        inner.skipNumber()
        guard numbers.count < limit else { return [] }
        numbers.append(JSONSlice(start: start, end: inner.position, isEscaped: false))
      default: inner.position += 1
      }
    }
    return numbers
  }

  func firstByte(at offset: Int) -> UInt8 { unsafe offset >= 0 && offset < count ? base[offset] : 0 }

  /// The value at hand, if it can be in such a hole. White space before it is none of it.
  @inline(__always)
  mutating func fill(_ place: inout JSONTemplate.Place) -> JSONSlice? {
    guard position < count else { return nil }
    let byte = unsafe base[position]
    let slice: JSONSlice
    switch place.kind {
    case .string, .words:
      guard byte == UInt8(ascii: "\"") else { return nil }
      slice = scanString()
      if place.kind == .words, slice.isEmpty { return nil }
    case .number:
      guard byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let start = position
      skipNumber()
      slice = JSONSlice(start: start, end: position, isEscaped: false)
    case .value, .numbers:
      // What a value begins with tells its kind, but for numbers, which match less often than they might.
      guard byte == place.first else { return nil }
      if place.depth == nil { place.depth = depth(at: position) }
      depth = place.depth ?? 0
      slice = self.slice()
      depth = 0
    }
    return failure == nil ? slice : nil
  }
}
