// SPDX-License-Identifier: Apache-2.0

extension JSONScanner {
  /// Validates the value at hand and goes past it.
  public mutating func skip() {
    switch peek() {
    case UInt8(ascii: "\""): _ = scanString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): skipContainer()
    default: skipPlain()
    }
  }

  /// A value that is neither a string nor a container.
  @inline(__always) private mutating func skipPlain() {
    switch unsafe position < count ? base[position] : 0 {
    case UInt8(ascii: "t"): skipLiteral("true")
    case UInt8(ascii: "f"): skipLiteral("false")
    case UInt8(ascii: "n"): skipLiteral("null")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): skipNumber()
    default: failHere()
    }
  }

  /// An object or an array, without recursion: one bit a level remembers what is open.
  private mutating func skipContainer() {
    let floor = depth
    while true {
      switch peek() {
      case UInt8(ascii: "\""): _ = scanString()
      case UInt8(ascii: "{"):
        guard open(isObject: true) else { return }
        if peek() == UInt8(ascii: "}") { close() } else if key() == nil { return } else { continue }
      case UInt8(ascii: "["):
        guard open(isObject: false) else { return }
        if peek() == UInt8(ascii: "]") { close() } else { continue }
      default: skipPlain()
      }
      guard failure == nil, skipEnds(downTo: floor) else { return }
    }
  }

  /// After a value: closes what ends here. True when another value of an open container follows.
  @inline(__always) private mutating func skipEnds(downTo floor: Int) -> Bool {
    while depth > floor {
      let isObject = isObjectOpen
      switch peek() {
      case UInt8(ascii: ","):
        position += 1
        return !isObject || key() != nil
      case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject: close()
      default:
        failHere()
        return false
      }
    }
    return false
  }

  private mutating func open(isObject: Bool) -> Bool {
    guard depth < Self.depthLimit else {
      fail(.limit(.depth, Self.depthLimit))
      return false
    }
    position += 1
    let bit = UInt64(1) << (depth & 63)
    if isObject { objectLevels[depth >> 6] |= bit } else { objectLevels[depth >> 6] &= ~bit }
    depth += 1
    return true
  }

  private mutating func close() {
    position += 1
    depth -= 1
  }

  private var isObjectOpen: Bool { objectLevels[(depth - 1) >> 6] & (1 << ((depth - 1) & 63)) != 0 }

  @inline(__always) private mutating func skipLiteral(_ literal: StaticString) {
    let length = literal.utf8CodeUnitCount
    let word = JSONSlice(start: position, end: position &+ length, isEscaped: false)
    if length <= count - position, equalsWhole(word, literal) { position += length } else { failLiteral(literal) }
  }

  @inline(never) private mutating func failLiteral(_ literal: StaticString) {
    let length = literal.utf8CodeUnitCount
    let rest = unsafe UnsafeBufferPointer(start: base + position, count: count - position)
    // A text that ends inside the word was cut: nothing about it is wrong (rule C1).
    let isCut = rest.count < length && (0..<rest.count).allSatisfy { unsafe rest[$0] == literal.utf8Start[$0] }
    fail(isCut ? .malformed(.unexpectedEnd, offset: count) : .malformed(.literal, offset: position))
  }

  /// A number that ends with the text before it has its digits was cut.
  private mutating func failNumber(_ start: Int) {
    fail(position >= count ? .malformed(.unexpectedEnd, offset: count) : .malformed(.number, offset: start))
  }

  /// The number at the position, which must be at its first digit or its sign: digits alone, which most are, or any.
  @inline(__always) mutating func skipNumber() {
    let first = unsafe base[position]
    if first != UInt8(ascii: "-") {
      var end = position + 1
      if first != UInt8(ascii: "0") {
        while end < count, unsafe base[end] &- UInt8(ascii: "0") < 10 { end += 1 }
      }
      let next = byte(at: end)
      if next != UInt8(ascii: "."), next | 0x20 != UInt8(ascii: "e") {
        position = end
        return
      }
    }
    skipAnyNumber()
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`: any length, nothing is computed.
  @inline(never) private mutating func skipAnyNumber() {
    let start = position
    if byte(at: position) == UInt8(ascii: "-") { position += 1 }
    if byte(at: position) == UInt8(ascii: "0") {
      position += 1
    } else if !skipDigits() {
      failNumber(start)
      return
    }
    if byte(at: position) == UInt8(ascii: ".") {
      position += 1
      guard skipDigits() else {
        failNumber(start)
        return
      }
    }
    if byte(at: position) | 0x20 == UInt8(ascii: "e") {
      position += 1
      if byte(at: position) == UInt8(ascii: "+") || byte(at: position) == UInt8(ascii: "-") { position += 1 }
      guard skipDigits() else {
        failNumber(start)
        return
      }
    }
  }

  private mutating func skipDigits() -> Bool {
    let start = position
    while byte(at: position) &- UInt8(ascii: "0") < 10 { position += 1 }
    return position > start
  }

  /// 0 beyond the end.
  @inline(__always) private func byte(at index: Int) -> UInt8 { index < count ? unsafe base[index] : 0 }
}
