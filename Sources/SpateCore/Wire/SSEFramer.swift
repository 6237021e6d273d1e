// SPDX-License-Identifier: Apache-2.0

/// Cuts a byte stream into server-sent events by the rules of the WHATWG HTML standard (9.2.6).
///
/// A copyable value without reference state: a copy is a snapshot. Any split of the input gives the same items.
/// An event whose data is one line inside the piece at hand is not copied: its bytes are read where they lie.
///
/// ```swift
/// var cursor = SSEFramer.Cursor()
/// while let item = try framer.next(bytes, &cursor) {
///   if case .event(let data) = item { ... }   // framer.eventType, framer.lastEventID
/// }
/// ```
///
/// The standard drops an unfinished last event and ignores unknown fields; providers put answers and errors there
/// (rules S9, S10). So both are reported, and the decoder decides.
public struct SSEFramer: Sendable {
  // What every event touches comes first (docs/decisions/0023).
  private var hasData = false
  private var isDispatched = false
  private var swallowLF = false
  var hasNewID = false
  /// Bytes of a leading byte order mark seen so far; 3 once it is decided.
  private var markBytes = 0
  private var failure: WireError?
  private var location = DataLocation.buffer
  /// The line begun in an earlier piece.
  private var partialLine: [UInt8] = []
  private let lineLimit: Int
  private let eventLimit: Int
  var type: [UInt8] = []
  /// The data of the last event when it is not in the input.
  public private(set) var data: [UInt8] = []

  /// The last unknown line, whole.
  public internal(set) var unknownLine: [UInt8] = []
  /// The id in force: that of the last dispatched block that set one.
  public private(set) var lastEventID: [UInt8] = []
  /// The reconnection time that the server last set, in milliseconds.
  public internal(set) var retryMilliseconds: Int?
  var idBuffer: [UInt8] = []

  static let lf = UInt8(ascii: "\n")
  static let cr = UInt8(ascii: "\r")
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// At the start of a stream. Limits are in bytes, of a line without its end and of an event's data.
  public init(lineLimit: Int = 16 << 20, eventLimit: Int = 16 << 20) {
    self.lineLimit = lineLimit
    self.eventLimit = eventLimit
  }

  /// The type of the last event in force, `message` when the event set none.
  public var eventType: String { type.isEmpty ? "message" : String(decoding: type, as: UTF8.self) }

  /// Whether the event set this type, without making a string.
  public func isEventType(_ name: StaticString) -> Bool { type.span.equals(name) }

  /// The next item in `bytes`, or nil once all of it is used up; the rest is kept for the next piece. After an error it
  /// only throws that error again.
  public mutating func next(_ bytes: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) -> Item? {
    if let failure { throw failure }
    do {
      return try scan(bytes, &cursor)
    } catch {
      failure = error
      throw error
    }
  }

  /// What is left when the stream is over; nil when there is neither data nor an unknown last line.
  public consuming func finish() -> Tail? {
    if isDispatched { beginEvent() }
    if markBytes < 3 { partialLine = Array(Self.mark[..<markBytes]) }
    unknownLine = []
    let line = partialLine
    if !line.isEmpty {
      // The last line is within its limit already, so only the joined data can be over: then it counts as no tail.
      do throws(WireError) { _ = try take(line.span, at: nil) } catch { return nil }
    }
    guard hasData || !unknownLine.isEmpty else { return nil }
    return Tail(
      eventType: eventType, data: hasData ? data : nil, unknownLine: unknownLine.isEmpty ? nil : unknownLine)
  }

  // MARK: Lines

