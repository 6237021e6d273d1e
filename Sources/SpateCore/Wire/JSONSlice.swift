// SPDX-License-Identifier: Apache-2.0

/// The place of a string's body, or of a whole value, in the text that is being scanned.
@_spi(Internals) public struct JSONSlice: Sendable, Hashable {
  /// The first byte; of a string, the one after the quote.
  public let start: Int
  /// The one after the last byte.
  public let end: Int
  /// Whether a string holds a backslash.
  public let isEscaped: Bool
  /// Whether every byte of a string is ASCII.
  public let isASCII: Bool

  /// Whether there are no bytes.
  @inlinable public var isEmpty: Bool { start == end }

  /// How many bytes it has.
  @inlinable public var count: Int { end - start }

  /// Whether it lies in a text of so many bytes, which one of another text may not.
  @inlinable func lies(within count: Int) -> Bool {
    // Unsigned, what is below zero is too large.
    UInt(bitPattern: start) <= UInt(bitPattern: end) && UInt(bitPattern: end) <= UInt(bitPattern: count)
  }

  /// The bytes from `start` to before `end`.
  @inlinable public init(start: Int, end: Int, isEscaped: Bool, isASCII: Bool = false) {
    self.start = start
    self.end = end
    self.isEscaped = isEscaped
    self.isASCII = isASCII
  }
}
