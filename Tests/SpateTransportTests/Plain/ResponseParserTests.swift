// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@testable import SpateTransport

/// Responses as bytes, read at every split (trust.md G7, P3).
@Suite struct ResponseParserTests {
  /// All that came of an exchange.
  struct Reading: Equatable {
    var head: HTTPHead?
    var body: [UInt8] = []
    /// How often a piece of the body came.
    var pieces = 0
    /// `more` where the input ended before the response.
    var outcome = ResponseParser.Outcome.more
    var end: Result<Void, TransportError>?

    static func == (a: Reading, b: Reading) -> Bool {
      a.head == b.head && a.body == b.body && a.outcome == b.outcome && a.endCode == b.endCode
    }

    /// Of the connection's end, if it came to that.
    var endCode: TransportError.Code? {
      guard case .failure(let error) = end else { return nil }
      return error.code
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    var code: TransportError.Code? {
      guard case .failed(let error) = outcome else { return nil }
      return error.code
    }
  }

  /// Reads `pieces`, one feed each, then the connection's end.
  static func read(_ pieces: [ArraySlice<UInt8>], method: String = "GET", expectsBody: Bool = false) -> Reading {
    var parser = ResponseParser(method: method, expectsBody: expectsBody)
    var reading = Reading()
    for piece in pieces {
      var buffer = Array(piece)
      var span = buffer.mutableSpan
      let step = parser.feed(&span)
      if let head = step.head {
        #expect(reading.head == nil)
        reading.head = head
      }
      if !step.body.isEmpty {
        #expect(reading.head != nil)
        reading.pieces += 1
        reading.body += buffer[step.body]
      }
      reading.outcome = step.outcome
      if case .more = step.outcome { continue }
      return reading
    }
    reading.end = parser.end(isOrderly: true)
    return reading
  }

  static func read(_ text: String, method: String = "GET", expectsBody: Bool = false) -> Reading {
    read([Array(text.utf8)[...]], method: method, expectsBody: expectsBody)
  }

  /// Responses of every framing, good and bad.
  static let specimens = [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
    "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;a=b\r\n,\r\n00006 \r\n world\r\n0\r\nT: 1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\n\r\nto the end",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nto the end",
    "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nX: y\r\n\r\n",
    "HTTP/1.1 200 OK\nContent-Length: 2\n\nab",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n",
  ]

  @Test(arguments: specimens) func P3_everySplitGivesTheSame(text: String) {
    let bytes = Array(text.utf8)
    let whole = Self.read(text)
    let single = Self.read(bytes.indices.map { bytes[$0...$0] })
    #expect(single == whole)
    for cut in bytes.indices {
      let two = Self.read([bytes[..<cut], bytes[cut...]])
      #expect(two == whole, "cut at \(cut)")
    }
  }

  @Test func joinsTheChunksOfOneRead() {
    let chunks = (0..<500).map { "data: {\"n\": \($0)}\n\n" }
    let framed = chunks.map { String($0.utf8.count, radix: 16) + "\r\n\($0)\r\n" }.joined()
    let reading = Self.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(framed)0\r\n\r\n")
    #expect(reading.pieces == 1)
    #expect(reading.text == chunks.joined())
    #expect(reading.outcome == .complete(keepsAlive: true))
  }

