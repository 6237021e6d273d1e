// SPDX-License-Identifier: Apache-2.0

/// Pulls the needed fields out of one JSON text and validates the rest (RFC 8259), without recursion and without
/// building anything.
///
/// A failure is sticky: the position jumps to the end, every later call gives nothing, and ``scan(_:_:)`` throws it.
/// So a decoder reads straight on and asks once. Keys may repeat and the last one counts: read a value by assigning it.
///
/// ```swift
/// let id = try JSONScanner.scan(bytes) { json in
///   var id: JSONSlice?
///   guard json.beginObject() else { return id }
///   while let key = json.nextKey() {
///     if json.equals(key, "id") { id = json.string() } else { json.skip() }
///   }
///   return id
/// }
/// ```
///
/// What a decoder asks for at each field is inlined into it (docs/decisions/0020): the ways of most texts. The others are
/// calls.
///
/// `@safe`: it exists only inside ``scan(_:_:)``, where its bytes are borrowed, and every read is behind a comparison
/// with `count`, also that of a slice, which may come from another text.
@_spi(Internals) @safe public struct JSONScanner: ~Copyable {
  /// What a value begins with.
  @frozen public enum Kind: Sendable {
    case object, array, string, number, bool, null
    /// Nothing that can begin a value, or the end.
    case none

    /// By hand, for the compiler's own one is a call from other modules.
    @inlinable public static func == (a: Kind, b: Kind) -> Bool {
      switch (a, b) {
      case (.object, .object), (.array, .array), (.string, .string), (.number, .number), (.bool, .bool), (.null, .null),
        (.none, .none):
        true
      default: false
      }
    }
  }

  @usableFromInline let base: UnsafePointer<UInt8>
  @usableFromInline let count: Int
  @usableFromInline var position = 0
  /// Where the value begins, after white space.
  @usableFromInline var start = 0
  /// Open objects and arrays.
  @usableFromInline var depth = 0
  /// Whether a container was opened and nothing of it was read yet.
  @usableFromInline var isFresh = false
  var failure: WireError?
  /// Which open containers are objects, by level: only those that ``skip()`` opened.
  var objectLevels: SIMD4<UInt64> = .zero
  /// Whether a string held bytes that are no UTF-8. They are valid here: a decoder repairs and warns (rule B2).
  public internal(set) var hasIllFormedText = false

  /// Deeper texts are refused (trust.md 1.5): at most 256, the bits of `objectLevels`.
  @inlinable public static var depthLimit: Int { 256 }

  @usableFromInline init(base: UnsafePointer<UInt8>, count: Int) {
    unsafe self.base = base
    self.count = count
    _ = peek()
    start = position
  }

  /// Runs `body` on the one value in `bytes`; throws what was wrong with it, also with what `body` did not look at.
  @inlinable public static func scan<Result>(
    _ bytes: Span<UInt8>, _ body: (inout JSONScanner) throws(WireError) -> Result
  ) throws(WireError) -> Result {
    try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(WireError) -> Result in
      guard let base = buffer.baseAddress else { throw .malformed(.unexpectedEnd, offset: 0) }
      var scanner = unsafe JSONScanner(base: base, count: buffer.count)
      let result = try body(&scanner)
      try scanner.finish()
      return result
    }
  }

  /// Throws what was wrong with the text so far, or that something follows its value. For acting on what was read while
  /// its bytes are still at hand; ``scan(_:_:)`` asks by itself at the end.
  public mutating func finish() throws(WireError) {
    // A value that the body did not touch is checked all the same, and none at all is found out.
    if position == start { skip() }
    if let failure { throw failure }
    _ = peek()
    guard position == count else { throw .malformed(.trailingBytes, offset: position) }
    guard depth == 0 else { throw .malformed(.unexpectedEnd, offset: count) }
  }

  /// Whether `bytes` are exactly one JSON text of well-formed UTF-8 within the depth limit.
  package static func validate(_ bytes: Span<UInt8>) throws(WireError) {
    try scan(bytes) { (json) throws(WireError) in
      json.skip()
      if json.hasIllFormedText, json.failure == nil { throw .malformed(.utf8, offset: json.illFormedOffset) }
    }
  }
  /// Where the first ill-formed text lies.
  var illFormedOffset = 0

  // MARK: Containers

  /// Enters the object at hand; false when the value is none (then it must still be read or skipped).
  @inlinable public mutating func beginObject() -> Bool { begin(UInt8(ascii: "{")) }

  /// Enters the array at hand; false when the value is none (then it must still be read or skipped).
  @inlinable public mutating func beginArray() -> Bool { begin(UInt8(ascii: "[")) }

  /// The next key of the object at hand; its value must be read or skipped before the next call. Nil at its end.
  @inlinable public mutating func nextKey() -> JSONSlice? { next(closing: UInt8(ascii: "}")) ? key() : nil }

  /// Whether the array at hand has one more element, which then must be read or skipped.
  @inlinable public mutating func nextElement() -> Bool { next(closing: UInt8(ascii: "]")) }

  @inlinable @inline(__always) mutating func begin(_ opening: UInt8) -> Bool {
    guard peek() == opening else { return false }
    guard depth < Self.depthLimit else {
      failAtDepth()
      return false
    }
    position &+= 1
    depth &+= 1
    isFresh = true
    return true
  }

  @inlinable @inline(__always) mutating func next(closing: UInt8) -> Bool {
    let byte = peek()
    if byte == closing {
      position &+= 1
      depth -= 1
      isFresh = false
      return false
    }
    if isFresh {
      isFresh = false
    } else if byte == UInt8(ascii: ",") {
      position &+= 1
      // A comma before the closing bracket fails at the value or the key that is missing.
    } else {
      failHere()
      return false
    }
    guard position < count else {
      failHere()
      return false
    }
    return true
  }

  /// A string that fails leaves nothing behind it, so no colon either.
  @inlinable @inline(__always) mutating func key() -> JSONSlice? {
    guard peek() == UInt8(ascii: "\"") else {
      failHere()
      return nil
    }
    let slice = scanString()
    guard peek() == UInt8(ascii: ":") else {
      failHere()
      return nil
    }
    position &+= 1
    return slice
  }

  // MARK: Values

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

  // MARK: Bytes

  /// The byte after white space, 0 at the end.
  @inlinable @inline(__always) mutating func peek() -> UInt8 {
    if position < count {
      let byte = unsafe base[position]
      // Everything at or below the space is white space or wrong.
      if byte > 0x20 { return byte }
    }
    return peekOverSpace()
  }

  @usableFromInline @inline(never) mutating func peekOverSpace() -> UInt8 {
    while position < count {
      let byte = unsafe base[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      position += 1
    }
    return 0
  }

  mutating func fail(_ error: WireError) {
    if failure == nil { failure = error }
    position = count
    isFresh = false
  }

  @usableFromInline @inline(never) mutating func failHere() {
    fail(.malformed(position < count ? .unexpectedByte : .unexpectedEnd, offset: position))
  }

  @usableFromInline @inline(never) mutating func failAtDepth() { fail(.limit(.depth, Self.depthLimit)) }
}

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
