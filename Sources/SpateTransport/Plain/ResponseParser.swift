// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A strict HTTP/1.1 response parser: a value, fed what one exchange receives, at any split.
///
/// The pieces of a chunked body are moved together inside the buffer they came in: however many chunks a read of the
/// socket holds, their content is one piece. The head is the same reader's as over libcurl. Lenient where servers
/// written by hand need it and no second reader can be misled: a head's lines may end with LF alone, and chunks may
/// come in HTTP/1.0; the connection then carries no second request.
struct ResponseParser {
  /// What a piece of input led to, in this order.
  struct Step {
    /// The final head, when this input ended it.
    var head: HTTPHead?
    /// Where in the buffer the body's bytes now are.
    var body = 0..<0
    var outcome = Outcome.more
  }

  enum Outcome: Equatable {
    case more
    /// `keepsAlive`: the connection is at the start of another response.
    case complete(keepsAlive: Bool)
    case failed(TransportError)
  }

  enum Phase {
    case head, length, toClose
    /// Of a chunk: the digits of its size, blanks behind them, an extension, the LF of that line.
    case size, blanks, extras, sizeEnd
    /// Its content, and the line end after it.
    case content, contentReturn, contentEnd
    case trailers, complete
    case failed(TransportError)
  }

  /// The longest extension of one chunk.
  static let extensionLimit = 16 << 10

  private let isHead: Bool
  private var reader: ResponseHeadReader
  var phase = Phase.head
  private var keepsAlive = true
  /// A line whose end has not come yet.
  private var line: [UInt8] = []
  /// All lines that came whole.
  private var lineBytes = 0
  /// The next line is a status line.
  private var isAtStart = true
  private var isOld = false
  /// Of the body or of the chunk.
  var left = 0
  var digits = 0
  var extras = 0

  /// `expectsBody`: a status that can have no body is then an error.
  init(method: String, expectsBody: Bool) {
    isHead = method == "HEAD"
    reader = ResponseHeadReader(expectsBody: expectsBody && method != "HEAD")
  }

  /// Whether the final head was read.
  var hasHead: Bool { reader.isDone }

  /// Takes what was received. The body's bytes are moved together; the rest of the buffer is used up.
  mutating func feed(_ bytes: inout MutableSpan<UInt8>) -> Step {
    var step = Step()
    do throws(TransportError) {
      try read(&bytes, &step)
    } catch {
      phase = .failed(error)
      line = []
      step.outcome = .failed(error)
    }
    return step
  }

  /// The connection has ended: in an orderly way, or broken.
  mutating func end(isOrderly: Bool) -> Result<Void, TransportError> {
    switch phase {
    case .complete: .success(())
    case .toClose where isOrderly: .success(())
    case .failed(let error): .failure(error)
    default:
      hasHead
        ? .failure(TransportError(.truncated, "the connection broke before the body was complete"))
        : .failure(TransportError(.connect, "the connection ended before the response"))
    }
  }

  private mutating func read(_ bytes: inout MutableSpan<UInt8>, _ step: inout Step) throws(TransportError) {
    var at = 0
    while at < bytes.count {
      switch phase {
      case .head:
        guard let line = try takeLine(bytes.span, &at) else { return }
        if let head = try take(headLine: line) {
          step.head = head
          try begin(head)
        }
      case .length:
        let count = min(left, bytes.count - at)
        step.body = at..<(at + count)
        at += count
        left -= count
        if left == 0 { phase = .complete }
      case .toClose:
        step.body = at..<bytes.count
        return
      case .content:
        let count = min(left, bytes.count - at)
        Self.append(at, count, of: &bytes, to: &step.body)
        at += count
        left -= count
        if left == 0 { phase = .contentReturn }
      case .trailers:
        guard let line = try takeLine(bytes.span, &at) else { return }
        // Counted and dropped: a trailer must not become a field (RFC 9110, 6.5.1).
        _ = try reader.line(line)
        if Self.isEmpty(line) { phase = .complete }
      case .complete:
        // Whoever sent that may send a forged answer to the next request (trust.md S18).
        step.outcome = .complete(keepsAlive: false)
        return
      case .failed(let error): throw error
      default:
        try take(framing: bytes[at])
        at += 1
      }
    }
    if case .complete = phase { step.outcome = .complete(keepsAlive: keepsAlive) }
  }

