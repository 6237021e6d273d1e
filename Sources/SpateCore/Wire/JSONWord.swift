// SPDX-License-Identifier: Apache-2.0

/// Eight bytes of a string at once, the first one lowest: which of them stand for something else than themselves.
///
/// Each mask has the highest bit of a byte that is looked for. Its lowest hit is exact: a borrow only reaches bytes above
/// a true hit. A byte below 0x20 and a quote are both below 0x21 once the second bit is turned.
@usableFromInline enum JSONWord {
  @usableFromInline static var ones: UInt64 { 0x0101_0101_0101_0101 }
  @usableFromInline static var highs: UInt64 { 0x8080_8080_8080_8080 }

  /// Quotes, backslashes, control characters, and what is not ASCII.
  @inlinable @inline(__always) static func stops(in word: UInt64) -> UInt64 { (marks(in: word) | word) & highs }

  /// Quotes, backslashes and control characters.
  @inlinable @inline(__always) static func escapes(in word: UInt64) -> UInt64 { marks(in: word) & ~word & highs }

  @inlinable @inline(__always) static func marks(in word: UInt64) -> UInt64 {
    ((word ^ (ones &* 0x02)) &- (ones &* 0x21)) | ((word ^ (ones &* 0x5C)) &- ones)
  }

  /// How many bytes are below the lowest hit.
  @inlinable @inline(__always) static func ahead(of hits: UInt64) -> Int { hits.trailingZeroBitCount &>> 3 }
}
