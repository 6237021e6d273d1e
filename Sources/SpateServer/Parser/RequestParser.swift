// SPDX-License-Identifier: Apache-2.0

/// A strict HTTP/1.1 request parser: a value, fed pieces of a connection's bytes at any split.
///
/// The first byte that can not belong to an acceptable request decides the refusal, so every split gives the same one.
/// Whatever two readers could understand differently is refused (trust.md G7).
package struct RequestParser: Sendable {
  /// What a piece led to.
  package enum Outcome: Sendable {
    /// The request goes on.
    case more
    /// A whole request; the parser is ready for the next one.
    case request(ServerRequest)
    /// Nothing more is read from this connection.
    case refused(Refusal)
  }

  /// How far the request has come: each phase has a deadline of its own.
  package enum Phase: Sendable {
    case idle, head, body
  }

  private enum State: Sendable {
    case requestLine
    case fields
    case body(remaining: Int)
    case chunkSize
    case chunk(remaining: Int)
    case chunkEnd(sawReturn: Bool)
    case trailers
    case complete
    case refused(Refusal)
  }

  private let limits: RequestLimits
  private var state = State.requestLine
  private var head = RequestHead()
  private var body: [UInt8] = []
  /// The start of a line whose end has not come yet.
  private var line: [UInt8] = []
  /// The last byte was a CR: only LF may follow.
  private var sawReturn = false
  private var emptyLines = 0
  /// Bytes of the head or of the trailers, and trailer lines.
  private var headBytes = 0
  private var trailers = 0
  private var extensionBytes = 0
  private var mustContinue = false

  /// A parser before a connection's first byte.
  package init(limits: RequestLimits = RequestLimits()) {
    self.limits = limits
  }

  /// How far the request has come.
  package var phase: Phase {
    switch state {
    // Old clients send an empty line after a body: it begins no request.
    case .requestLine: line.isEmpty && !sawReturn ? .idle : .head
    case .fields: .head
    case .body, .chunkSize, .chunk, .chunkEnd, .trailers, .complete, .refused: .body
    }
  }

  /// Whether the client waits for `100 Continue`: true once a request, and not when its body already comes.
  package mutating func takeExpectation() -> Bool {
    defer { mustContinue = false }
    return mustContinue
  }

  /// Takes bytes up to the end of one request. What is not `used` belongs to the next one.
  package mutating func feed(_ bytes: Span<UInt8>) -> (outcome: Outcome, used: Int) {
    var at = 0
    do throws(Refusal) {
      while true {
        switch state {
        case .complete: return (.request(takeRequest()), at)
        case .refused(let refusal): return (.refused(refusal), bytes.count)
        case .requestLine, .fields, .chunkSize, .trailers:
          guard try readLine(bytes, &at) else { return (.more, at) }
        case .body(let remaining):
          let left = readBody(bytes, &at, remaining)
          state = left == 0 ? .complete : .body(remaining: left)
        case .chunk(let remaining):
          let left = readBody(bytes, &at, remaining)
          state = left == 0 ? .chunkEnd(sawReturn: false) : .chunk(remaining: left)
        case .chunkEnd(let sawReturn):
          guard at < bytes.count else { return (.more, at) }
          guard bytes[at] == (sawReturn ? .lineFeed : .carriageReturn) else {
            throw .malformed("a chunk does not end where its size says")
          }
          at += 1
          state = sawReturn ? .chunkSize : .chunkEnd(sawReturn: true)
        }
        if at == bytes.count, !isComplete { return (.more, at) }
      }
    } catch {
      state = .refused(error)
      (line, body) = ([], [])
      return (.refused(error), bytes.count)
    }
  }

  private var isComplete: Bool {
    if case .complete = state { true } else { false }
  }

  private mutating func takeRequest() -> ServerRequest {
    let request = ServerRequest(
      method: head.method, target: head.target, version: head.version, fields: head.fields, body: body,
      keepsAlive: head.keepsAlive)
    self = RequestParser(limits: limits)
    return request
  }

  private mutating func readBody(_ bytes: Span<UInt8>, _ at: inout Int, _ remaining: Int) -> Int {
    let count = min(remaining, bytes.count - at)
    if count > 0 { mustContinue = false }
    body.append(bytes.extracting(at..<(at + count)))
    at += count
    return remaining - count
  }

  // MARK: Lines

  /// The most bytes the line being read may have, its end apart, and the refusal of more.
  private var lineLimit: (bytes: Int, refusal: Refusal) {
    switch state {
    case .requestLine:
      // Method, two spaces and version beside the target.
      (min(limits.targetBytes + RequestLimits.methodBytes + 10, limits.headerBytes - 4), .targetTooLong)
    // 4: its own line end and that of the empty line that must still fit.
    case .fields, .trailers: (limits.headerBytes - headBytes - 4, .headTooLong)
    default: (RequestLimits.chunkLineBytes, .malformed("a chunk's size line is too long"))
    }
  }

  /// Takes one line, if its end is there; else keeps what is there of it.
  private mutating func readLine(_ bytes: Span<UInt8>, _ at: inout Int) throws(Refusal) -> Bool {
    let start = at
    var end = start
    if !sawReturn {
      let (limit, refusal) = lineLimit
      let room = limit - line.count
      while end < bytes.count, bytes[end].isText {
        guard end - start < room else { throw refusal }
        end += 1
      }
      guard end < bytes.count else {
        line.append(bytes.extracting(start..<end))
        at = end
        return false
      }
      guard bytes[end] == .carriageReturn else {
        throw .malformed(bytes[end] == .lineFeed ? "a line ends without CR" : "a line holds a control byte")
      }
      at = end + 1
      sawReturn = true
    }
    guard at < bytes.count else {
      line.append(bytes.extracting(start..<end))
      return false
    }
    guard bytes[at] == .lineFeed else { throw .malformed("a CR is not followed by LF") }
    at += 1
    sawReturn = false
    if line.isEmpty {
      try take(line: bytes.extracting(start..<end))
    } else {
      line.append(bytes.extracting(start..<end))
      let whole = line
      line = []
      try take(line: whole.span)
    }
    return true
  }

  private mutating func take(line: Span<UInt8>) throws(Refusal) {
    headBytes += line.count + 2
    switch state {
    case .requestLine:
      guard line.count > 0 else {
        headBytes = 0
        emptyLines += 1
        guard emptyLines <= RequestLimits.emptyLines else { throw .malformed("too many empty lines") }
        return
      }
      head = try RequestHead(line: line, limits: limits)
      state = .fields
    case .fields:
      guard line.count > 0 else { return try endHead() }
      guard head.count < limits.headerFields else { throw .tooManyFields }
      try head.take(field: line)
    case .chunkSize: try take(chunkLine: line)
    case .trailers:
      guard line.count > 0 else {
        state = .complete
        return
      }
      trailers += 1
      guard trailers <= limits.headerFields else { throw .tooManyFields }
      // Checked and dropped: a trailer must not become a field (RFC 9110, 6.5.1).
      _ = try RequestHead.split(field: line)
    default: break
    }
  }

  private mutating func endHead() throws(Refusal) {
    switch try head.framing(limits: limits) {
    case .length(0): state = .complete
    case .length(let length):
      state = .body(remaining: length)
      // A promise is not a reason to take memory.
      body.reserveCapacity(min(length, 64 << 10))
    case .chunked: state = .chunkSize
    }
    mustContinue = !isComplete && head.expectsContinue && head.version == .http11
  }

  private mutating func take(chunkLine line: Span<UInt8>) throws(Refusal) {
    mustContinue = false
    var digits = 0
    var size = 0
    while digits < line.count, let digit = line[digits].hexValue {
      guard digits < 16, size <= Int.max >> 4 else { throw .malformed("a chunk's size is too large") }
      size = size << 4 | digit
      digits += 1
    }
    guard digits > 0, digits == line.count || line[digits] == UInt8(ascii: ";") else {
      throw .malformed("a chunk's size is not a hexadecimal number")
    }
    extensionBytes += line.count - digits
    guard extensionBytes <= limits.headerBytes else { throw .malformed("too many chunk extensions") }
    guard size <= limits.bodyBytes - body.count else { throw .bodyTooLong }
    if size == 0 { headBytes = 0 }
    state = size == 0 ? .trailers : .chunk(remaining: size)
  }
}
