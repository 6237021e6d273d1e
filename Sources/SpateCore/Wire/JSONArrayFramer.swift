// SPDX-License-Identifier: Apache-2.0

/// Cuts one top-level JSON array into its elements while it arrives.
///
/// A copyable value; any split of the input gives the same elements. It knows strings and brackets only: whether an
/// element is JSON is for the scanner to say.
public struct JSONArrayFramer: Sendable {
  private enum State: Sendable, Hashable {
    case start, firstElement, element, between, ended
  }

  /// The last element; valid until the next call.
  public private(set) var element: [UInt8] = []

  private let limit: Int
  private var state = State.start
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var isDelivered = false
  /// Bytes of the pieces before this one, for offsets of the whole stream.
  private var consumed = 0
  private var failure: WireError?

  /// At the start of a stream. The limit is in bytes of an element.
  public init(elementLimit: Int = 16 << 20) { limit = elementLimit }

  /// Whether the array was closed.
  public var isEnded: Bool { state == .ended }

  /// Finds the next element in `bytes` from `position` on, which is moved; false once all is used up. After an error it
  /// only throws that error again.
  public mutating func next(_ bytes: Span<UInt8>, _ position: inout Int) throws(WireError) -> Bool {
    if let failure { throw failure }
    do {
      return try scan(bytes, &position)
    } catch {
      failure = error
      throw error
    }
  }

  private mutating func scan(_ bytes: Span<UInt8>, _ position: inout Int) throws(WireError) -> Bool {
    if isDelivered {
      element.removeAll(keepingCapacity: element.capacity <= 64 << 10)
      isDelivered = false
    }
    while position < bytes.count {
      let byte = bytes[position]
      if state == .element || state == .firstElement, isInString {
        try keep(byte)
        position += 1
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      let isSpace = Self.isSpace(byte)
      switch state {
      case .start:
        guard isSpace || byte == UInt8(ascii: "[") else { throw malformed(position) }
        if !isSpace { state = .firstElement }
      case .between:
        if byte == UInt8(ascii: ",") {
          state = .element
        } else if byte == UInt8(ascii: "]") {
          state = .ended
        } else if !isSpace {
          throw malformed(position)
        }
      case .ended:
        guard isSpace else { throw .malformed(.trailingBytes, offset: consumed + position) }
      case .firstElement, .element:
        if try inElement(byte, isSpace, at: position) {
          // The comma or the bracket is looked at again, between elements.
          isDelivered = true
          return true
        }
        if state == .between { continue }
      }
      position += 1
    }
    consumed += bytes.count
    return false
  }

  /// What is left when the stream is over without the array's end: an unfinished element, or nothing but a missing
  /// bracket. Nil when the array was closed.
  public consuming func finish() -> [UInt8]? { state == .ended ? nil : isDelivered ? [] : element }

  /// True when the element is whole and `byte` comes after it.
  private mutating func inElement(_ byte: UInt8, _ isSpace: Bool, at position: Int) throws(WireError) -> Bool {
    switch byte {
    case UInt8(ascii: "]") where depth == 0 && element.isEmpty && state == .firstElement:
      state = .between
      return false
    case UInt8(ascii: ","), UInt8(ascii: "]"):
      if depth == 0 {
        guard !element.isEmpty else { throw malformed(position) }
        while let last = element.last, Self.isSpace(last) { element.removeLast() }
        state = .between
        return true
      }
      if byte == UInt8(ascii: "]") { depth -= 1 }
    case UInt8(ascii: "}"):
      guard depth > 0 else { throw malformed(position) }
      depth -= 1
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "\""): isInString = true
    default: if isSpace, element.isEmpty { return false }
    }
    try keep(byte)
    return false
  }

  private mutating func keep(_ byte: UInt8) throws(WireError) {
    guard element.count < limit else { throw .limit(.event, limit) }
    element.append(byte)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private func malformed(_ position: Int) -> WireError {
    .malformed(.unexpectedByte, offset: consumed + position)
  }
}