  @Test(
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true),
      ("HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nab", true),
      ("HTTP/1.1 204 No Content\r\n\r\n", true), ("HTTP/1.1 304 X\r\nContent-Length: 7\r\n\r\n", true),
      ("HTTP/1.1 304 X\r\nTransfer-Encoding: chunked\r\n\r\n", true),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", true),
      ("HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", false),
      ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
      ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", false),
      ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false),
      ("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", false),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: 1\n\r\n", false),
      ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", false), ("HTTP/1.1 204 X\r\n\r\nHTTP/1.1 200 OK\r\n", false),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\r\n", false),
    ] as [(String, Bool)])
  func S18_keepsAConnectionOnlyAfterAnExactEnd(text: String, keepsAlive: Bool) {
    #expect(Self.read(text).outcome == .complete(keepsAlive: keepsAlive))
  }

  @Test func aHeadHasNoBodyInAnswerToHEAD() {
    let reading = Self.read("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", method: "HEAD", expectsBody: true)
    #expect(reading.outcome == .complete(keepsAlive: true))
    #expect(reading.head?.fields["content-length"] == "500")
    let chunked = Self.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", method: "HEAD")
    #expect(chunked.outcome == .complete(keepsAlive: true))
  }

  /// Heads that two readers could understand in two ways, and what is not HTTP.
  static let refusedHeads = [
    "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 6", "Content-Length: +5", "Content-Length: -5",
    "Content-Length: 0x5", "Content-Length: 5 5", "Content-Length:", "Content-Length: 5,", "Content-Length: 5;",
    "Content-Length : 5", "Content-Length\t: 5", "\u{0B}Content-Length: 5", "Content-Length\u{0B}: 5",
    "Content-Length: 5\u{0B}", "Content-Length: \u{0C}5",
    "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: identity",
    "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked;q=1", "Transfer-Encoding:",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding : chunked",
    "Transfer-Encoding: chunked\u{0B}", "Transfer-Encoding\u{0C}: chunked",
    "X: 1\r\n folded", "X: 1\r\n\tfolded: 2", " X: 1", "Content-Length: 5\r\n ", "X: a\rb", "X: a\r\rb: c", "X: a\0b",
    "Content-Length: 2\r\n\u{0B}\r\nX: y", "X: 1\r\n\u{0C}\r\nX: y", "\rX: 1", "X: 1\r\nHTTP/1.1 200 OK",
    "HTTP/1.1 200 OK\r\nContent-Length: 3",
  ]

  @Test(arguments: refusedHeads) func G7_refusesAHeadThatCanBeReadInTwoWays(fields: String) {
    let text = "HTTP/1.1 200 OK\r\n\(fields)\r\n\r\nhello"
    let reading = Self.read(text)
    #expect(reading.code == .protocol, "\(reading)")
    #expect(reading.body == [])
    let bytes = Array(text.utf8)
    #expect(Self.read(bytes.indices.map { bytes[$0...$0] }) == reading)
  }

  @Test(
    arguments: [
      "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 99 X\r\n\r\n", "HTTP/1.1 2000 X\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
      "HTTP/1.2 200 OK\r\n\r\n", "HTTP/1.11 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "HTTP/1.1\t200 OK\r\n\r\n",
      " HTTP/1.1 200 OK\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "H\0", "<html>", "\r\n",
      "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nX: 1\r\n\r\n",
      "HTTP/1.1 200 O\rK\r\n\r\n",
    ]) func refusesWhatIsNotHTTP(text: String)
  {
    #expect(Self.read(text).code == .protocol)
  }

  @Test(arguments: [204, 205]) func aStreamHasAStatusWithABody(status: Int) {
    let text = "HTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n"
    #expect(Self.read(text, expectsBody: true).code == .protocol)
    #expect(Self.read(text, expectsBody: false).outcome == .complete(keepsAlive: true))
  }

  /// What stands after a chunk of ten bytes, and what is kept of the body.
  static let badChunks = [
    "zz\r\n", "\r\n", "-5\r\nhello\r\n", "+5\r\nhello\r\n", " 5\r\nhello\r\n", "0x5\r\nhello\r\n",
    "5 junk\r\nhello\r\n",
    "5\nhello\r\n", "5\r\rhello\r\n", "5;a\nhello\r\n", "5;a\rb\r\nhello\r\n", "5;\0\r\nhello\r\n", ";a\r\nhello\r\n",
    "5\r\nhelloworld\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\rX", "ffffffffffffffff\r\n", "10000000000000005\r\n",
    "00000000000000005\r\nhello\r\n", "8000000000000000\r\n", "\r\n0\r\n\r\n",
  ]

  @Test(arguments: badChunks) func P10_aBadChunkIsTruncatedAndWhatCameBeforeIsKept(chunk: String) {
    let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n" + chunk
    let reading = Self.read(text)
    #expect(reading.code == .truncated, "\(reading)")
    #expect(reading.text == "0123456789" || reading.text == "0123456789hello")
    let bytes = Array(text.utf8)
    #expect(Self.read(bytes.indices.map { bytes[$0...$0] }) == reading)
  }

  @Test(arguments: [
    ResponseParser.extensionLimit - 1, ResponseParser.extensionLimit, ResponseParser.extensionLimit + 1,
  ])
  func aChunkExtensionIsBounded(count: Int) {
    // The CR that ends it counts too.
    let chunk = "5;" + String(repeating: "x", count: count - 1) + "\r\nhello\r\n0\r\n\r\n"
    let reading = Self.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk)
    #expect(reading.code == (count > ResponseParser.extensionLimit ? .limit : nil))
    let blanks = Self.read(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5" + String(repeating: " ", count: count) + "\r\n")
    #expect(blanks.code == (count > ResponseParser.extensionLimit ? .limit : nil))
  }

  @Test(arguments: [-1, 0, 1]) func headerBytesAreBounded(extra: Int) {
    let start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
    let rest = ResponseHeadReader.limit + extra - start.utf8.count
    let text = start + "X: " + String(repeating: "x", count: rest - 7) + "\r\n\r\n"
    #expect(Self.read(text).code == (extra > 0 ? .limit : nil))
    let endless = start + "X: " + String(repeating: "x", count: rest - 3)
    #expect(Self.read(endless).code == (extra > 0 ? .limit : nil))
    let trailers = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    let trailer = "0\r\nX: " + String(repeating: "x", count: ResponseHeadReader.limit + extra - trailers.utf8.count - 3)
    #expect(Self.read(trailers + trailer).code == (extra > 0 ? .limit : nil))
  }

  @Test func aLengthNoNumberHoldsIsALimit() {
    #expect(Self.read("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n").code == .limit)
  }

  @Test(
    arguments: [
      ("", .connect), ("HTTP/1.1 200 OK\r\nX: 1\r\n", .connect), ("HTTP/1.1 100 Continue\r\n\r\n", .connect),
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", .truncated),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .truncated),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", .truncated),
      ("HTTP/1.1 200 OK\r\n\r\nanything", nil), ("HTTP/1.1 200 OK\r\n\r\n", nil),
    ] as [(String, TransportError.Code?)])
  func theConnectionsEndIsTheBodysOnlyWithoutAFraming(text: String, code: TransportError.Code?) {
    let reading = Self.read(text)
    #expect(reading.outcome == .more)
    #expect(reading.endCode == code)
    var parser = ResponseParser(method: "GET", expectsBody: false)
    var bytes = Array(text.utf8)
    var span = bytes.mutableSpan
    _ = parser.feed(&span)
    guard case .failure(let error) = parser.end(isOrderly: false) else {
      Issue.record("a break passes for an end")
      return
    }
    #expect(error.code == (parser.hasHead ? .truncated : .connect))
  }
}
