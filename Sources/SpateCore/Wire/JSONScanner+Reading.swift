// SPDX-License-Identifier: Apache-2.0

/// The value at hand.
extension JSONScanner {
  /// What the value at hand is.
  @inlinable @inline(__always) public mutating func kind() -> Kind {
    switch peek() {
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
    default: .none
    }
  }

  /// The string at hand; any other value is skipped and gives nil.
  @inlinable public mutating func string() -> JSONSlice? {
    guard peek() == UInt8(ascii: "\"") else {
      skip()
      return nil
    }
    return scanString()
  }

  /// The number at hand, its literal text; any other value is skipped and gives nil.
  public mutating func number() -> JSONSlice? {
    let byte = peek()
    guard byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-") else {
      skip()
      return nil
    }
    let start = position
    skipNumber()
    return JSONSlice(start: start, end: position, isEscaped: false)
  }

  /// The truth value at hand; any other value is skipped and gives nil.
  public mutating func bool() -> Bool? {
    let byte = peek()
    let isBool = byte == UInt8(ascii: "t") || byte == UInt8(ascii: "f")
    skip()
    return isBool ? byte == UInt8(ascii: "t") : nil
  }

  /// Reads `null` and says so; leaves any other value.
  @inlinable @inline(__always) public mutating func isNull() -> Bool {
    guard peek() == UInt8(ascii: "n") else { return false }
    // Says as well what is wrong with it.
    skip()
    return true
  }

  /// Skips the value at hand and gives its bytes' place: the original text, for what is passed on untouched.
  public mutating func slice() -> JSONSlice {
    _ = peek()
    let start = position
    skip()
    return JSONSlice(start: start, end: position, isEscaped: false)
  }

  /// Where the value at hand begins, for ``slice(from:)``.
  public mutating func mark() -> Int {
    _ = peek()
    return position
  }

  /// The bytes since a mark: a value that was read in between.
  public func slice(from mark: Int) -> JSONSlice {
    JSONSlice(start: min(mark, position), end: position, isEscaped: false)
  }
}
