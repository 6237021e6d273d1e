// SPDX-License-Identifier: Apache-2.0

import SpateServer
import Testing

/// Each limit of trust.md G8 at one below, at it, and one above.
@Suite struct RequestLimitTests {
  static let around = [-1, 0, 1]

  private static func fill(_ count: Int) -> String { String(repeating: "a", count: count) }

  /// The status of the refusal, or nil; the same whole and byte by byte.
  private func status(_ text: String, _ limits: RequestLimits = RequestLimits()) -> Int? {
    let bytes = Array(text.utf8)
    let parsed = parse([bytes], limits: limits)
    #expect(parsed.count == 1)
    #expect(byByte(bytes, limits: limits) == parsed)
    return parsed.first?.status
  }

  @Test(arguments: around) func G8_target(_ offset: Int) {
    let text = "GET /\(Self.fill(8191 + offset)) HTTP/1.1\r\nHost: x\r\n\r\n"
    #expect(status(text) == (offset > 0 ? 414 : nil))
  }

  @Test(arguments: around) func G8_headerBytes(_ offset: Int) {
    let around = "GET / HTTP/1.1\r\nHost: x\r\nX: \r\n\r\n".utf8.count
    let text = "GET / HTTP/1.1\r\nHost: x\r\nX: \(Self.fill((32 << 10) - around + offset))\r\n\r\n"
    #expect(text.utf8.count == (32 << 10) + offset)
    #expect(status(text) == (offset > 0 ? 431 : nil))
  }

  @Test(arguments: around) func G8_headerFields(_ offset: Int) {
    let text = String.get("/", String(repeating: "a: b\r\n", count: 99 + offset))
    #expect(status(text) == (offset > 0 ? 431 : nil))
  }

  @Test(arguments: around) func G8_bodyOfALength(_ offset: Int) {
    var limits = RequestLimits()
    limits.bodyBytes = 1000
    let text = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: \(1000 + offset)\r\n\r\n\(Self.fill(1000 + offset))"
    #expect(status(text, limits) == (offset > 0 ? 413 : nil))
  }

  @Test(arguments: around) func G8_bodyInChunks(_ offset: Int) {
    var limits = RequestLimits()
    limits.bodyBytes = 1000
    let last = 600 + offset
    let text =
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n190\r\n\(Self.fill(400))\r\n"
      + "\(String(last, radix: 16))\r\n\(Self.fill(last))\r\n0\r\n\r\n"
    #expect(status(text, limits) == (offset > 0 ? 413 : nil))
  }

  @Test func G8_theDefaultBodyLimitIsSixteenMebibytes() {
    func head(_ length: Int) -> String { "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n" }
    #expect(parse(head(16 << 20)) == [])
    #expect(parse(head(16 << 20 + 1)).map(\.status) == [413])
  }

  @Test(arguments: around) func G8_trailers(_ offset: Int) {
    let trailers = String(repeating: "a: b\r\n", count: 100 + offset)
    let text = "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\(trailers)\r\n"
    #expect(status(text) == (offset > 0 ? 431 : nil))
  }

  @Test(arguments: around) func G8_trailerBytes(_ offset: Int) {
    let trailer = "X: \(Self.fill((32 << 10) - 7 + offset))\r\n\r\n"
    #expect(trailer.utf8.count == (32 << 10) + offset)
    let text = "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\(trailer)"
    #expect(status(text) == (offset > 0 ? 431 : nil))
  }

  @Test(arguments: around) func G8_chunkExtensionsInAll(_ offset: Int) {
    // 32 extensions of 1023 bytes, and one that fills the rest.
    let chunk = "1;\(Self.fill(1022))\r\nx\r\n"
    let rest = "1;\(Self.fill(31 + offset))\r\nx\r\n"
    let text =
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      + String(repeating: chunk, count: 32) + rest + "0\r\n\r\n"
    #expect(status(text) == (offset > 0 ? 400 : nil))
  }

  @Test(arguments: around) func G8_chunkLine(_ offset: Int) {
    let text =
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;\(Self.fill(1022 + offset))\r\nx\r\n0\r\n\r\n"
    #expect(status(text) == (offset > 0 ? 400 : nil))
  }

  @Test(arguments: around) func emptyLinesBeforeARequest(_ offset: Int) {
    let text = String(repeating: "\r\n", count: 4 + offset) + String.get()
    #expect(status(text) == (offset > 0 ? 400 : nil))
  }
}
