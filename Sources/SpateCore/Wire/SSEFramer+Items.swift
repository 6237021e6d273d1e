// SPDX-License-Identifier: Apache-2.0

/// What the framer finds, and where it reads.
extension SSEFramer {
  /// What ``next(_:_:)`` found. Its properties are valid until the next call.
  public enum Item: Sendable, Hashable {
    /// A dispatched event.
    case event(DataLocation)
    /// A line that begins with a colon: a heart-beat.
    case comment
    /// A line with a field name that the standard does not know: see ``SSEFramer/unknownLine``.
    case unknownField
  }

  /// Where the data of an event lies.
  public enum DataLocation: Sendable, Hashable {
    /// In the piece that was given.
    case input(Range<Int>)
    /// In ``SSEFramer/data``: it came in several lines or several pieces.
    case buffer
  }

  /// The reading position in one piece. A fresh one for each piece.
  public struct Cursor: Sendable {
    /// The first byte not yet looked at.
    public private(set) var position = 0
    /// Known to be the first of its kind at or after `position`, or -1: so that each byte is searched once, also when
    /// a piece is all CR or all LF.
    private var nextLF = -1
    private var nextCR = -1

    /// At the start of a piece.
    public init() {}

    /// The next line end at or after the position, or `bytes.count`.
    mutating func lineEnd(in bytes: Span<UInt8>) -> Int {
      if nextLF < position {
        // Every second line of a stream is empty: not worth a call.
        nextLF = bytes[position] == SSEFramer.lf ? position : bytes.firstIndex(of: SSEFramer.lf, from: position)
      }
      if nextCR < position { nextCR = bytes.firstIndex(of: SSEFramer.cr, from: position) }
      return min(nextLF, nextCR)
    }

    mutating func move(to position: Int) { self.position = position }
  }

  /// What an event stream held after its last blank line.
  public struct Tail: Sendable, Hashable {
    /// The event's type so far, `message` when none was set.
    public var eventType: String
    /// The data so far, or nil without a data line. A last line without a line end counts as a line.
    public var data: [UInt8]?
    /// The last line, when it is no known field.
    public var unknownLine: [UInt8]?
  }
}
