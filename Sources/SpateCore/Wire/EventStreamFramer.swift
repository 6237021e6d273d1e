// SPDX-License-Identifier: Apache-2.0

/// Cuts AWS's binary event stream (`application/vnd.amazon.eventstream`) into messages.
///
/// A message is a prelude (its length, the length of its headers, a checksum of both), headers, a payload and a checksum
/// of all of it. Both checksums are verified, the prelude's before its lengths are believed. A copyable value; any split
/// of the input gives the same messages.
public struct EventStreamFramer: Sendable {
  /// The last message, whole; valid until the next call.
  public private(set) var message: [UInt8] = []
  /// Where its payload lies in it.
  public private(set) var payload = 0..<0
  private var headers = 0..<0

  private let limit: Int
  private var isDelivered = false
  /// Bytes of the stream before this message.
  private var offset = 0
  private var failure: WireError?

  private static let preludeCount = 12
  private static let checksumCount = 4

  /// At the start of a stream. The limit is in bytes of a whole message; AWS allows itself 24 MiB.
  public init(messageLimit: Int = 24 << 20) { limit = messageLimit }

  /// Reads the next message from `bytes`, from `position` on, which is moved; false once all is used up. After an error
  /// it only throws that error again.
  public mutating func next(_ bytes: Span<UInt8>, _ position: inout Int) throws(WireError) -> Bool {
    if let failure { throw failure }
    if isDelivered {
      offset += message.count
      message.removeAll(keepingCapacity: message.capacity <= 64 << 10)
      isDelivered = false
    }
    do throws(WireError) {
      guard take(Self.preludeCount, from: bytes, &position) else { return false }
      guard take(try length(), from: bytes, &position) else { return false }
      (headers, payload) = try parts()
    } catch {
      failure = error
      throw error
    }
    isDelivered = true
    return true
  }

  /// Whether the stream ended between two messages.
  public consuming func finish() -> Bool { isDelivered || message.isEmpty }

  /// The text of a header of the last message; nil when it is not there, is no string or no UTF-8.
  public func header(_ name: String) -> String? {
    var header = Header(at: headers.lowerBound)
    while header.read(message.span, until: headers.upperBound) {
      guard message[header.name].elementsEqual(name.utf8) else { continue }
      return header.type == .string ? String(validating: message[header.value], as: UTF8.self) : nil
    }
    return nil
  }

  /// The names of the last message's headers that have text, with the text.
  public var textHeaders: [(name: String, text: String)] {
    var found: [(name: String, text: String)] = []
    var header = Header(at: headers.lowerBound)
    while header.read(message.span, until: headers.upperBound) {
      guard header.type == .string, let text = String(validating: message[header.value], as: UTF8.self) else {
        continue
      }
      found.append((String(decoding: message[header.name], as: UTF8.self), text))
    }
    return found
  }

  // MARK: Reading

  /// Fills the message up to `count` bytes; false when the input does not reach.
  private mutating func take(_ count: Int, from bytes: Span<UInt8>, _ position: inout Int) -> Bool {
    guard message.count < count else { return true }
    let more = min(count - message.count, bytes.count - position)
    message.append(bytes.extracting(position..<(position + more)))
    position += more
    return message.count == count
  }

  /// What the prelude says. Its checksum comes first: a length that was hit by an error could be anything.
  private func length() throws(WireError) -> Int {
    let bytes = message.span
    let total = Int(bytes.bigEndian(UInt32.self, at: 0))
    guard bytes.bigEndian(UInt32.self, at: 8) == CRC32.of(bytes.extracting(0..<8)) else {
      throw .malformed(.checksum, offset: offset)
    }
    guard total <= limit else { throw .limit(.event, limit) }
    let rest = total - Self.preludeCount - Self.checksumCount
    guard rest >= 0, bytes.bigEndian(UInt32.self, at: 4) <= rest else { throw .malformed(.length, offset: offset) }
    return total
  }

  /// Where the headers and the payload lie, once both are as they should be.
  private func parts() throws(WireError) -> (Range<Int>, Range<Int>) {
    let bytes = message.span
    let end = bytes.count - Self.checksumCount
    guard bytes.bigEndian(UInt32.self, at: end) == CRC32.of(bytes.extracting(0..<end)) else {
      throw .malformed(.checksum, offset: offset)
    }
    let payloadStart = Self.preludeCount + Int(bytes.bigEndian(UInt32.self, at: 4))
    var header = Header(at: Self.preludeCount)
    while header.read(bytes, until: payloadStart) {}
    guard header.end == payloadStart else { throw .malformed(.header, offset: offset + header.end) }
    return (Self.preludeCount..<payloadStart, payloadStart..<end)
  }

  /// A header: the length of its name, the name, its type, its value.
  private struct Header {
    /// The types of values, by their numbers.
    enum Kind: UInt8 {
      case yes, no, byte, short, integer, long, bytes, string, timestamp, uuid
    }

    var name = 0..<0
    var type = Kind.yes
    var value = 0..<0
    /// Where the next one begins.
    var end: Int

    init(at start: Int) { end = start }

    /// Reads the next one; false at the end, or without moving at what is none.
    mutating func read(_ bytes: Span<UInt8>, until limit: Int) -> Bool {
      guard end < limit else { return false }
      let nameEnd = end + 1 + Int(bytes[end])
      guard nameEnd > end + 1, nameEnd < limit, let type = Kind(rawValue: bytes[nameEnd]) else { return false }
      var start = nameEnd + 1
      let count: Int
      switch type {
      case .yes, .no: count = 0
      case .byte: count = 1
      case .short: count = 2
      case .integer: count = 4
      case .long, .timestamp: count = 8
      case .uuid: count = 16
      case .bytes, .string:
        guard start + 2 <= limit else { return false }
        count = Int(bytes.bigEndian(UInt16.self, at: start))
        start += 2
      }
      guard start + count <= limit else { return false }
      (name, self.type, value, end) = (end + 1..<nameEnd, type, start..<start + count, start + count)
      return true
    }
  }
}
