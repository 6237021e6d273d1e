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

  /// At the start of a stream. The limit is in bytes of a line without its end.
  public init(lineLimit: Int = 16 << 20) { limit = lineLimit }

  /// The next record in `bytes` from `position` on, which is moved; nil once all is used up.
  public mutating func next(_ bytes: Span<UInt8>, _ position: inout Int) throws(WireError) -> Location? {
    if isDelivered {
      record.removeAll(keepingCapacity: record.capacity <= 64 << 10)
      isDelivered = false
    }
    while position < bytes.count {
      let start = position
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start)
      // One more than the limit: it may be the CR of the line's end.
      guard record.count + (end - start) <= limit + 1 else { throw .limit(.line, limit) }
      position = min(end + 1, bytes.count)
      if end == bytes.count || !record.isEmpty { record.append(bytes.extracting(start..<end)) }
      guard end < bytes.count else { return nil }
      if record.isEmpty {
        let range = start..<(end > start && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end)
        guard range.count <= limit else { throw .limit(.line, limit) }
        if !Self.isBlank(bytes.extracting(range)) { return .input(range) }
      } else {
        if record.last == UInt8(ascii: "\r") { record.removeLast() }
        guard record.count <= limit else { throw .limit(.line, limit) }
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

  private static func isBlank(_ line: Span<UInt8>) -> Bool {
    for index in line.indices where line[index] != 0x20 && line[index] != 0x09 && line[index] != 0x0D { return false }
    return true
  }
}