  private mutating func scan(_ bytes: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) -> Item? {
    if isDispatched { beginEvent() }
    if markBytes < 3 { skipMark(bytes, &cursor) }
    while cursor.position < bytes.count {
      if let event = takeWhole(bytes, &cursor) { return event }
      if swallowLF {
        swallowLF = false
        if bytes[cursor.position] == Self.lf {
          cursor.move(to: cursor.position + 1)
          continue
        }
      }
      let start = cursor.position
      let end = cursor.lineEnd(in: bytes)
      guard partialLine.count + (end - start) <= lineLimit else { throw .limit(.line, lineLimit) }
      guard end < bytes.count else {
        partialLine.append(bytes.extracting(start..<end))
        cursor.move(to: end)
        break
      }
      // A CR ends the line at once; the LF of a CRLF is swallowed when it comes, even in the next piece (S2).
      swallowLF = bytes[end] == Self.cr
      cursor.move(to: end + 1)
      // Another line for an event whose data still lies in the input: it may have to be joined to it.
      if hasData, end > start, case .input(let range) = location { keep(bytes.extracting(range)) }
      let item: Item?
      if partialLine.isEmpty {
        item = try take(bytes.extracting(start..<end), at: start)
      } else {
        partialLine.append(bytes.extracting(start..<end))
        var line: [UInt8] = []
        swap(&line, &partialLine)
        item = try take(line.span, at: nil)
        Self.clear(&line)
        swap(&line, &partialLine)
      }
      if let item { return item }
    }
    // The piece goes away: data that lies in it must be kept.
    if case .input(let range) = location, hasData { keep(bytes.extracting(range)) }
    return nil
  }

  /// An event whose only line of data is here whole, with the empty line after it and LF for line ends: what nearly all
  /// are, in one step. Nil, and nothing is changed, for any other.
  private mutating func takeWhole(_ bytes: Span<UInt8>, _ cursor: inout Cursor) -> Item? {
    let start = cursor.position
    guard !hasData, !swallowLF, partialLine.isEmpty, bytes.count - start > 6, bytes[start] == UInt8(ascii: "d"),
      bytes[start + 1] == UInt8(ascii: "a"), bytes[start + 2] == UInt8(ascii: "t"),
      bytes[start + 3] == UInt8(ascii: "a"), bytes[start + 4] == UInt8(ascii: ":")
    else { return nil }
    let end = cursor.lineEnd(in: bytes)
    guard end + 1 < bytes.count, bytes[end] == Self.lf, bytes[end + 1] == Self.lf, end - start <= lineLimit else {
      return nil
    }
    let value = start + (bytes[start + 5] == UInt8(ascii: " ") ? 6 : 5)
    guard end - value <= eventLimit else { return nil }
    location = .input(value..<end)
    hasData = true
    cursor.move(to: end + 2)
    return dispatch()
  }

  /// Handles a line whole; `offset` is its place in the input, nil when it is not there.
  private mutating func take(_ line: Span<UInt8>, at offset: Int?) throws(WireError) -> Item? {
    guard !line.isEmpty else { return dispatch() }
    guard line.starts(with: "data") else { return other(line) }
    let start: Int
    if line.count == 4 {
      start = 4
    } else if line[4] != UInt8(ascii: ":") {
      return other(line)
    } else {
      start = Self.valueStart(line, colon: 4)
    }
    let size = line.count - start
    if !hasData, let offset {
      guard size <= eventLimit else { throw .limit(.event, eventLimit) }
      location = .input(offset + start..<offset + line.count)
      hasData = true
      return nil
    }
    if hasData {
      guard data.count + 1 + size <= eventLimit else { throw .limit(.event, eventLimit) }
      data.append(Self.lf)
    } else {
      guard size <= eventLimit else { throw .limit(.event, eventLimit) }
    }
    data.append(line.extracting(start..<line.count))
    hasData = true
    return nil
  }

  private mutating func dispatch() -> Item? {
    if hasNewID {
      lastEventID = idBuffer
      hasNewID = false
    }
    guard hasData else {
      Self.clear(&type)
      return nil
    }
    isDispatched = true
    return .event(location)
  }

  private mutating func beginEvent() {
    isDispatched = false
    hasData = false
    location = .buffer
    if !data.isEmpty { Self.clear(&data) }
    if !type.isEmpty { Self.clear(&type) }
  }

  /// Keeps the storage, but not that of a giant.
  static func clear(_ bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: bytes.capacity <= 64 << 10)
  }

  private mutating func keep(_ first: Span<UInt8>) {
    data.append(first)
    location = .buffer
  }

  /// Drops one byte order mark at the start of the stream, also when its bytes come apart (S6).
  private mutating func skipMark(_ bytes: Span<UInt8>, _ cursor: inout Cursor) {
    while markBytes < 3, cursor.position < bytes.count {
      guard bytes[cursor.position] == Self.mark[markBytes] else {
        partialLine = Array(Self.mark[..<markBytes])
        markBytes = 3
        return
      }
      markBytes += 1
      cursor.move(to: cursor.position + 1)
    }
  }
}
