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
