// SPDX-License-Identifier: Apache-2.0

/// Cuts a byte stream into the lines of newline-delimited JSON.
///
/// A copyable value; any split of the input gives the same records. LF ends a record, a CR before it is dropped, blank
/// lines are none. Whether a record is JSON is for the scanner to say.
public struct NDJSONFramer: Sendable {
  /// Where a record lies.
  public enum Location: Sendable, Hashable {
    /// In the piece that was given.
    case input(Range<Int>)
    /// In ``NDJSONFramer/record``: it came in several pieces.
    case buffer
  }

  /// The last record when it is not in the input; valid until the next call.
  public private(set) var record: [UInt8] = []

  private let limit: Int
  private var isDelivered = false
  private var failure: WireError?

  /// At the start of a stream. The limit is in bytes of a line without its end.
  public init(lineLimit: Int = 16 << 20) { limit = lineLimit }

  /// The next record in `bytes` from `position` on, which is moved; nil once all is used up. After an error it only
  /// throws that error again.
  public mutating func next(_ bytes: Span<UInt8>, _ position: inout Int) throws(WireError) -> Location? {
    if let failure { throw failure }
    if isDelivered {
      record.removeAll(keepingCapacity: record.capacity <= 64 << 10)
      isDelivered = false
    }
    while position < bytes.count {
      let start = position
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start)
      let size = record.count + (end - start)
      // One more than the limit may be the CR of the line's end.
      guard size <= limit || size - 1 == limit && Self.last(record, bytes.extracting(start..<end)) == Self.cr else {
        failure = .limit(.line, limit)
        throw .limit(.line, limit)
      }
      position = min(end + 1, bytes.count)
      if end == bytes.count || !record.isEmpty { record.append(bytes.extracting(start..<end)) }
      guard end < bytes.count else { return nil }
      if record.isEmpty {
        let range = start..<(end > start && bytes[end - 1] == Self.cr ? end - 1 : end)
        if !Self.isBlank(bytes.extracting(range)) { return .input(range) }
      } else {
        if record.last == Self.cr { record.removeLast() }
        if !Self.isBlank(record.span) {
          isDelivered = true
          return .buffer
        }
        record.removeAll(keepingCapacity: true)
      }
    }
    return nil
  }

  /// The last line when the stream ended without its end; nil when nothing but white space is left.
  public consuming func finish() -> [UInt8]? {
    isDelivered || Self.isBlank(record.span) ? nil : record
  }

  private static let cr = UInt8(ascii: "\r")

  /// The last byte of both, one after the other.
  private static func last(_ record: [UInt8], _ more: Span<UInt8>) -> UInt8? {
    more.isEmpty ? record.last : more[more.count - 1]
  }

  private static func isBlank(_ line: Span<UInt8>) -> Bool {
    for index in line.indices where line[index] != 0x20 && line[index] != 0x09 && line[index] != 0x0D { return false }
    return true
  }
}
