// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

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

  var phase = Phase.head
  /// Of the body or of the chunk.
  var left = 0
  var digits = 0
  var extras = 0
  private var keepsAlive = true
  private let isHead: Bool
  private var reader: ResponseHeadReader
  /// A line whose end has not come yet.
  private var line: [UInt8] = []
  /// All lines that came whole.
  private var lineBytes = 0
  /// The next line is a status line.
  private var isAtStart = true
  private var isOld = false

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
        if !isAtStart, line.isEmpty {
          let start = at
          at = try reader.plainLines(of: bytes.span, from: start)
          lineBytes += at - start
        }
        guard try takeLine(bytes.span, &at, &step) else { return }
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
        guard try takeLine(bytes.span, &at, &step) else { return }
      case .complete:
        // Whoever sent that may send a forged answer to the next request (trust.md S18).
        step.outcome = .complete(keepsAlive: false)
        return
      case .failed(let error): throw error
      default:
        if takePlainFraming(bytes.span, &at) { continue }
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

  private mutating func take(headLine line: Span<UInt8>) throws(TransportError) -> HTTPHead? {
    if isAtStart {
      isAtStart = false
      guard line.count > 9, line.starts(with: Self.version), line[7] &- UInt8(ascii: "0") < 2, line[8] == 0x20 else {
        throw Self.noHTTP
      }
      isOld = line[7] == UInt8(ascii: "0")
    } else if Self.isEmpty(line) {
      isAtStart = true
    } else {
      try Self.check(field: line)
    }
    return try reader.line(line)
  }

  // MARK: Lines

  /// Takes one line with its end, if that is there; else keeps what is there of it, and gives false.
  private mutating func takeLine(
    _ bytes: Span<UInt8>, _ at: inout Int, _ step: inout Step
  ) throws(TransportError) -> Bool {
    let start = at
    let end = bytes.firstIndex(of: 0x0A, from: start)
    let isWhole = end < bytes.count
    at = isWhole ? end + 1 : end
    if isWhole, line.isEmpty {
      try take(line: bytes.extracting(start..<at), &step)
      return true
    }
    bytes.extracting(start..<at).withUnsafeBufferPointer { line.append(contentsOf: $0) }
    if isWhole {
      let whole = line
      line = []
      try take(line: whole.span, &step)
      return true
    }
    if !hasHead, isAtStart, !Self.mayBecomeVersion(line.span) { throw Self.noHTTP }
    // The reader counts whole lines. This one may never end.
    guard lineBytes + line.count <= ResponseHeadReader.limit else {
      throw TransportError(.limit, "the response head is larger than 256 KiB")
    }
    return false
  }

  private mutating func take(line: Span<UInt8>, _ step: inout Step) throws(TransportError) {
    lineBytes += line.count
    let endsWithReturn = line.count > 1 && line[line.count - 2] == 0x0D
    if !endsWithReturn { keepsAlive = false }
    // A CR inside would end the line for some readers, a NUL the value.
    let end = line.count - (endsWithReturn ? 2 : 1)
    guard line.firstIndex(of: 0x0D, from: 0) >= end, line.firstIndex(of: 0, from: 0) >= end else {
      throw TransportError(.protocol, "a header line holds a CR or a NUL")
    }
    guard case .trailers = phase else {
      guard let head = try take(headLine: line) else { return }
      step.head = head
      return try begin(head)
    }
    // Counted and dropped: a trailer must not become a field (RFC 9110, 6.5.1).
    _ = try reader.line(line)
    if Self.isEmpty(line) { phase = .complete }
  }
}
