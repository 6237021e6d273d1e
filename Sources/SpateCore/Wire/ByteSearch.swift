// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Span where Element == UInt8 {
  /// The index of the first `byte` at or after `start`, or `count` where there is none. The library's own memchr: it
  /// runs at memory speed.
  package func firstIndex(of byte: UInt8, from start: Int) -> Int {
    guard start < count else { return count }
    return unsafe withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
      else { return bytes.count }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// The index of the first control byte (below 0x20, or 0x7F) at or after `start`, or `count` where there is none: eight
  /// bytes at a time.
  package func firstControl(from start: Int) -> Int {
    unsafe withUnsafeBytes { bytes in
      var at = start
      let (ones, highs) = (JSONWord.ones, JSONWord.highs)
      while at + 8 <= bytes.count {
        let word = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        let delete = word ^ (ones &* 0x7F)
        // The lowest byte that is marked is right; a borrow can only mark one above it.
        let marks = ((word &- (ones &* 0x20)) & ~word | (delete &- ones) & ~delete) & highs
        if marks != 0 { return at + JSONWord.ahead(of: marks) }
        at += 8
      }
      while at < bytes.count, unsafe bytes[at] >= 0x20, unsafe bytes[at] != 0x7F { at += 1 }
      return at
    }
  }

  /// The index of the first byte at or after `start` that is no ASCII letter, digit or hyphen, or `count` where there is
  /// none: eight bytes at a time.
  package func firstOutsideWord(from start: Int) -> Int {
    unsafe withUnsafeBytes { bytes in
      var at = start
      while at + 8 <= bytes.count {
        let word = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        let others = ~ASCIIWord.wordBytes(in: word) & JSONWord.highs
        if others != 0 { return at + JSONWord.ahead(of: others) }
        at += 8
      }
      while at < bytes.count, Self.isInWord(unsafe bytes[at]) { at += 1 }
      return at
    }
  }

  private static func isInWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-")
  }

  /// Whether these bytes are exactly those of `text`.
  @inline(__always) package func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && starts(with: text)
  }

  /// Whether these bytes are exactly those of `other`.
  package func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return unsafe withUnsafeBufferPointer { bytes in
      unsafe other.withUnsafeBufferPointer { other in
        guard let base = bytes.baseAddress, let otherBase = other.baseAddress else { return true }
        return unsafe memcmp(base, otherBase, bytes.count) == 0
      }
    }
  }

  /// Whether these bytes are those of `other`, the case of ASCII letters apart: eight at a time.
  package func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return unsafe withUnsafeBytes { bytes in
      unsafe other.withUnsafeBytes { other in
        var at = 0
        while at + 8 <= bytes.count {
          let word = unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
          let difference = unsafe word ^ other.loadUnaligned(fromByteOffset: at, as: UInt64.self)
          // Letters may differ by the bit of their case, moved to each byte's highest here; nothing else may differ.
          guard difference & ~(JSONWord.ones &* 0x20) == 0, (difference &<< 2) & ~ASCIIWord.letters(in: word) == 0
          else {
            return false
          }
          at += 8
        }
        while at < bytes.count {
          guard unsafe Self.lowercased(bytes[at]) == Self.lowercased(other[at]) else { return false }
          at += 1
        }
        return true
      }
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }

  /// Whether `length` bytes at `position` are those of `other` at `place`: a few words, compared in place rather than by
  /// a call.
  @inlinable @inline(__always)
  package func holds(_ length: Int, at position: Int, of other: Span<UInt8>, at place: Int) -> Bool {
    guard length >= 0, position >= 0, place >= 0, length <= count - position, length <= other.count - place else {
      return false
    }
    return unsafe withUnsafeBytes { bytes in
      unsafe other.withUnsafeBytes { other in
        func isEqual(_ offset: Int) -> Bool {
          let word = unsafe bytes.loadUnaligned(fromByteOffset: position + offset, as: UInt64.self)
          return unsafe word == other.loadUnaligned(fromByteOffset: place + offset, as: UInt64.self)
        }
        var offset = 0
        if length >= 8 {
          while offset + 8 < length {
            guard isEqual(offset) else { return false }
            offset += 8
          }
          // The last word, over the one before it.
          return isEqual(length - 8)
        }
        while offset < length {
          guard unsafe bytes[position + offset] == other[place + offset] else { return false }
          offset += 1
        }
        return true
      }
    }
  }

  /// Whether these bytes begin with those of `text`: a short one, compared in place rather than by a call.
  @inline(__always) package func starts(with text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where self[index] != (unsafe text.utf8Start[index]) { return false }
    return true
  }

  /// Whether these bytes begin with those of `word`, which is in lower case, letter case apart.
  package func startsIgnoringCase(with word: StaticString) -> Bool {
    guard count >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount {
      guard Self.lowercased(self[index]) == (unsafe word.utf8Start[index]) else { return false }
    }
    return true
  }

  /// Text of these bytes; what is ill-formed becomes U+FFFD, one for each maximal subpart.
  package func decodedString() -> String {
    unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}

extension String {
  /// Whether the bytes are the same: `==` compares by canonical equivalence.
  package func hasBytes(of other: String) -> Bool {
    let (a, b) = (utf8, other.utf8)
    guard a.count == b.count else { return false }
    let isEqual = unsafe a.withContiguousStorageIfAvailable { a in
      unsafe b.withContiguousStorageIfAvailable { b in
        guard let first = a.baseAddress, let second = b.baseAddress else { return true }
        return unsafe memcmp(first, second, a.count) == 0
      }
    }
    // Only a string that Foundation made on Apple platforms lies elsewhere.
    return (isEqual ?? nil) ?? a.elementsEqual(b)
  }
}

extension [UInt8] {
  /// A copy of `bytes`.
  package init(copying bytes: Span<UInt8>) {
    self = []
    append(bytes)
  }

  /// Appends every byte of `bytes` with one copy.
  package mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
