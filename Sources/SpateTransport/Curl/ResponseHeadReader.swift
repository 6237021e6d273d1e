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
  mutating func line(_ bytes: [UInt8]) throws(TransportError) -> HTTPHead? {
    size += bytes.count
    guard size <= Self.limit else { throw TransportError(.limit, "the response head is larger than 256 KiB") }
    guard !isDone else { return nil }

    let text = Self.trimmed(bytes[...])
    if text.isEmpty {
      // One of other blanks ends the head for some readers and not for others (trust.md G7).
      guard bytes.allSatisfy({ $0 == 0x0A || $0 == 0x0D }) else {
        throw TransportError(.protocol, "a header line of blanks")
      }
      return try finished()
    }
    if text.starts(with: "HTTP/".utf8) {
      // A second status line starts over: what came before was not the head.
      status = try Self.status(of: text)
      fields = HTTPFields()
    } else if let first = bytes.first, first == 0x20 || first == 0x09 {
      // Forbidden since RFC 7230, and joining them would take quadratic time on a hostile answer.
      throw TransportError(.protocol, "a folded header line")
    } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
      let name = String(decoding: Self.trimmed(text[..<colon]), as: UTF8.self)
      guard HTTPFields.isValid(name: name) else { return nil }
      fields.append(name: name, value: String(decoding: Self.trimmed(text[(colon + 1)...]), as: UTF8.self))
    }
    return nil
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
    try Self.checkLength(fields)
    isDone = true
    defer { fields = HTTPFields() }
    return HTTPHead(status: status, fields: fields)
  }

  /// `HTTP/1.1 200 OK` and `HTTP/2 200`: the three digits after the first space.
  private static func status(of line: ArraySlice<UInt8>) throws(TransportError) -> Int {
    let digits = line.drop { $0 != 0x20 }.drop { $0 == 0x20 }.prefix { $0 != 0x20 }
    guard digits.count == 3, let status = Int(String(decoding: digits, as: UTF8.self)), status >= 100 else {
      throw TransportError(.protocol, "a status line without a status")
    }
    return status
  }

  /// Two lengths that differ let two readers of one connection see different bodies (request smuggling); libcurl takes
  /// the last. Equal ones may be joined by commas (RFC 9110, 8.6).
  private static func checkLength(_ fields: HTTPFields) throws(TransportError) {
    var seen: Substring?
    for value in fields.values(of: "content-length") {
      for part in value.split(separator: ",", omittingEmptySubsequences: false) {
        let digits = part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
          throw TransportError(.protocol, "a Content-Length that is no number")
        }
        guard seen == nil || seen == digits else { throw TransportError(.protocol, "two different Content-Lengths") }
        seen = digits
      }
    }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard let last = bytes.lastIndex(where: { !isSpace($0) }) else { return [] }
    return bytes[...last].drop(while: isSpace)
  }
}
