// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// A request's head while its lines come in, and what its fields say about the body's length.
struct RequestHead: Sendable {
  /// How long the body is.
  enum Framing: Sendable {
    case length(Int)
    case chunked
  }

  private(set) var method = ""
  private(set) var target = ""
  private(set) var version = HTTPVersion.http11
  private(set) var fields = HTTPFields()
  private(set) var count = 0
  private(set) var expectsContinue = false

  private var authority: String?
  private var host: String?
  private var hosts = 0
  private var length: Int?
  private var codings = 0
  private var isChunked = false
  private var hasUnknownExpectation = false
  private var wantsClose = false
  private var wantsKeepAlive = false

  /// RFC 9112, 9.3.
  var keepsAlive: Bool { !wantsClose && (version == .http11 || wantsKeepAlive) }

  /// Takes the request line.
  init(line: Span<UInt8>, limits: RequestLimits) throws(Refusal) {
    guard let space = line.firstIndex(of: 0x20), let second = line.firstIndex(of: 0x20, from: space + 1) else {
      throw .malformed("the request line needs a method, a target and a version")
    }
    try take(method: line.extracting(0..<space))
    try take(version: line.extracting((second + 1)..<line.count))
    try take(target: line.extracting((space + 1)..<second), limits: limits)
  }

  init() {}

  private mutating func take(method bytes: Span<UInt8>) throws(Refusal) {
    for index in 0..<bytes.count where !bytes[index].isToken { throw .malformed("the method is not a token") }
    guard bytes.count > 0 else { throw .malformed("the method is missing") }
    guard bytes.count <= RequestLimits.methodBytes, let method = bytes.text(), method != "CONNECT" else {
      throw .unknownMethod
    }
    self.method = method
  }

  private mutating func take(version bytes: Span<UInt8>) throws(Refusal) {
    // The name is case-sensitive (RFC 9112, 2.3); a further space ends up here too.
    guard bytes.count == 8, bytes.extracting(0..<5).text() == "HTTP/", bytes[6] == UInt8(ascii: "."),
      bytes[5].isDigit, bytes[7].isDigit
    else { throw .malformed("the version is malformed") }
    switch (bytes[5], bytes[7]) {
    case (UInt8(ascii: "1"), UInt8(ascii: "1")): version = .http11
    case (UInt8(ascii: "1"), UInt8(ascii: "0")): version = .http10
    default: throw .unknownVersion
    }
  }

  private mutating func take(target bytes: Span<UInt8>, limits: RequestLimits) throws(Refusal) {
    guard bytes.count <= limits.targetBytes else { throw .targetTooLong }
    guard bytes.count > 0, Authority.isTarget(bytes) else { throw .malformed("the target is malformed") }
    if bytes[0] != UInt8(ascii: "/") {
      if bytes.isWord("*") {
        guard method == "OPTIONS" else { throw .malformed("the target * belongs to OPTIONS") }
      } else if let range = Authority.range(inAbsolute: bytes) {
        authority = bytes.extracting(range).text()
      } else {
        throw .malformed("the target is neither a path nor a well-formed URL")
      }
    }
    target = bytes.text() ?? ""
  }

  /// Takes a field line.
  mutating func take(field line: Span<UInt8>) throws(Refusal) {
    let (colon, value) = try Self.split(field: line)
    let name = line.extracting(0..<colon)
    let bytes = line.extracting(value)
    guard let nameText = name.text(), let text = bytes.text() else { throw .malformed("a field is not UTF-8") }
    switch colon {
    case 4 where name.isWord("host"):
      hosts += 1
      guard hosts == 1, Authority.isValid(bytes) else { throw .malformed("Host must be one valid host") }
      host = text
    case 6 where name.isWord("expect"):
      if bytes.isWord("100-continue") { expectsContinue = true } else { hasUnknownExpectation = true }
    case 10 where name.isWord("connection"): take(connection: bytes)
    case 14 where name.isWord("content-length"): try take(length: bytes)
    case 17 where name.isWord("transfer-encoding"):
      codings += 1
      isChunked = bytes.isWord("chunked")
    default: break
    }
    fields.append(name: nameText, value: text)
    count += 1
  }

  /// Checks a field line: where its colon is, and its value's range without blanks around it.
  static func split(field line: Span<UInt8>) throws(Refusal) -> (colon: Int, value: Range<Int>) {
    // A line that starts with a blank goes on with the one before (obs-fold): refused, because readers disagree on it.
    guard !line[0].isBlank else { throw .malformed("a field line is folded") }
    var colon = 0
    while colon < line.count, line[colon].isToken { colon += 1 }
    guard colon < line.count, line[colon] == UInt8(ascii: ":") else {
      throw .malformed("a field name must be a token followed by a colon")
    }
    guard colon > 0 else { throw .malformed("a field name is empty") }
    return (colon, line.trimmed((colon + 1)..<line.count))
  }

  private mutating func take(length bytes: Span<UInt8>) throws(Refusal) {
    guard length == nil else { throw .malformed("Content-Length is there twice") }
    guard bytes.count > 0 else { throw .malformed("Content-Length is empty") }
    var value = 0
    for index in 0..<bytes.count {
      guard bytes[index].isDigit else { throw .malformed("Content-Length is not a number") }
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      // Beyond Int.max is beyond any limit: it stays at the largest number and ends as 413.
      let (sum, carried) = shifted.addingReportingOverflow(Int(bytes[index] &- 0x30))
      value = overflow || carried ? .max : sum
    }
    length = value
  }

  private mutating func take(connection bytes: Span<UInt8>) {
    var start = 0
    while start <= bytes.count {
      let end = bytes.firstIndex(of: UInt8(ascii: ","), from: start) ?? bytes.count
      let option = bytes.extracting(bytes.trimmed(start..<end))
      if option.isWord("close") { wantsClose = true }
      if option.isWord("keep-alive") { wantsKeepAlive = true }
      start = end + 1
    }
  }

  /// What follows the head, once every field is there.
  func framing(limits: RequestLimits) throws(Refusal) -> Framing {
    if version == .http11, hosts == 0 { throw .malformed("Host is missing") }
    if let authority, let host, authority.lowercased() != host.lowercased() {
      throw .malformed("Host is not the target's")
    }
    if codings > 0 {
      // Both lengths, or a coding an HTTP/1.0 proxy would not see: the classic ways to smuggle (RFC 9112, 6.1).
      guard length == nil else { throw .malformed("Content-Length and Transfer-Encoding are both there") }
      guard version == .http11 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding") }
      guard codings == 1 else { throw .malformed("Transfer-Encoding is there twice") }
      guard isChunked else { throw .unknownCoding }
    } else if let length, length > limits.bodyBytes {
      throw .bodyTooLong
    } else if length == nil, version == .http10, ["POST", "PUT", "PATCH"].contains(method) {
      // Such a body would end with the connection, and a cut one would look whole.
      throw .lengthRequired
    }
    guard !hasUnknownExpectation else { throw .unknownExpectation }
    return codings > 0 ? .chunked : .length(length ?? 0)
  }
}
