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
      switch state {
      case .firstElement, .element:
        isDelivered = try scanElement(bytes, &position)
        if isDelivered { return true }
        continue
      case .start, .between, .ended: break
      }
      let byte = bytes[position]
      switch (state, byte) {
      case _ where Self.isSpace(byte): break
      case (.start, UInt8(ascii: "[")): state = .firstElement
      case (.between, UInt8(ascii: ",")): state = .element
      case (.between, UInt8(ascii: "]")): state = .ended
      case (.ended, _): throw .malformed(.trailingBytes, offset: consumed + position)
      default: throw malformed(position)
      }
      position += 1
    }
    consumed += bytes.count
    return false
  }

  /// What is left when the stream is over without the array's end: an unfinished element, or nothing but a missing
  /// bracket. Nil when the array was closed.
  public consuming func finish() -> [UInt8]? { state == .ended ? nil : isDelivered ? [] : element }

  /// Keeps the bytes of the element at hand, up to its end or that of the piece. True when the element is whole; the
  /// comma or the bracket after it is left.
  private mutating func scanElement(_ bytes: Span<UInt8>, _ position: inout Int) throws(WireError) -> Bool {
    if element.isEmpty {
      while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
      guard position < bytes.count else { return false }
      if state == .firstElement, bytes[position] == UInt8(ascii: "]") {
        state = .between
        return false
      }
    }
    let start = position
    let room = limit - element.count
    var isWhole = false
    scan: while position < bytes.count {
      let byte = bytes[position]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: ",") where depth == 0, UInt8(ascii: "]") where depth == 0:
          isWhole = true
          break scan
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          guard depth > 0 else { throw malformed(position) }
          depth -= 1
          // An object is whole at its own bracket: the comma after it may come with the next one only.
          isWhole = depth == 0
        default: break
        }
      }
      guard position - start < room else { throw .limit(.event, limit) }
      position += 1
      if isWhole { break }
    }
    element.append(bytes.extracting(start..<position))
    guard isWhole else { return false }
    guard !element.isEmpty else { throw malformed(position) }
    while let last = element.last, Self.isSpace(last) { element.removeLast() }
    state = .between
    return true
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private func malformed(_ position: Int) -> WireError {
    .malformed(.unexpectedByte, offset: consumed + position)
  }
}
