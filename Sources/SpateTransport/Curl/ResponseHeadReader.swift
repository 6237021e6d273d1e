// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Turns header lines into the final head: a pure value, one line at a time.
///
/// 1xx heads are read and forgotten. What comes after the final head (trailers) counts towards the limit and is
/// otherwise ignored.
struct ResponseHeadReader {
  /// All header bytes of one exchange together (trust.md 1.5).
  static let limit = 256 * 1024

  /// Whether the final head was returned.
  private(set) var isDone = false
  private let expectsBody: Bool
  private var size = 0
  private var status: Int?
  private var fields = HTTPFields()

  /// `expectsBody`: a status that can have no body is then an error.
  init(expectsBody: Bool) { self.expectsBody = expectsBody }

  /// Takes a line with its line end; returns the final head when this line, an empty one, ends it.
  mutating func line(_ bytes: Span<UInt8>) throws(TransportError) -> HTTPHead? {
    try count(bytes.count)
    guard !isDone else { return nil }

    // What most lines are.
    let end = fields.append(plainLinesOf: bytes, from: 0)
    assert(end == 0 || end == bytes.count, "more than a line")
    if end > 0 { return nil }
    let text = Self.trimmed(bytes, 0..<bytes.count)
    if text.isEmpty {
      // One of other blanks ends the head for some readers and not for others (trust.md G7).
      for index in bytes.indices where bytes[index] != 0x0A && bytes[index] != 0x0D {
        throw TransportError(.protocol, "a header line of blanks")
      }
      return try finished()
    }
    if bytes[text.lowerBound] == UInt8(ascii: "H"), bytes.extracting(text).starts(with: "HTTP/") {
      // A second status line starts over: what came before was not the head.
      status = try Self.status(of: bytes, text)
      fields = HTTPFields()
      fields.reserve(fields: 16, bytes: 512)
    } else if bytes[0] == 0x20 || bytes[0] == 0x09 {
      // Forbidden since RFC 7230, and joining them would take quadratic time on a hostile answer.
      throw TransportError(.protocol, "a folded header line")
    } else if case let colon = bytes.firstIndex(of: UInt8(ascii: ":"), from: text.lowerBound), colon < text.upperBound {
      let name = Self.trimmed(bytes, text.lowerBound..<colon)
      guard HTTPFields.isValid(name: bytes.extracting(name)) else { return nil }
      let value = Self.trimmed(bytes, (colon + 1)..<text.upperBound)
      fields.append(name: bytes.extracting(name), value: bytes.extracting(value))
    }
    return nil
  }

  /// Takes the field lines from `start` on that are written as they should be, and gives where they end. Not before the
  /// status line.
  mutating func plainLines(of head: Span<UInt8>, from start: Int) throws(TransportError) -> Int {
    guard !isDone else { return start }
    let end = fields.append(plainLinesOf: head, from: start)
    try count(end - start)
    return end
  }

  private mutating func count(_ bytes: Int) throws(TransportError) {
    size += bytes
    guard size <= Self.limit else { throw TransportError(.limit, "the response head is larger than 256 KiB") }
  }

  private mutating func finished() throws(TransportError) -> HTTPHead? {
    guard let status else { throw TransportError(.protocol, "a response head without a status line") }
    guard status != 101 else { throw TransportError(.protocol, "the server switched protocols unasked") }
    guard status >= 200 else {
      self.status = nil
      return nil
    }
    guard !expectsBody || (status != 204 && status != 205) else {
      throw TransportError(.protocol, "status \(status), which has no body, in answer to a request for a stream")
    }
    // libcurl takes the last of several.
    _ = try ContentLength.of(fields)
    isDone = true
    defer { fields = HTTPFields() }
    return HTTPHead(status: status, fields: fields)
  }

  /// `HTTP/1.1 200 OK` and `HTTP/2 200`: the three digits after the first space.
  private static func status(of bytes: Span<UInt8>, _ line: Range<Int>) throws(TransportError) -> Int {
    var index = first(0x20, in: bytes, line) ?? line.upperBound
    while index < line.upperBound, bytes[index] == 0x20 { index += 1 }
    var (status, count) = (0, 0)
    while index < line.upperBound, bytes[index] != 0x20, count < 4 {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      (status, count, index) = (status * 10 + Int(digit), count + 1, index + 1)
    }
    guard count == 3, status >= 100, index == line.upperBound || bytes[index] == 0x20 else {
      throw TransportError(.protocol, "a status line without a status")
    }
    return status
  }

  private static func first(_ byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    for index in range where bytes[index] == byte { return index }
    return nil
  }

  private static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte &- 0x09 < 5 }
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isSpace(bytes[end - 1]) { end -= 1 }
    while start < end, isSpace(bytes[start]) { start += 1 }
    return start..<end
  }
}