  /// Moves content behind that which the step has already.
  private static func append(_ at: Int, _ count: Int, of bytes: inout MutableSpan<UInt8>, to body: inout Range<Int>) {
    guard !body.isEmpty else {
      body = at..<(at + count)
      return
    }
    let end = body.upperBound
    bytes.withUnsafeMutableBufferPointer { buffer in
      // Both ranges lie inside: `at + count` is at most the count, and `end` at most `at`.
      guard let start = buffer.baseAddress else { return }
      memmove(start + end, start + at, count)
    }
    body = body.lowerBound..<(end + count)
  }

  // MARK: The head

  private mutating func begin(_ head: HTTPHead) throws(TransportError) {
    let framing = try ResponseFraming(head, isHead: isHead, isOld: isOld)
    keepsAlive = keepsAlive && framing.keepsAlive
    switch framing.body {
    case .none, .length(0): phase = .complete
    case .length(let length):
      left = length
      phase = .length
    case .chunked: phase = .size
    case .toClose: phase = .toClose
    }
  }

  private mutating func take(headLine line: [UInt8]) throws(TransportError) -> HTTPHead? {
    if isAtStart {
      isAtStart = false
      guard line.starts(with: Self.version.utf8), line.count > 9, line[7] &- UInt8(ascii: "0") < 2, line[8] == 0x20
      else { throw Self.noHTTP }
      isOld = line[7] == UInt8(ascii: "0")
    } else if Self.isEmpty(line) {
      isAtStart = true
    } else {
      try Self.check(field: line)
    }
    return try reader.line(line)
  }

  /// What the reader would repair where libcurl has decided about it before.
  private static func check(field line: [UInt8]) throws(TransportError) {
    guard line[0] != 0x20, line[0] != 0x09 else { throw TransportError(.protocol, "a folded header line") }
    guard !line.starts(with: version.utf8) else { throw TransportError(.protocol, "a status line among the fields") }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
    let name = line[..<colon].drop { !isVisible($0) }.prefix(while: isVisible)
    guard isFraming(name) else { return }
    guard name.count == colon, line[colon...].dropLast(2).allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else {
      throw TransportError(.protocol, "a field that frames the body holds a byte that does not belong there")
    }
  }

  private static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F }

  private static func isFraming(_ name: ArraySlice<UInt8>) -> Bool {
    guard name.count == 14 || name.count == 17 else { return false }
    let lower = name.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }
    return lower.elementsEqual("content-length".utf8) || lower.elementsEqual("transfer-encoding".utf8)
  }

  // MARK: Lines

  /// Takes one line with its end, if that is there; else keeps what is there of it.
  private mutating func takeLine(_ bytes: Span<UInt8>, _ at: inout Int) throws(TransportError) -> [UInt8]? {
    var end = at
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    let isWhole = end < bytes.count
    bytes.extracting(at..<(isWhole ? end + 1 : end)).withUnsafeBufferPointer { line.append(contentsOf: $0) }
    at = isWhole ? end + 1 : end
    if !hasHead, isAtStart, !line.starts(with: Self.version.utf8.prefix(line.count)) { throw Self.noHTTP }
    // The reader counts whole lines. This one may never end.
    guard isWhole else {
      guard lineBytes + line.count <= ResponseHeadReader.limit else {
        throw TransportError(.limit, "the response head is larger than 256 KiB")
      }
      return nil
    }
    let whole = line
    line = []
    lineBytes += whole.count
    let endsWithReturn = whole.count > 1 && whole[whole.count - 2] == 0x0D
    if !endsWithReturn { keepsAlive = false }
    // A CR inside would end the line for some readers, a NUL the value.
    guard !whole.dropLast(endsWithReturn ? 2 : 1).contains(where: { $0 == 0x0D || $0 == 0 }) else {
      throw TransportError(.protocol, "a header line holds a CR or a NUL")
    }
    return whole
  }

  private static func isEmpty(_ line: [UInt8]) -> Bool { line.count == 1 || line.count == 2 && line[0] == 0x0D }

  private static let version = "HTTP/1."
  private static let noHTTP = TransportError(.protocol, "the answer is not HTTP")
}
